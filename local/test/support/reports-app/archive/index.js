const { gunzipSync } = require('node:zlib');
const { DynamoDBClient } = require('@aws-sdk/client-dynamodb');
const { DynamoDBDocumentClient, UpdateCommand } = require('@aws-sdk/lib-dynamodb');

const documents = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** Stores the messages of the chat log. */
exports.handler = async ({ awslogs }) => {
  const { logEvents } = JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')));
  for (const { message } of logEvents) {
    const { Content, Id, Sender } = JSON.parse(message).payload;
    await documents.send(new UpdateCommand({
      TableName: process.env.TABLE_NAME,
      Key: { messageId: Id },
      UpdateExpression: 'SET content = :content, sender = :sender',
      ExpressionAttributeValues: { ':content': Content, ':sender': Sender.UserId },
    }));
    console.log(`archived ${Id}`);
  }
};
