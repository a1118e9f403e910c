/**
 * Runs on the newest CDK only, with its CloudFormation validator on: whatever the constructs accept must be a template
 * with no finding at all, and whatever they refuse must end in a sentence of ours.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App, Stack, Tags } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnDeliveryStream } from 'aws-cdk-lib/aws-kinesisfirehose';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Construct } from 'constructs';
import * as fc from 'fast-check';
import {
  AllChatRoomsGrants, ChatRoom, type ChatRoomProps, ChatRoomSettings, FallbackResult, LoggingConfiguration, LoggingDestination, MessageReviewHandler,
} from '../src';
import { EXAMPLES } from './support/examples';
import { findCycle } from './support/find-cycle';
import { SERVICE_REGIONS } from '../src/private/limits';

// jest.setup.ts turns the validator off for all other files.
process.env.CDK_VALIDATION = 'true';

const STRICT = { '@aws-cdk/core:validateAgainstDefaultRules': true };

interface Finding { readonly ruleName: string; readonly description: string }

/** Synthesizes and returns what the validator found, warnings included. A cycle fails the test at once. */
function findings(app: App): Finding[] {
  const assembly = app.synth();
  for (const stack of assembly.stacksRecursively) expect(findCycle(stack.template)).toBeUndefined();
  const report = JSON.parse(fs.readFileSync(path.join(assembly.directory, 'validation-report.json'), 'utf8'));
  // A validator without findings is not in the report at all; the second test below shows that it has run.
  return report.pluginReports
    .filter((plugin: any) => plugin.pluginName === 'CloudFormation Validate')
    .flatMap((plugin: any) => plugin.violations);
}

test('the suite runs on the newest CDK', () => {
  expect(jest.requireActual('aws-cdk-lib/package.json').version).toBe('2.276.0');
});

test('the validator is on', () => {
  const app = new App({ context: STRICT });
  const room = new ChatRoom(new Stack(app, 'Stack'), 'Room');
  (room.node.defaultChild as any).addPropertyOverride('MaximumMessageLength', 501);

  expect(() => findings(app)).toThrow(/validation/i);
});

