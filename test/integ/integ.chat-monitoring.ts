/** CloudWatch accepts the alarms, the dashboard and the saved queries: the deployment itself proves it. */
import { ExpectedResult } from '@aws-cdk/integ-tests-alpha';
import { RemovalPolicy } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  AutoModerator, ChatAuthentication, ChatBans, ChatHistory, ChatJudge, ChatLogQueries, ChatMonitoring, ChatRoom, ChatTokenEndpoint,
  LoggingConfiguration, LoggingDestination, MessageFilter,
} from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('ChatMonitoring');

const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY });
const filter = new MessageFilter(stack, 'Filter');
const room = new ChatRoom(stack, 'Room', {
  messageReviewHandler: filter,
  loggingConfigurations: [new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) })],
});
const bans = new ChatBans(stack, 'Bans', { removalPolicy: RemovalPolicy.DESTROY });

// Its id contains a hash of the code, so that each change of the function would be a change of the stored template.
const version = filter.node.findAll().find(construct => construct instanceof CfnVersion)!;
version.overrideLogicalId('FilterVersion');

new ChatLogQueries(stack, 'Queries', { chatLog });
new ChatMonitoring(stack, 'Monitoring', {
  reviewHandlers: [filter],
  tokenEndpoints: [new ChatTokenEndpoint(stack, 'Tokens', { rooms: [room], bans, authentication: ChatAuthentication.iam() })],
  bans: [bans],
  autoModerators: [new AutoModerator(stack, 'Moderator', { chatLog, judge: ChatJudge.comprehendToxicity() })],
  histories: [new ChatHistory(stack, 'History', { chatLog })],
  alarmAction: new SnsAction(new Topic(stack, 'Alarms', { enforceSSL: true })),
  dashboard: true,
});

getRoom(integ, room.roomArn).expect(ExpectedResult.objectLike({ arn: room.roomArn }));
