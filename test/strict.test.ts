/**
 * Runs on the newest CDK only, with its CloudFormation validator enabled. Templates of accepted properties must have no
 * findings, and invalid properties must cause an error of this library.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import { CfnGuardrail, CfnGuardrailVersion } from 'aws-cdk-lib/aws-bedrock';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type IRole, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnSubscriptionFilter, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  AllChatRoomsGrants, AutoModerator, type AutoModeratorProps, ChatAttribute, ChatAuthentication, ChatBans, ChatHistory, ChatJudge, ChatLogQueries,
  ChatMonitoring, ChatRole, ChatRoom, type ChatRoomProps, ChatRoomSettings, ChatTokenEndpoint, ClaimMatch, FallbackResult, LoggingConfiguration,
  LoggingDestination, MessageFilter, MessageReviewHandler, ModerationResponse, SenderMatch,
} from '../src';
import { EXAMPLES } from './support/examples';
import { findCycle } from './support/find-cycle';
import { SERVICE_REGIONS } from '../src/private/limits';

// jest.setup.ts disables the validator for all other files.
process.env.CDK_VALIDATION = 'true';

const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true };

interface Finding { readonly ruleName: string; readonly description: string }

/** Synthesizes an app and returns the findings of the validator, including warnings. Fails for a circular dependency. */
function findings(app: App): Finding[] {
  const assembly = app.synth();
  for (const stack of assembly.stacksRecursively) expect(findCycle(stack.template)).toBeUndefined();
  const report = JSON.parse(fs.readFileSync(path.join(assembly.directory, 'validation-report.json'), 'utf8'));
  // The report does not contain validators without findings. The test below proves that the validator runs.
  return report.pluginReports
    .filter((plugin: any) => plugin.pluginName === 'CloudFormation Validate')
    .flatMap((plugin: any) => plugin.violations);
}

test('the suite runs on the newest CDK', () => {
  expect(jest.requireActual('aws-cdk-lib/package.json').version).toBe('2.276.0');
});

test('the validator is enabled', () => {
  const app = new App({ context: STRICT });
  const room = new ChatRoom(new Stack(app, 'Stack'), 'Room');
  (room.node.defaultChild as any).addPropertyOverride('MaximumMessageLength', 501);

  expect(() => findings(app)).toThrow(/validation/i);
});

describe.each(EXAMPLES)('the example $name', ({ build }) => {
  test('has no findings of the validator', () => {
    const app = new App({ context: { ...STRICT, 'aws:cdk:bundling-stacks': [] } });
    build(app);

    expect(findings(app)).toEqual([]);
  });

  test('has no findings of cdk-nag AwsSolutions that are not acknowledged', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    build(app);

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

/** Creates a logging destination of each kind. */
const DESTINATIONS: Record<string, (scope: Construct) => LoggingDestination> = {
  logGroup: scope => LoggingDestination.cloudWatchLogs(new LogGroup(scope, 'LogGroup')),
  importedLogGroup: scope => LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(scope, 'LogGroup', '/aws/vendedlogs/chat')),
  bucket: scope => LoggingDestination.s3(new Bucket(scope, 'Bucket', { enforceSSL: true })),
  bucketWithKey: scope => LoggingDestination.s3(new Bucket(scope, 'Bucket', {
    encryption: BucketEncryption.KMS, encryptionKey: new kms.Key(scope, 'Key', { enableKeyRotation: true }),
  })),
  importedBucket: scope => LoggingDestination.s3(Bucket.fromBucketName(scope, 'Bucket', 'chat-logs')),
  // An L1, because the L2 adds a mapping that the validator reports as unused.
  stream: scope => LoggingDestination.firehose(new CfnDeliveryStream(scope, 'Stream', {
    extendedS3DestinationConfiguration: {
      bucketArn: new Bucket(scope, 'Backing').bucketArn,
      roleArn: new Role(scope, 'StreamRole', { assumedBy: new ServicePrincipal('firehose.amazonaws.com') }).roleArn,
    },
  })),
};

const HANDLERS: Record<string, (scope: Construct) => lambda.IFunctionRef> = {
  fn: scope => newFunction(scope),
  alias: scope => new lambda.Alias(scope, 'Alias', { aliasName: 'live', version: newFunction(scope).currentVersion }),
  imported: scope => lambda.Function.fromFunctionArn(scope, 'Imported', 'arn:aws:lambda:us-east-1:111122223333:function:moderator'),
};

function newFunction(scope: Construct, role?: IRole): lambda.Function {
  return new lambda.Function(scope, 'Function', {
    role, runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
  });
}

const name = fc.string({ unit: fc.constantFrom(...'abcXYZ019-_'), maxLength: 128 });
const tagKey = fc.string({ unit: fc.constantFrom(...'abcXYZ019_.:/=+-@'), minLength: 1, maxLength: 128 }).filter(key => !/^aws:/i.test(key));
const tagsOfRoom = fc.dictionary(tagKey, fc.string({ unit: fc.constantFrom(...'abcXYZ 019_.:/=+-@'), minLength: 1, maxLength: 256 }), { maxKeys: 25 });
const room = fc.record({
  roomName: name,
  maximumMessageLength: fc.integer({ min: 1, max: 500 }),
  maximumMessageRatePerSecond: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 11, max: 100 })),
  tags: tagsOfRoom,
}, { requiredKeys: [] });

