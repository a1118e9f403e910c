/** An event of the application goes from the chat log to the history, and the page function returns it. */
import { ExpectedResult, InvocationType } from '@aws-cdk/integ-tests-alpha';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { ChatAuthentication, ChatHistory, ChatRoom, ChatTokenEndpoint, LoggingConfiguration, LoggingDestination } from '../../src';
import { integTest } from '../support/integ-test';

export const { stack, integ } = integTest('ChatHistory');

const logGroup = new LogGroup(stack, 'LogGroup', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY });
const chatLog = new LoggingConfiguration(stack, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(logGroup) });
const room = new ChatRoom(stack, 'Room', { loggingConfigurations: [chatLog] });
const history = new ChatHistory(stack, 'History', {
  chatLog: logGroup,
  retention: Duration.hours(1),
  eventNames: ['poll'],
  onFailure: new SqsDestination(new Queue(stack, 'NotStored', { removalPolicy: RemovalPolicy.DESTROY })),
});
new ChatTokenEndpoint(stack, 'Tokens', { rooms: [room], authentication: ChatAuthentication.iam(), history });

/** Sends an event, and waits until it is in the history, but not for longer than an assertion waits for the function. */
const prober = new Function(stack, 'Prober', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  timeout: Duration.seconds(100),
  environment: { ROOM_ARN: room.roomArn, PAGE_FUNCTION: history.pageFunctionArn },
  code: Code.fromInline(`
    const { IvschatClient, SendEventCommand } = require('@aws-sdk/client-ivschat');
    const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
    const [chat, lambda] = [new IvschatClient(), new LambdaClient()];
    exports.handler = async ({ attempt }) => {
      const { ROOM_ARN, PAGE_FUNCTION } = process.env;
      if (attempt === 1) await chat.send(new SendEventCommand({ roomIdentifier: ROOM_ARN, eventName: 'poll', attributes: { question: 'tea' } }));
      const Payload = JSON.stringify({ roomId: ROOM_ARN.split('/')[1] });
      for (const end = Date.now() + 80000; Date.now() < end;) {
        const answer = await lambda.send(new InvokeCommand({ FunctionName: PAGE_FUNCTION, Payload }));
        const text = answer.Payload.transformToString();
        if (text.includes('tea')) return 'found';
        await new Promise(resolve => setTimeout(resolve, 200));
      }
      return 'not found';
    };`),
});
room.grantSendEvent(prober);
history.grantReadPages(prober);

// The log is about ten seconds late, but the delivery of a new log can take minutes to begin.
const probe = (attempt: number) => integ.assertions.invokeFunction({
  functionName: prober.functionName, invocationType: InvocationType.REQUEST_RESPONSE, payload: JSON.stringify({ attempt }),
});
probe(1).next(probe(2)).next(probe(3).expect(ExpectedResult.objectLike({ Payload: '"found"' })));
