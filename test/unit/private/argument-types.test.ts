/** Mistakes that the TypeScript compiler finds, but that JavaScript and jsii pass to the library. */
import { Duration, Errors, type Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { CfnLoggingConfiguration, CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { DeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { newFunction } from '../../support/custom-resources/template';
import { ENV, newStack, resourcesOf, templateOf } from '../../support/synth';
import { thrownBy } from '../../support/thrown-by';

/** The library without types, as JavaScript uses it. */
const ivschat = jest.requireActual('../../../src');

const ROOM_ARN = 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl';
const LOGGING_ARN = 'arn:aws:ivschat:us-east-1:111122223333:logging-configuration/AbCdEfGhIjKl';
const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';

type Mistake = [title: string, code: string, message: string, mistake: (stack: Stack) => unknown];

const newBucket = (stack: Stack) => new Bucket(stack, 'Bucket');
const newLogGroup = (stack: Stack) => new LogGroup(stack, 'LogGroup');
const newStream = (stack: Stack) => DeliveryStream.fromDeliveryStreamArn(stack, 'Stream', 'arn:aws:firehose:us-east-1:111122223333:deliverystream/chat');
const newRole = (stack: Stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.AccountRootPrincipal() });
const newReview = (stack: Stack) => new ivschat.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator') });
const newRoom = (stack: Stack, props?: unknown) => new ivschat.ChatRoom(stack, 'Room', props);
const newLog = (stack: Stack, props?: unknown) => new ivschat.LoggingConfiguration(stack, 'ChatLog', props);
const newSettings = (stack: Stack, props?: unknown) => new ivschat.ChatRoomSettings(stack, 'Settings', props);
const imported = (stack: Stack) => ivschat.ChatRoom.fromRoomArn(stack, 'Imported', ROOM_ARN);

const PASS_HANDLER = 'pass new MessageReviewHandler(this, \'Review\', { handler: fn }), or MessageReviewHandler.none() to detach the handler';
const reviewHandler = (got: string) => `messageReviewHandler must be a MessageReviewHandler, got ${got}: ${PASS_HANDLER}`;
const handler = (got: string) => `handler must be a Lambda function, an alias or a version, got ${got}: pass { handler: fn }, or import a function with lambda.Function.fromFunctionArn(this, 'Moderator', functionArn)`;
const fallbackResult = (got: string) => `fallbackResult must be FallbackResult.ALLOW or FallbackResult.DENY, got ${got}: pass one of them, or omit the property`;
const logging = (got: string, destination: string) => `loggingConfigurations[0] must be a LoggingConfiguration, got ${got}: pass new LoggingConfiguration(this, 'ChatLog', { destination: ${destination} })`;
const destination = (got: string, pass: string) => `destination must be a LoggingDestination, got ${got}: pass ${pass}`;
const anyDestination = 'LoggingDestination.cloudWatchLogs(logGroup), LoggingDestination.s3(bucket) or LoggingDestination.firehose(deliveryStream)';
const room = (got: string) => `room must be a chat room, got ${got}: pass the construct, or import it with ChatRoom.fromRoomArn(this, 'Room', roomArn)`;
const grantee = (got: string) => `grantee must be a role, a user, a function or another principal, got ${got}: pass the L2 construct, or import a role with iam.Role.fromRoleArn(this, 'Role', roleArn)`;
const tags = (got: string) => `tags must be an object whose properties are the tags, got ${got}: pass for example { team: 'chat' }`;

const MISTAKES: Mistake[] = [
  ['a function for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('the Function Stack/Moderator'), stack => newRoom(stack, { messageReviewHandler: newFunction(stack, 'Moderator') })],
  ['a function for messageReviewHandler of settings', 'ReviewHandlerExpected', reviewHandler('the Function Stack/Moderator'), stack => newSettings(stack, { room: imported(stack), messageReviewHandler: newFunction(stack, 'Moderator') })],
  ['an object with another bind for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('an object'), stack => newRoom(stack, { messageReviewHandler: { bind: 0 } })],
  ['an L1 function for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('the CfnFunction Stack/L1'), stack => newRoom(stack, { messageReviewHandler: new lambda.CfnFunction(stack, 'L1', { code: {}, role: 'role' }) })],
  ['an ARN for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler(`"${FUNCTION_ARN}"`), stack => newRoom(stack, { messageReviewHandler: FUNCTION_ARN })],
  ['an ARN that is a token for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('a token'), stack => newRoom(stack, { messageReviewHandler: newFunction(stack, 'Moderator').functionArn })],
  ['the properties of an L1 for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('an object'), stack => newRoom(stack, { messageReviewHandler: { uri: FUNCTION_ARN } })],
  ['none without a call', 'ReviewHandlerExpected', reviewHandler('the class or function none'), stack => newRoom(stack, { messageReviewHandler: ivschat.MessageReviewHandler.none })],
  ['the class for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('the class or function MessageReviewHandler'), stack => newRoom(stack, { messageReviewHandler: ivschat.MessageReviewHandler })],
  ['null for messageReviewHandler', 'ReviewHandlerExpected', reviewHandler('null'), stack => newRoom(stack, { messageReviewHandler: null })],

  ['an ARN for handler', 'FunctionExpected', handler(`"${FUNCTION_ARN}"`), stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: FUNCTION_ARN })],
  ['no handler', 'FunctionExpected', handler('undefined'), stack => new ivschat.MessageReviewHandler(stack, 'Review', {})],
  ['null for handler', 'FunctionExpected', handler('null'), stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: null })],
  ['a review handler for handler', 'FunctionExpected', handler('the MessageReviewHandler Stack/Review'), stack => new ivschat.MessageReviewHandler(stack, 'Second', { handler: newReview(stack) })],
  ['a JavaScript function for handler', 'FunctionExpected', handler('the class or function review'), stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: function review() {} })],
  ['a function instead of the properties', 'PropsExpected', 'props must be an object, got the Function Stack/Moderator: pass properties such as { handler: fn }', stack => new ivschat.MessageReviewHandler(stack, 'Review', newFunction(stack, 'Moderator'))],
  ['no properties of a review handler', 'PropsExpected', 'props must be an object, got undefined: pass properties such as { handler: fn }', stack => new ivschat.MessageReviewHandler(stack, 'Review')],
  ['a lower-case fallbackResult', 'FallbackResultExpected', fallbackResult('"deny"'), stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator'), fallbackResult: 'deny' })],
  ['null for fallbackResult', 'FallbackResultExpected', fallbackResult('null'), stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator'), fallbackResult: null })],
  ['a string for detachOnDelete', 'BooleanExpected', 'detachOnDelete must be true or false, got "false": pass a Boolean, or omit the property', stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator'), detachOnDelete: 'false' })],
  ['a string for detachOnDelete of a log', 'BooleanExpected', 'detachOnDelete must be true or false, got "false": pass a Boolean, or omit the property', stack => newLog(stack, { destination: ivschat.LoggingDestination.s3(newBucket(stack)), detachOnDelete: 'false' })],

  ['an ARN in loggingConfigurations', 'LoggingConfigurationExpected', `loggingConfigurations[0] must be a LoggingConfiguration, got "${LOGGING_ARN}": import it with LoggingConfiguration.fromLoggingConfigurationArn(this, 'ChatLog', arn)`, stack => newRoom(stack, { loggingConfigurations: [LOGGING_ARN] })],
  ['a bucket in loggingConfigurations', 'LoggingConfigurationExpected', logging('the Bucket Stack/Bucket', 'LoggingDestination.s3(bucket)'), stack => newRoom(stack, { loggingConfigurations: [newBucket(stack)] })],
  ['a log group in loggingConfigurations', 'LoggingConfigurationExpected', logging('the LogGroup Stack/LogGroup', 'LoggingDestination.cloudWatchLogs(logGroup)'), stack => newRoom(stack, { loggingConfigurations: [newLogGroup(stack)] })],
  ['a delivery stream in loggingConfigurations', 'LoggingConfigurationExpected', logging('the Import Stack/Stream', 'LoggingDestination.firehose(deliveryStream)'), stack => newRoom(stack, { loggingConfigurations: [newStream(stack)] })],
  ['a destination in loggingConfigurations', 'LoggingConfigurationExpected', logging('a LoggingDestination', 'LoggingDestination.s3(bucket)'), stack => newRoom(stack, { loggingConfigurations: [ivschat.LoggingDestination.s3(newBucket(stack))] })],
  ['null in loggingConfigurations', 'LoggingConfigurationExpected', logging('null', 'LoggingDestination.s3(bucket)'), stack => newRoom(stack, { loggingConfigurations: [null] })],
  ['undefined in loggingConfigurations of settings', 'LoggingConfigurationExpected', logging('undefined', 'LoggingDestination.s3(bucket)'), stack => newSettings(stack, { room: imported(stack), loggingConfigurations: [undefined] })],
  ['a log that is not in a list', 'LoggingConfigurationsExpected', 'loggingConfigurations must be a list, got the LoggingConfiguration Stack/ChatLog: pass for example [chatLog]', stack => newRoom(stack, { loggingConfigurations: newLog(stack, { destination: ivschat.LoggingDestination.s3(newBucket(stack)) }) })],
  ['null for loggingConfigurations', 'LoggingConfigurationsExpected', 'loggingConfigurations must be a list, got null: pass for example [chatLog]', stack => newRoom(stack, { loggingConfigurations: null })],

  ['a bucket for destination', 'LoggingDestinationExpected', destination('the Bucket Stack/Bucket', 'LoggingDestination.s3(bucket)'), stack => newLog(stack, { destination: newBucket(stack) })],
  ['a log group for destination', 'LoggingDestinationExpected', destination('the LogGroup Stack/LogGroup', 'LoggingDestination.cloudWatchLogs(logGroup)'), stack => newLog(stack, { destination: newLogGroup(stack) })],
  ['a delivery stream for destination', 'LoggingDestinationExpected', destination('the Import Stack/Stream', 'LoggingDestination.firehose(deliveryStream)'), stack => newLog(stack, { destination: newStream(stack) })],
  ['no destination', 'LoggingDestinationExpected', destination('undefined', anyDestination), stack => newLog(stack, {})],
  ['null for destination', 'LoggingDestinationExpected', destination('null', anyDestination), stack => newLog(stack, { destination: null })],
  ['a name for destination', 'LoggingDestinationExpected', destination('"logs"', anyDestination), stack => newLog(stack, { destination: 'logs' })],
  ['no properties of a log', 'PropsExpected', 'props must be an object, got undefined: pass properties such as { destination: LoggingDestination.s3(bucket) }', stack => newLog(stack)],
  ['a bucket instead of the properties of a log', 'PropsExpected', 'props must be an object, got the Bucket Stack/Bucket: pass properties such as { destination: LoggingDestination.s3(bucket) }', stack => newLog(stack, newBucket(stack))],
  ['a name for a bucket', 'DestinationResourceExpected', 'bucket must be a construct of this type, got "logs": pass the construct, or import it with s3.Bucket.fromBucketName(this, \'Bucket\', name)', () => ivschat.LoggingDestination.s3('logs')],
  ['a name for a log group', 'DestinationResourceExpected', 'logGroup must be a construct of this type, got "logs": pass the construct, or import it with logs.LogGroup.fromLogGroupName(this, \'LogGroup\', name)', () => ivschat.LoggingDestination.cloudWatchLogs('logs')],
  ['a bucket for a delivery stream', 'DestinationResourceExpected', 'deliveryStream must be a construct of this type, got the Bucket Stack/Bucket: pass the construct, or import it with firehose.DeliveryStream.fromDeliveryStreamName(this, \'Stream\', name)', stack => ivschat.LoggingDestination.firehose(newBucket(stack))],
  ['nothing for a bucket', 'DestinationResourceExpected', 'bucket must be a construct of this type, got undefined: pass the construct, or import it with s3.Bucket.fromBucketName(this, \'Bucket\', name)', () => ivschat.LoggingDestination.s3()],

  ['a number for roomName', 'StringExpected', 'roomName must be a string, got 42: pass a string, or omit the property', stack => newRoom(stack, { roomName: 42 })],
  ['null for roomName', 'StringExpected', 'roomName must be a string, got null: pass a string, or omit the property', stack => newRoom(stack, { roomName: null })],
  ['an object for loggingConfigurationName', 'StringExpected', 'loggingConfigurationName must be a string, got an object: pass a string, or omit the property', stack => newLog(stack, { destination: ivschat.LoggingDestination.s3(newBucket(stack)), loggingConfigurationName: {} })],
  ['null instead of the properties of a room', 'PropsExpected', 'props must be an object, got null: pass properties such as { roomName: \'lobby\' }', stack => newRoom(stack, null)],
  ['a name instead of the properties of a room', 'PropsExpected', 'props must be an object, got "lobby": pass properties such as { roomName: \'lobby\' }', stack => newRoom(stack, 'lobby')],
  ['a string for maximumMessageLength', 'MessageLengthOutOfRange', 'maximumMessageLength must be a whole number of characters from 1 to 500, got "300": choose a length in that range', stack => newRoom(stack, { maximumMessageLength: '300' })],
  ['null for maximumMessageLength', 'MessageLengthOutOfRange', 'maximumMessageLength must be a whole number of characters from 1 to 500, got null: choose a length in that range', stack => newRoom(stack, { maximumMessageLength: null })],
  ['a string for maximumMessageRatePerSecond', 'MessageRateOutOfRange', 'maximumMessageRatePerSecond must be a whole number from 1 to 100, got "5": choose a rate in that range', stack => newRoom(stack, { maximumMessageRatePerSecond: '5' })],

  ['the tags of an L1', 'TagsExpected', tags('a list'), stack => newRoom(stack, { tags: [{ key: 'team', value: 'chat' }] })],
  ['a Map of tags', 'TagsExpected', tags('a Map'), stack => newLog(stack, { destination: ivschat.LoggingDestination.s3(newBucket(stack)), tags: new Map([['team', 'chat']]) })],
  ['a string for tags', 'TagsExpected', tags('"chat"'), stack => newSettings(stack, { room: imported(stack), tags: 'chat' })],
  ['null for tags', 'TagsExpected', tags('null'), stack => newRoom(stack, { tags: null })],
  ['a number in tags', 'StringExpected', 'tags["stream"] must be a string, got 1: pass a string, or remove the tag', stack => newRoom(stack, { tags: { stream: 1 } })],
  ['undefined in tags', 'StringExpected', 'tags["stream"] must be a string, got undefined: pass a string, or remove the tag', stack => newSettings(stack, { room: imported(stack), tags: { stream: undefined } })],

  ['an ARN for the room of settings', 'RoomExpected', room(`"${ROOM_ARN}"`), stack => newSettings(stack, { room: ROOM_ARN, maximumMessageLength: 300 })],
  ['no room of settings', 'RoomExpected', room('undefined'), stack => newSettings(stack, { maximumMessageLength: 300 })],
  ['no properties of settings', 'PropsExpected', 'props must be an object, got undefined: pass properties such as { room, maximumMessageLength: 300 }', stack => newSettings(stack)],
  ['an ARN for the room of grants', 'RoomExpected', room(`"${ROOM_ARN}"`), () => ivschat.ChatRoomGrants.fromRoom(ROOM_ARN)],
  ['a bucket for the log of grants', 'LoggingConfigurationExpected', 'loggingConfiguration must be a LoggingConfiguration, got the Bucket Stack/Bucket: pass new LoggingConfiguration(this, \'ChatLog\', { destination: LoggingDestination.s3(bucket) })', stack => ivschat.LoggingConfigurationGrants.fromLoggingConfiguration(newBucket(stack))],

  ['a room instead of its ARN', 'ArnExpected', `roomArn must be the ARN of a room, such as ${ROOM_ARN}, got the ChatRoom Stack/Room: pass the ARN, or import an ID with ChatRoom.fromRoomId()`, stack => ivschat.ChatRoom.fromRoomArn(stack, 'Import', newRoom(stack))],
  ['no room ARN', 'ArnExpected', `roomArn must be the ARN of a room, such as ${ROOM_ARN}, got undefined: pass the ARN, or import an ID with ChatRoom.fromRoomId()`, stack => ivschat.ChatRoom.fromRoomArn(stack, 'Import')],
  ['an object instead of a room ID', 'ResourceIdInvalid', 'roomId must be the ID of a room, 12 letters and digits, got an object: pass only the ID, or import an ARN with ChatRoom.fromRoomArn()', stack => ivschat.ChatRoom.fromRoomId(stack, 'Import', { roomId: 'AbCdEfGhIjKl' })],
  ['a number instead of a room ID', 'ResourceIdInvalid', 'roomId must be the ID of a room, 12 letters and digits, got 123456789012: pass only the ID, or import an ARN with ChatRoom.fromRoomArn()', stack => ivschat.ChatRoom.fromRoomId(stack, 'Import', 123456789012)],
  ['no ARN of a log', 'ArnExpected', `loggingConfigurationArn must be the ARN of a logging configuration, such as ${LOGGING_ARN}, got undefined: pass the ARN, or import an ID with LoggingConfiguration.fromLoggingConfigurationId()`, stack => ivschat.LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Import')],
  ['a lookup without a name', 'StringExpected', 'roomName must be a string, got undefined: pass { roomName: \'lobby\' }', stack => ivschat.ChatRoom.fromLookup(stack, 'Import', {})],
  ['a lookup without options', 'StringExpected', 'roomName must be a string, got undefined: pass { roomName: \'lobby\' }', stack => ivschat.ChatRoom.fromLookup(stack, 'Import')],
  ['a lookup with a name instead of options', 'StringExpected', 'roomName must be a string, got undefined: pass { roomName: \'lobby\' }', stack => ivschat.ChatRoom.fromLookup(stack, 'Import', 'lobby')],

  ['a lookup of a log without a name', 'StringExpected', 'loggingConfigurationName must be a string, got undefined: pass { loggingConfigurationName: \'chat-log\' }', stack => ivschat.LoggingConfiguration.fromLookup(stack, 'Import', {})],
  ['a string for skipPermissions', 'BooleanExpected', 'skipPermissions must be true or false, got "true": pass a Boolean, or omit the property', stack => new ivschat.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator'), skipPermissions: 'true' })],
  ['a bucket for an added log', 'LoggingConfigurationExpected', 'loggingConfiguration must be a LoggingConfiguration, got the Bucket Stack/Bucket: pass new LoggingConfiguration(this, \'ChatLog\', { destination: LoggingDestination.s3(bucket) })', stack => newRoom(stack).addLoggingConfiguration(newBucket(stack))],

  ['an ARN for the grantee', 'GranteeExpected', grantee('"arn:aws:iam::111122223333:role/backend"'), stack => newRoom(stack).grantModerate('arn:aws:iam::111122223333:role/backend')],
  ['no grantee', 'GranteeExpected', grantee('undefined'), stack => newRoom(stack).grants.manage()],
  ['an L1 role for the grantee', 'GranteeExpected', grantee('the CfnRole Stack/L1'), stack => newRoom(stack).grantRead(new iam.CfnRole(stack, 'L1', { assumeRolePolicyDocument: {} }))],
  ['an action for the grantee', 'GranteeExpected', grantee('"ivschat:GetRoom"'), stack => newRoom(stack).grants.actions('ivschat:GetRoom')],
  ['no grantee of all rooms', 'GranteeExpected', grantee('undefined'), stack => ivschat.AllChatRoomsGrants.of(stack).createRoom()],
  ['no grantee of all logging configurations', 'GranteeExpected', grantee('null'), stack => ivschat.AllLoggingConfigurationsGrants.of(stack).listLoggingConfigurations(null)],
  ['a list of actions', 'StringExpected', 'actions must be a string, got a list: pass each action as a separate argument', stack => newRoom(stack).grants.actions(newRole(stack), ['ivschat:GetRoom'])],

  ['no action of a metric', 'StringExpected', 'action must be a string, got undefined: pass a value of the dimension Action, as CloudWatch lists it', () => ivschat.ChatMetrics.requests()],
  ['options for the action of a metric', 'StringExpected', 'action must be a string, got an object: pass a value of the dimension Action, as CloudWatch lists it', () => ivschat.ChatMetrics.deliveries({ label: 'Deliveries' })],
  ['no name of a metric', 'StringExpected', 'metricName must be a string, got undefined: pass the name of a metric such as "InvocationErrors"', stack => newReview(stack).metric()],
  ['a number for the period of a metric', 'DurationExpected', 'period must be a Duration, got 60: pass for example Duration.minutes(1)', () => ivschat.ChatMetrics.concurrentChatConnectionsUsage({ period: 60 })],
  ['a number for the period of a metric of a log', 'DurationExpected', 'period must be a Duration, got 300: pass for example Duration.minutes(1)', stack => ivschat.LoggingConfiguration.fromLoggingConfigurationArn(stack, 'ChatLog', LOGGING_ARN).metricLogDestinationErrors({ period: 300 })],
];

test.each(MISTAKES)('fails for %s', (_, code, message, mistake) => {
  const error = thrownBy(() => mistake(newStack(ENV)));

  expect(Errors.isValidationError(error)).toBe(true);
  expect(error).toMatchObject({ name: code, message });
});

test('a room with a mistake creates no resource', () => {
  const stack = newStack();
  thrownBy(() => newRoom(stack, { messageReviewHandler: newReview(stack), tags: [] }));

  expect(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room')).toEqual({});
  expect(stack.node.findAll().filter(CfnRoom.isCfnRoom)).toEqual([]);
});

test('correct arguments of JavaScript are accepted', () => {
  const stack = newStack(ENV);
  const review = new ivschat.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, 'Moderator'), fallbackResult: 'DENY', detachOnDelete: undefined });
  const chatLog = newLog(stack, { destination: ivschat.LoggingDestination.s3(newBucket(stack)), tags: Object.assign(Object.create(null), { team: 'chat' }) });
  const l1 = new CfnLoggingConfiguration(stack, 'L1', { destinationConfiguration: {} });
  const lobby = newRoom(stack, { messageReviewHandler: review, loggingConfigurations: [chatLog, l1], roomName: undefined, tags: undefined });
  lobby.grants.actions(newRole(stack), 'ivschat:GetRoom');
  ivschat.ChatRoomGrants.fromRoom(new CfnRoom(stack, 'L1Room')).read(new iam.ArnPrincipal('arn:aws:iam::111122223333:role/backend'));
  // An object that implements the interface, as in another language.
  new ivschat.ChatRoom(stack, 'Other', { messageReviewHandler: { bind: () => ({ handlerUri: '' }) } });

  expect(ivschat.ChatMetrics.requests('SEND_MESSAGE', { period: Duration.minutes(1) }).period.toSeconds()).toBe(60);
  expect(Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::Room'))).toHaveLength(3);
});