test('accepted properties have no findings', () => {
  fc.assert(fc.property(fc.record({
    region: fc.constantFrom(undefined, ...SERVICE_REGIONS),
    rooms: fc.array(room, { minLength: 1, maxLength: 3 }),
    handler: fc.constantFrom(undefined, 'none', ...Object.keys(HANDLERS)),
    fallbackResult: fc.constantFrom(undefined, FallbackResult.ALLOW, FallbackResult.DENY),
    destinations: fc.uniqueArray(fc.constantFrom(...Object.keys(DESTINATIONS)), { maxLength: 3 }),
    stackTags: tagsOfRoom,
    skipPermissions: fc.constantFrom(undefined, false, true),
    added: fc.boolean(),
  }), ({ region, rooms, handler, fallbackResult, destinations, stackTags, skipPermissions, added }) => {
    const app = new App({ context: STRICT });
    const stack = new Stack(app, 'Stack', handler === 'imported' || region === undefined ? {} : { env: { account: '111122223333', region } });
    Object.entries(stackTags).forEach(([key, value]) => Tags.of(stack).add(key, value));
    const messageReviewHandler = handler === 'none' ? MessageReviewHandler.none()
      : handler && new MessageReviewHandler(stack, 'Review', {
        handler: HANDLERS[handler](new Construct(stack, 'Handler')), fallbackResult, skipPermissions,
      });
    const loggingConfigurations = destinations.map(destination => new LoggingConfiguration(stack, `${destination}Log`, {
      destination: DESTINATIONS[destination](new Construct(stack, destination)), loggingConfigurationName: destination,
    }));
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    rooms.forEach((props, index) => {
      const chatRoom = new ChatRoom(stack, `Room${index}`, {
        ...props, loggingConfigurations: added ? undefined : loggingConfigurations, messageReviewHandler: messageReviewHandler || undefined,
      });
      if (added) loggingConfigurations.forEach(chatLog => chatRoom.addLoggingConfiguration(chatLog));
      chatRoom.grants.manage(role);
    });
    AllChatRoomsGrants.of(stack).createRoom(role);

    expect(findings(app)).toEqual([]);
  }), { numRuns: 60 });
});

