/** An app as users write it: it imports only what the package contains, by its name. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as ivschat from 'cdk-ivschat';

const stack = new Stack(new App(), 'Consumer');

const backend = new iam.Role(stack, 'Backend', { assumedBy: new iam.AccountRootPrincipal() });

const moderator = new lambda.Function(stack, 'Moderator', {
  runtime: lambda.Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: lambda.Code.fromInline('exports.handler = async ({ Content }) => ({ ReviewResult: \'ALLOW\', Content });'),
});
const review = new ivschat.MessageReviewHandler(stack, 'Review', {
  handler: moderator, fallbackResult: ivschat.FallbackResult.DENY, detachOnDelete: true,
});

const bucket = new s3.Bucket(stack, 'Bucket');
// The L1: the L2 brings a mapping into the template that nothing refers to.
const stream = new CfnDeliveryStream(stack, 'Stream', { s3DestinationConfiguration: { bucketArn: bucket.bucketArn, roleArn: backend.roleArn } });
const chatLog = new logs.LogGroup(stack, 'LogGroup');
new ivschat.ChatLogQueries(stack, 'Queries', { chatLog });
const loggingConfigurations: ivschat.ILoggingConfiguration[] = [
  new ivschat.LoggingConfiguration(stack, 'ToLogGroup', {
    destination: ivschat.LoggingDestination.cloudWatchLogs(chatLog), detachOnDelete: true,
  }),
  new ivschat.LoggingConfiguration(stack, 'ToBucket', { destination: ivschat.LoggingDestination.s3(bucket) }),
  new ivschat.LoggingConfiguration(stack, 'ToStream', { destination: ivschat.LoggingDestination.firehose(stream) }),
];

const room: ivschat.IChatRoom = new ivschat.ChatRoom(stack, 'Room', {
  roomName: 'lobby',
  maximumMessageLength: 300,
  maximumMessageRatePerSecond: 50,
  messageReviewHandler: review,
  loggingConfigurations,
  tags: { team: 'chat' },
});
new ivschat.ChatRoom(stack, 'Unreviewed', { messageReviewHandler: ivschat.MessageReviewHandler.none() });

const filter = new ivschat.MessageFilter(stack, 'Filter', { provisionedConcurrentExecutions: 2 });
const filtered = new ivschat.ChatRoom(stack, 'Filtered', { messageReviewHandler: filter });
const bans = new ivschat.ChatBans(stack, 'Bans');
bans.grantBan(backend);
const tokens = new ivschat.ChatTokenEndpoint(stack, 'Tokens', {
  rooms: [filtered],
  authentication: ivschat.ChatAuthentication.oidc({ issuer: 'https://login.example.com', audience: ['chat'] }),
  roles: [ivschat.ChatRole.moderator().when(ivschat.ClaimMatch.contains('groups', 'staff'))],
  attributes: { displayName: ivschat.ChatAttribute.fromClaim('name') },
  bans,
  allowedOrigins: ['https://app.example.com'],
});
new CfnOutput(stack, 'TokenUrl', { value: tokens.url });
new ivschat.ChatMonitoring(stack, 'Monitoring', { reviewHandlers: [review, filter], tokenEndpoints: [tokens], bans: [bans], dashboard: true });

room.grantCreateChatToken(backend).assertSuccess();
room.grants.manage(backend);
room.grantModerate(moderator);
ivschat.ChatRoomGrants.fromRoom(new CfnRoom(stack, 'L1')).sendEvent(backend);
ivschat.AllChatRoomsGrants.of(stack).createRoom(backend);
loggingConfigurations[0]?.grants.getLoggingConfiguration(backend);

const imported = ivschat.ChatRoom.fromRoomArn(stack, 'ByArn', 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl');
imported.grantRead(backend);
new ivschat.ChatRoomSettings(stack, 'Settings', {
  room: ivschat.ChatRoom.fromRoomId(stack, 'ById', 'AbCdEfGhIjKl'),
  maximumMessageRatePerSecond: 40,
  loggingConfigurations: [ivschat.LoggingConfiguration.fromLoggingConfigurationId(stack, 'ImportedLog', 'MnOpQrStUvWx')],
});

review.metricInvocationErrors().createAlarm(stack, 'Unreviewed messages', { threshold: 1, evaluationPeriods: 1 });
ivschat.ChatMetrics.concurrentChatConnections().createAlarm(stack, 'Crowded', { threshold: 40_000, evaluationPeriods: 3 });
new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
