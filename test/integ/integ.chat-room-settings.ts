/** A room that the app does not declare gets the given settings, and keeps its others. */
import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { RemovalPolicy } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatRoom, ChatRoomSettings, FallbackResult, LoggingConfiguration, LoggingDestination, MessageReviewHandler } from '../../src';
import { ExternalRoom } from '../support/external-room';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('ChatRoomSettings');

const external = new ExternalRoom(stack, 'Foreign', { name: 'integ-foreign', maximumMessageLength: 200, tags: { owner: 'somebody-else' } });
const moderator = new Function(stack, 'Moderator', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = async ({ Content }) => ({ ReviewResult: \'ALLOW\', Content });'),
});
const chatLog = new LoggingConfiguration(stack, 'ChatLog', {
  destination: LoggingDestination.cloudWatchLogs(new LogGroup(stack, 'LogGroup', { removalPolicy: RemovalPolicy.DESTROY })),
});

const settings = new ChatRoomSettings(stack, 'Settings', {
  room: ChatRoom.fromRoomArn(stack, 'Imported', external.roomArn),
  maximumMessageRatePerSecond: 40,
  messageReviewHandler: new MessageReviewHandler(stack, 'Review', { handler: moderator, fallbackResult: FallbackResult.DENY }),
  loggingConfigurations: [chatLog],
  tags: { team: 'chat' },
});

const room = getRoom(integ, external.roomArn);
room.node.addDependency(settings);
room.expect(ExpectedResult.objectLike({
  name: 'integ-foreign',
  maximumMessageLength: 200,
  maximumMessageRatePerSecond: 40,
  messageReviewHandler: { uri: moderator.functionArn, fallbackResult: 'DENY' },
  loggingConfigurationIdentifiers: Match.arrayWith([chatLog.loggingConfigurationArn]),
  tags: { owner: 'somebody-else', team: 'chat' },
}));