/** 40 rooms share a policy on all rooms. */
describe.each([1, 40])('all kinds of custom resources, for %d rooms', count => {
  function build(app: App, env?: { account: string; region: string }): void {
    const stack = new Stack(app, 'Stack', { env });
    // Its own role would have a managed policy, which is a finding.
    const role = Role.fromRoleName(stack, 'Role', 'moderator');
    const messageReviewHandler = new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, role), detachOnDelete: true });
    const loggingConfigurations = [new LoggingConfiguration(stack, 'ChatLog', { destination: DESTINATIONS.logGroup(stack), detachOnDelete: true })];
    for (let index = 0; index < count; index++) {
      new ChatRoom(stack, `Room${index}`, { messageReviewHandler, loggingConfigurations, maximumMessageRatePerSecond: 50, tags: { team: 'chat' } });
    }
    new ChatRoomSettings(stack, 'Settings', {
      room: ChatRoom.fromRoomId(stack, 'ImportedRoom', 'AbCdEfGhIjKl'),
      messageReviewHandler,
      loggingConfigurations,
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 50,
      tags: { team: 'chat', empty: '' },
    });
  }

  test('have no findings of the validator', () => {
    const app = new App({ context: STRICT });
    build(app, { account: '111122223333', region: 'us-east-1' });

    expect(findings(app)).toEqual([]);
  });

  // The library acknowledges its wildcards, in known and unknown environments.
  test.each([{ account: '111122223333', region: 'us-east-1' }, undefined])('have no findings of cdk-nag AwsSolutions in %p', env => {
    const app = new App();
    build(app, env);

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

describe.each<[string, (stack: Stack) => void]>([
  ['for a room, with a customer managed key', stack => {
    const rooms = [new ChatRoom(stack, 'Room')];
    const bans = new ChatBans(stack, 'Bans', { rooms, encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }) });
    const authentication = ChatAuthentication.oidc({ issuer: 'https://login.example.com', audience: ['chat'] });
    new ChatTokenEndpoint(stack, 'Tokens', {
      rooms,
      authentication,
      bans,
      roles: [ChatRole.moderator().when(ClaimMatch.contains('groups', 'staff'))],
      attributes: { displayName: ChatAttribute.fromClaim('name') },
      allowedOrigins: ['https://app.example.com'],
      reservedConcurrentExecutions: 20,
    });
  }],
  ['for all rooms, with IAM', stack => {
    const bans = new ChatBans(stack, 'Bans');
    const role = Role.fromRoleName(stack, 'Role', 'admission');
    const tokens = new ChatTokenEndpoint(stack, 'Tokens', { admission: newFunction(stack, role), authentication: ChatAuthentication.iam(), bans });
    const machine = new Role(stack, 'Machine', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    tokens.grantInvokeUrl(machine);
    bans.grantBan(machine);
  }],
])('a token endpoint and bans %s', (_, build) => {
  test('have no findings of the validator', () => {
    const app = new App({ context: STRICT });
    build(new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } }));

    expect(findings(app)).toEqual([]);
  });

  test.each([{ account: '111122223333', region: 'us-east-1' }, undefined])('have no findings of cdk-nag AwsSolutions in %p', env => {
    const app = new App();
    build(new Stack(app, 'Stack', { env }));

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

describe.each<[string, (stack: Stack, logGroup: LogGroup) => void]>([
  ['with a customer managed key and a token endpoint', (stack, logGroup) => {
    const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    const history = new ChatHistory(stack, 'History', { chatLog: logGroup, encryptionKey });
    history.grantRead(new Role(stack, 'Reader', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') }));
    new ChatTokenEndpoint(stack, 'Tokens', { rooms: [new ChatRoom(stack, 'Room')], authentication: ChatAuthentication.iam(), history });
  }],
  ['on a log with five subscription filters', (stack, chatLog) => {
    for (const id of ['H1', 'H2', 'H3', 'H4']) new ChatHistory(stack, id, { chatLog, eventNames: ['poll'] });
    // Too many are reported on the first one in the order of logical IDs, which is not of the library.
    const destinationArn = 'arn:aws:kinesis:us-east-1:111122223333:stream/chat';
    new CfnSubscriptionFilter(stack, 'A', { logGroupName: chatLog.logGroupName, destinationArn, filterPattern: '' });
  }],
])('histories %s', (_, add) => {
  function build(stack: Stack): void {
    const logGroup = new LogGroup(stack, 'LogGroup');
    new LoggingConfiguration(stack, 'ChatLog', { destination: LoggingDestination.cloudWatchLogs(logGroup) });
    add(stack, logGroup);
  }

  test('have no findings of the validator', () => {
    const app = new App({ context: STRICT });
    build(new Stack(app, 'Stack', { env: { account: '111122223333', region: 'us-east-1' } }));

    expect(findings(app)).toEqual([]);
  });

  test.each([{ account: '111122223333', region: 'us-east-1' }, undefined])('have no findings of cdk-nag AwsSolutions in %p', env => {
    const app = new App();
    build(new Stack(app, 'Stack', { env }));

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

describe.each<[string, (stack: Stack) => Partial<AutoModeratorProps>]>([
  ['all rooms and Amazon Comprehend', stack => ({
    responses: [ModerationResponse.deleteMessage(), ModerationResponse.disconnectUser({ afterStrikes: 3 })],
    encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
  })],
  ['a room, a guardrail, bans and a destination', stack => {
    const policy = { contentPolicyConfig: { filtersConfig: [{ type: 'INSULTS', inputStrength: 'HIGH', outputStrength: 'NONE' }] } };
    const guardrail = new CfnGuardrail(stack, 'Guardrail', { name: 'chat', blockedInputMessaging: 'No.', blockedOutputsMessaging: 'No.', ...policy });
    const { attrVersion: version } = new CfnGuardrailVersion(stack, 'Version', { guardrailIdentifier: guardrail.attrGuardrailId });
    const deadLetterQueue = { queue: new Queue(stack, 'Rest', { enforceSSL: true }), maxReceiveCount: 3 };
    return {
      judge: ChatJudge.guardrail(guardrail, { version }),
      rooms: [new ChatRoom(stack, 'Room')],
      responses: [ModerationResponse.ban(new ChatBans(stack, 'Bans'), { afterStrikes: 2, duration: Duration.hours(1) })],
      exempt: [SenderMatch.role(ChatRole.moderator())],
      onFailure: new SqsDestination(new Queue(stack, 'Failed', { enforceSSL: true, deadLetterQueue })),
    };
  }],
])('an automatic moderator with %s', (_, propsOf) => {
  function build(app: App, env?: { account: string; region: string }): void {
    const stack = new Stack(app, 'Stack', { env });
    const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_WEEK });
    new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) });
    new AutoModerator(stack, 'Moderator', { chatLog, judge: ChatJudge.comprehendToxicity(), ...propsOf(stack) });
  }

  test('has no findings of the validator', () => {
    const app = new App({ context: STRICT });
    build(app, { account: '111122223333', region: 'us-east-1' });

    expect(findings(app)).toEqual([]);
  });

  test.each([{ account: '111122223333', region: 'us-east-1' }, undefined])('has no findings of cdk-nag AwsSolutions in %p', env => {
    const app = new App();
    build(app, env);

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

describe.each([{ account: '111122223333', region: 'us-east-1' }, undefined])('a monitoring and saved queries in %p', env => {
  function build(app: App): void {
    const stack = new Stack(app, 'Chat', { env });
    const chatLog = new LogGroup(stack, 'ChatLog', { retention: RetentionDays.ONE_WEEK });
    new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) });
    const role = Role.fromRoleName(stack, 'Role', 'moderator');
    const rooms = [new ChatRoom(stack, 'Room')];
    const bans = new ChatBans(stack, 'Bans', { rooms });
    new ChatLogQueries(stack, 'Queries', { chatLog });
    const constructs = {
      reviewHandlers: [
        new MessageFilter(stack, 'Filter', { provisionedConcurrentExecutions: 2 }), new MessageReviewHandler(stack, 'Review', { handler: newFunction(stack, role) }),
      ],
      tokenEndpoints: [new ChatTokenEndpoint(stack, 'Tokens', { rooms, bans, authentication: ChatAuthentication.iam() })],
      bans: [bans],
      autoModerators: [new AutoModerator(stack, 'Moderator', { chatLog, judge: ChatJudge.comprehendToxicity() })],
      histories: [new ChatHistory(stack, 'History', { chatLog })],
    };
    new ChatMonitoring(stack, 'Monitoring', { ...constructs, dashboard: true });
    const other = new Stack(app, 'Monitoring', { env });
    const alarmAction = new SnsAction(Topic.fromTopicArn(other, 'Topic', 'arn:aws:sns:us-east-1:111122223333:Alarms'));
    new ChatMonitoring(other, 'Monitoring', { ...constructs, alarmAction, dashboard: true });
  }

  test('have no findings of the validator', () => {
    const app = new App({ context: STRICT });
    build(app);

    expect(findings(app)).toEqual([]);
  });

  test('have no findings of cdk-nag AwsSolutions', () => {
    const app = new App();
    build(app);

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

/** Invalid values, and the property that the error message must start with. */
const INVALID: [string, fc.Arbitrary<ChatRoomProps>][] = [
  ['roomName', fc.oneof(
    name.filter(n => n.length > 0).chain(n => fc.constantFrom(...' ./é🎉:').map(bad => ({ roomName: (n + bad).slice(-128) }))),
    fc.integer({ min: 129, max: 400 }).map(length => ({ roomName: 'n'.repeat(length) })),
  )],
  ['maximumMessageLength', fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 501 }), fc.double({ min: 1.1, max: 1.9 }), fc.constant(NaN))
    .map(maximumMessageLength => ({ maximumMessageLength }))],
  ['maximumMessageRatePerSecond', fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 101 }), fc.double({ min: 1.1, max: 1.9 }), fc.constant(NaN))
    .map(maximumMessageRatePerSecond => ({ maximumMessageRatePerSecond }))],
  ['tags', fc.oneof(
    fc.integer({ min: 51, max: 60 }).map(count => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, 'value']))),
    tagKey.map(key => ({ [`aws:${key}`.slice(0, 128)]: 'value' })),
    fc.integer({ min: 129, max: 300 }).map(length => ({ ['k'.repeat(length)]: 'value' })),
    fc.constantFrom('', 'v'.repeat(257)).map(value => ({ key: value })),
  ).map(tags => ({ tags }))],
];

