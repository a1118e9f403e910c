const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, GetCommand } = require('@aws-sdk/lib-dynamodb');

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** GET /messages/{messageId}: returns all that is known of a message. */
exports.handler = async ({ pathParameters: { messageId } }) => {
  const { Item } = await documents.send(new GetCommand({ TableName: process.env.TABLE_NAME, Key: { messageId } }));
  return Item ?? { statusCode: 404 };
};
