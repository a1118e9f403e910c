import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import * as ivschat from 'cdk-ivschat';

/** A moderated and logged chat room, and a function that creates chat tokens for it. */
export class ChatStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);

    const moderator = new lambda.Function(this, 'Moderator', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      memorySize: 512, // Lambda allocates CPU in proportion to memory
      code: lambda.Code.fromInline(`
exports.handler = async ({ Content }) =>
  ({ ReviewResult: /darn/i.test(Content) ? 'DENY' : 'ALLOW', Content });
`),
    });
    const review = new ivschat.MessageReviewHandler(this, 'Review', {
      handler: moderator,
      fallbackResult: ivschat.FallbackResult.DENY, // for messages that are not reviewed within 200 ms
    });
    const chatLog = new ivschat.LoggingConfiguration(this, 'ChatLog', {
      destination: ivschat.LoggingDestination.cloudWatchLogs(new logs.LogGroup(this, 'LogGroup')),
    });
    const room = new ivschat.ChatRoom(this, 'Lobby', {
      messageReviewHandler: review,
      loggingConfigurations: [chatLog],
    });

    // Returns a chat token for { "userId": "ada" }. Invoke it only from code that has authenticated the user.
    const backend = new lambda.Function(this, 'Backend', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      environment: { ROOM_ARN: room.roomArn },
      code: lambda.Code.fromInline(`
const { CreateChatTokenCommand, IvschatClient } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient();
exports.handler = async ({ userId }) => {
  const { token } = await chat.send(new CreateChatTokenCommand(
    { roomIdentifier: process.env.ROOM_ARN, userId, capabilities: ['SEND_MESSAGE'] }));
  return { token };
};
`),
    });
    room.grantCreateChatToken(backend);
    new CfnOutput(this, 'BackendName', { value: backend.functionName });
  }
}