test.each(INVALID)('invalid values of %s cause an error of this library', (property, invalid) => {
  fc.assert(fc.property(room, invalid, (props, invalidProps) => {
    const app = new App();

    expect(() => {
      new ChatRoom(new Stack(app, 'Stack'), 'Room', { ...props, ...invalidProps });
      app.synth();
    }).toThrow(new RegExp(`(^|\\] )${property} must`));
  }), { numRuns: 60 });
});

/** Values of other types, as JavaScript can pass them. */
const otherType = fc.oneof(
  fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.array(fc.string(), { minLength: 1 }),
  fc.dictionary(fc.string(), fc.integer(), { minKeys: 1 }), fc.constant(() => ({})), fc.constant(new Map([['team', 'chat']])), fc.constant('construct'),
);
const isFunction = (value: unknown) => typeof value === 'object' && value !== null && 'functionRef' in value;

/** Each property, values of its own type that are excluded, and a construct that has it. */
const OTHER_TYPES: [string, (value: any) => boolean, (stack: Stack, props: any) => unknown][] = [
  ...([
    ['roomName', value => typeof value === 'string'],
    ['maximumMessageLength', Number.isInteger],
    ['maximumMessageRatePerSecond', Number.isInteger],
    ['messageReviewHandler', () => false],
    ['loggingConfigurations', () => false],
    ['tags', () => false],
  ] as [string, (value: any) => boolean][]).flatMap(([property, isValid]): typeof OTHER_TYPES => [
    [property, isValid, (stack, props) => new ChatRoom(stack, 'Room', props)],
    ...(property === 'roomName' ? [] : [[property, isValid, (stack, props) => (
      new ChatRoomSettings(stack, 'Settings', { room: ChatRoom.fromRoomId(stack, 'Imported', 'AbCdEfGhIjKl'), ...props })
    )] as typeof OTHER_TYPES[number]]),
  ]),
  ['room', () => false, (stack, props) => new ChatRoomSettings(stack, 'Settings', { maximumMessageLength: 300, ...props })],
  ['destination', () => false, (stack, props) => new LoggingConfiguration(stack, 'ChatLog', props)],
  ['loggingConfigurationName', value => typeof value === 'string', (stack, props) => (
    new LoggingConfiguration(stack, 'ChatLog', { destination: DESTINATIONS.importedBucket(stack), ...props })
  )],
  ['detachOnDelete', value => typeof value === 'boolean', (stack, props) => (
    new LoggingConfiguration(stack, 'ChatLog', { destination: DESTINATIONS.importedBucket(stack), ...props })
  )],
  ['handler', isFunction, (stack, props) => new MessageReviewHandler(stack, 'Review', props)],
  ['fallbackResult', () => false, (stack, props) => new MessageReviewHandler(stack, 'Review', { handler: HANDLERS.imported(stack), ...props })],
  ['detachOnDelete', value => typeof value === 'boolean', (stack, props) => (
    new MessageReviewHandler(stack, 'Review', { handler: HANDLERS.imported(stack), ...props })
  )],
];

test.each(OTHER_TYPES)('values of other types for %s cause an error of this library', (property, isValid, create) => {
  fc.assert(fc.property(otherType, generated => {
    const stack = new Stack(new App(), 'Stack');
    const value = generated === 'construct' ? newFunction(stack) : generated;
    fc.pre(!isValid(value));

    expect(() => create(stack, { [property]: value })).toThrow(new RegExp(`(^|\\] )${property}(\\[.*\\])? must`));
  }), { numRuns: 60 });
});
