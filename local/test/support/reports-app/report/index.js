const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, UpdateCommand } = require('@aws-sdk/lib-dynamodb');
const { SendMessageCommand, SQSClient } = require('@aws-sdk/client-sqs');

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const sqs = new SQSClient({});

/** POST /messages/{messageId}/report: stores who reports a message and why, and queues the report. */
exports.handler = async ({ body, pathParameters: { messageId }, requestContext: { authorizer } }) => {
  const { reason } = JSON.parse(body);
  await documents.send(new UpdateCommand({
    TableName: process.env.TABLE_NAME,
    Key: { messageId },
    UpdateExpression: 'SET reporter = :reporter, reason = :reason',
    ExpressionAttributeValues: { ':reporter': authorizer.jwt.claims['cognito:username'], ':reason': reason },
  }));
  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: JSON.stringify({ messageId, reason }) }));
  return { statusCode: 202 };
};
