/** A moderator judges the messages of a chat log with a function, which any region has. Nobody sends messages here: the resources and the subscription are checked. */
import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AutoModerator, ChatJudge, ChatRoom, LoggingConfiguration, LoggingDestination, ModerationResponse } from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('AutoModerator');

const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY });
const logging = new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) });
const room = new ChatRoom(stack, 'Room', { loggingConfigurations: [logging] });
const judge = new Function(stack, 'Judge', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async ({ Messages }) => ({ Verdicts: Messages.map(({ Id, Content }) => ({ Id, Flagged: Content.includes("idiot") })) });'),
});
const moderator = new AutoModerator(stack, 'Moderator', {
  chatLog,
  judge: ChatJudge.function(judge),
  rooms: [room],
  responses: [ModerationResponse.deleteMessage(), ModerationResponse.disconnectUser({ afterStrikes: 3 })],
  onFailure: new SqsDestination(new Queue(stack, 'Failed', { retentionPeriod: Duration.days(1) })),
});

// An event of no room is logged, and is no failure: so the function and the clients that it needs can be loaded.
const event = 'H4sIAAAAAAAAA03LMQsCIRiH8a8S/9lF3dyE7KYmb4sj7Hi5hNNX1Csi+u5RLa2/h+eJRK2FhcZHIRjs7WjPR+e9HRwE+J6pwkBKKZVSSmutIbDyMlTeCgzma+g/8b1SSDDIvKvMCQJtu7S5xtIj50NcO9UGc4L/Y0zf2d0o90+cXm+wp6u1kwAAAA==';
integ.assertions.invokeFunction({ functionName: moderator.function.functionName, payload: JSON.stringify({ awslogs: { data: event } }) })
  .expect(ExpectedResult.objectLike({ StatusCode: 200, Payload: 'null' }));
getRoom(integ, room.roomArn).expect(ExpectedResult.objectLike({ loggingConfigurationIdentifiers: Match.arrayWith([logging.loggingConfigurationArn]) }));