describe.each(EXAMPLES)('the example $name', ({ build }) => {
  test('has no finding of the validator', () => {
    const app = new App({ context: { ...STRICT, 'aws:cdk:bundling-stacks': [] } });
    build(app);

    expect(findings(app)).toEqual([]);
  });

  test('has no finding of cdk-nag AwsSolutions that is not acknowledged with a reason', () => {
    const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
    build(app);

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

/** A logging destination of every kind, made below a scope. */
const DESTINATIONS: Record<string, (scope: Construct) => LoggingDestination> = {
  logGroup: scope => LoggingDestination.cloudWatchLogs(new LogGroup(scope, 'LogGroup')),
  importedLogGroup: scope => LoggingDestination.cloudWatchLogs(LogGroup.fromLogGroupName(scope, 'LogGroup', '/aws/vendedlogs/chat')),
  bucket: scope => LoggingDestination.s3(new Bucket(scope, 'Bucket', { enforceSSL: true })),
  bucketWithKey: scope => LoggingDestination.s3(new Bucket(scope, 'Bucket', {
    encryption: BucketEncryption.KMS, encryptionKey: new kms.Key(scope, 'Key', { enableKeyRotation: true }),
  })),
  importedBucket: scope => LoggingDestination.s3(Bucket.fromBucketName(scope, 'Bucket', 'chat-logs')),
  // The L1: the L2 brings a mapping into the template that the validator finds to be unused.
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

function newFunction(scope: Construct): lambda.Function {
  return new lambda.Function(scope, 'Function', {
    runtime: lambda.Runtime.NODEJS_24_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => ({})'),
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

test('whatever is accepted has no finding', () => {
  fc.assert(fc.property(fc.record({
    region: fc.constantFrom(undefined, ...SERVICE_REGIONS),
    rooms: fc.array(room, { minLength: 1, maxLength: 3 }),
    handler: fc.constantFrom(undefined, 'none', ...Object.keys(HANDLERS)),
    fallbackResult: fc.constantFrom(undefined, FallbackResult.ALLOW, FallbackResult.DENY),
    destinations: fc.uniqueArray(fc.constantFrom(...Object.keys(DESTINATIONS)), { maxLength: 3 }),
    stackTags: tagsOfRoom,
  }), ({ region, rooms, handler, fallbackResult, destinations, stackTags }) => {
    const app = new App({ context: STRICT });
    const stack = new Stack(app, 'Stack', handler === 'imported' || region === undefined ? {} : { env: { account: '111122223333', region } });
    Object.entries(stackTags).forEach(([key, value]) => Tags.of(stack).add(key, value));
    const messageReviewHandler = handler === 'none' ? MessageReviewHandler.none()
      : handler && new MessageReviewHandler(stack, 'Review', { handler: HANDLERS[handler](new Construct(stack, 'Handler')), fallbackResult });
    const loggingConfigurations = destinations.map(destination => new LoggingConfiguration(stack, `${destination}Log`, {
      destination: DESTINATIONS[destination](new Construct(stack, destination)), loggingConfigurationName: destination,
    }));
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    rooms.forEach((props, index) => {
      const chatRoom = new ChatRoom(stack, `Room${index}`, { ...props, loggingConfigurations, messageReviewHandler: messageReviewHandler || undefined });
      chatRoom.grants.manage(role);
    });
    AllChatRoomsGrants.of(stack).createRoom(role);

    expect(findings(app)).toEqual([]);
  }), { numRuns: 60 });
});

/** More than 18 share a policy on all rooms. */
describe.each([1, 40])('custom resources of every kind for %d rooms', count => {
  function build(app: App, env?: { account: string; region: string }): void {
    const stack = new Stack(app, 'Stack', { env });
    const messageReviewHandler = new MessageReviewHandler(stack, 'Review', { handler: HANDLERS.imported(stack), detachOnDelete: true });
    const loggingConfigurations = [new LoggingConfiguration(stack, 'ChatLog', { destination: DESTINATIONS.logGroup(stack), detachOnDelete: true })];
    for (let index = 0; index < count; index++) {
      new ChatRoom(stack, `Room${index}`, { messageReviewHandler, loggingConfigurations, maximumMessageRatePerSecond: 50, tags: { team: 'chat' } });
    }
    new ChatRoomSettings(stack, 'Settings', {
      room: ChatRoom.fromRoomId(stack, 'Foreign', 'AbCdEfGhIjKl'),
      messageReviewHandler,
      loggingConfigurations,
      maximumMessageLength: 300,
      maximumMessageRatePerSecond: 50,
      tags: { team: 'chat', empty: '' },
    });
  }

  test('have no finding of the validator', () => {
    const app = new App({ context: STRICT });
    build(app, { account: '111122223333', region: 'us-east-1' });

    expect(findings(app)).toEqual([]);
  });

  // Their wildcards are acknowledged with a reason by the library, in an environment that is known and in one that is not.
  test.each([{ account: '111122223333', region: 'us-east-1' }, undefined])('have no finding of cdk-nag AwsSolutions in %p', env => {
    const app = new App();
    build(app, env);

    expect(new AwsSolutionsChecks(app as any).validateScope(app as any).violations).toEqual([]);
  });
});

/** Each breaks one rule with a value of its own choice, and says which property the error must begin with. */
const BREAKS: [string, fc.Arbitrary<ChatRoomProps>][] = [
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

test.each(BREAKS)('whatever breaks a rule of %s ends in our error', (property, broken) => {
  fc.assert(fc.property(room, broken, (props, breaking) => {
    const app = new App();

    expect(() => {
      new ChatRoom(new Stack(app, 'Stack'), 'Room', { ...props, ...breaking });
      app.synth();
    }).toThrow(new RegExp(`(^|\\] )${property} (must|may)`));
  }), { numRuns: 60 });
});
