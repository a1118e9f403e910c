import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:review';
const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));
const PERMISSION = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { 'Fn::GetAtt': ['Review', 'Arn'] },
    Action: 'lambda:InvokeFunction',
    Principal: 'ivschat.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
    SourceArn: { 'Fn::Sub': 'arn:${AWS::Partition}:ivschat:${AWS::Region}:${AWS::AccountId}:room/*' },
  },
};
const BASE = {
  Role: ROLE,
  Review: functionOf('review'),
  Permission: PERMISSION,
  Group: { Type: 'AWS::Logs::LogGroup' },
  Log: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties: { DestinationConfiguration: { CloudWatchLogs: { LogGroupName: { Ref: 'Group' } } } } },
};
const room = (properties: object) => ({ ...BASE, Room: { Type: 'AWS::IVSChat::Room', DependsOn: 'Permission', Properties: properties } });
const theRoom = () => harness.controlPlane.listRooms()[0];
const tagsOf = async (resourceArn: string) => (await harness.controlPlane.call('ListTagsForResource', { resourceArn })).tags;
const FULL = {
  Name: 'lobby',
  MaximumMessageLength: '300',
  MaximumMessageRatePerSecond: 5,
  MessageReviewHandler: { Uri: { 'Fn::GetAtt': ['Review', 'Arn'] }, FallbackResult: 'DENY' },
  LoggingConfigurationIdentifiers: [{ Ref: 'Log' }],
  Tags: [{ Key: 'team', Value: 'chat' }, { Key: 'stage', Value: 'test' }],
};

test('a room with all properties', async () => {
  const { outputs } = await deployed(room(FULL), outputsOf({
    ref: { Ref: 'Room' },
    arn: { 'Fn::GetAtt': ['Room', 'Arn'] },
    id: { 'Fn::GetAtt': ['Room', 'Id'] },
    log: { Ref: 'Log' },
    logArn: { 'Fn::GetAtt': ['Log', 'Arn'] },
    logId: { 'Fn::GetAtt': ['Log', 'Id'] },
    state: { 'Fn::GetAtt': ['Log', 'State'] },
  }));
  expect(theRoom()).toEqual(expect.objectContaining({
    arn: outputs.arn,
    id: outputs.id,
    name: 'lobby',
    maximumMessageLength: 300,
    maximumMessageRatePerSecond: 5,
    messageReviewHandler: { uri: FUNCTION_ARN, fallbackResult: 'DENY' },
    loggingConfigurationIdentifiers: [outputs.log],
  }));
  expect(await tagsOf(outputs.arn)).toEqual({ team: 'chat', stage: 'test' });
  expect(outputs).toEqual({
    ref: outputs.arn,
    arn: `arn:aws:ivschat:us-east-1:111122223333:room/${outputs.id}`,
    id: expect.stringMatching(/^[a-zA-Z0-9]{12}$/),
    log: outputs.logArn,
    logArn: `arn:aws:ivschat:us-east-1:111122223333:logging-configuration/${outputs.logId}`,
    logId: expect.stringMatching(/^[a-zA-Z0-9]{12}$/),
    state: 'ACTIVE',
  });
  expect(harness.notices).toEqual([]);
});

test('one warning for a region without Amazon IVS Chat', async () => {
  await harness.stop();
  const environment = { account: '111122223333', region: 'eu-north-1' };
  harness = await DeploymentHarness.start({ environment });
  await harness.deployment.deploy(stackOf({ One: { Type: 'AWS::IVSChat::Room' }, Two: { Type: 'AWS::IVSChat::Room' } }, {}, { environment }));
  expect(harness.notices).toEqual([{ logicalId: 'One', notice: 'region', region: 'eu-north-1' }]);
});

test('a room and its tags are updated in place', async () => {
  await deployed(room(FULL));
  const { arn } = theRoom();
  await deployed(room({ ...FULL, Name: 'hall', MessageReviewHandler: { Uri: '' }, Tags: [{ Key: 'team', Value: 'video' }, { Key: 'new', Value: '1' }] }));
  expect(theRoom()).toEqual(expect.objectContaining({ arn, name: 'hall' }));
  expect(theRoom().messageReviewHandler?.uri).toBe('');
  expect(await tagsOf(arn)).toEqual({ team: 'video', new: '1' });
});

test('an update whose tags the service refuses is rolled back', async () => {
  await deployed(room(FULL));
  await expect(deployed(room({ ...FULL, Name: 'hall', Tags: [{ Key: 'aws:team', Value: 'x' }] }))).rejects.toThrow('was rolled back');
  expect(theRoom()).toEqual(expect.objectContaining({ name: FULL.Name }));
  expect(await tagsOf(theRoom().arn)).toEqual({ team: 'chat', stage: 'test' });
});

test.each([
  [{ roomUpdateResetsRate: true }, 10], [{ roomUpdateResetsRate: false }, 50], [{}, 50],
])('an update without a rate keeps or resets the rate set by the API, with %j', async (options, rate) => {
  await harness.stop();
  harness = await DeploymentHarness.start(options);
  await deployed(room({ Name: 'one' }));
  await harness.controlPlane.call('UpdateRoom', { identifier: theRoom().arn, maximumMessageRatePerSecond: 50 });
  await deployed(room({ Name: 'one' }));
  expect(theRoom().maximumMessageRatePerSecond).toBe(50);
  await deployed(room({ Name: 'two' }));
  expect(theRoom().maximumMessageRatePerSecond).toBe(rate);
});

test.each([
  [{ removalClearsProperty: true }, true], [{ removalClearsProperty: false }, false], [{}, false],
])('removing handler and logging configurations from the template detaches or keeps them, with %j', async (options, cleared) => {
  await harness.stop();
  harness = await DeploymentHarness.start(options);
  await deployed(room(FULL));
  await deployed(room({ Name: 'lobby' }));
  expect(theRoom().messageReviewHandler?.uri).toBe(cleared ? '' : FUNCTION_ARN);
  expect(theRoom().loggingConfigurationIdentifiers).toHaveLength(cleared ? 0 : 1);
  // An update that removes nothing detaches nothing.
  await harness.controlPlane.call('UpdateRoom', { identifier: theRoom().arn, messageReviewHandler: { uri: FUNCTION_ARN } });
  await deployed(room({ Name: 'hall' }));
  expect(theRoom().messageReviewHandler?.uri).toBe(FUNCTION_ARN);
});

test.each<[string, object, string]>([
  ['a rate above 10', { MaximumMessageRatePerSecond: 11 }, 'MaximumMessageRatePerSecond must be a whole number from 1 to 10, got 11.'],
  ['a length above 500', { MaximumMessageLength: 501 }, 'MaximumMessageLength must be a whole number from 1 to 500, got 501.'],
  ['a length that is not a number', { MaximumMessageLength: 'long' }, 'MaximumMessageLength must be a whole number from 1 to 500, got "long".'],
  ['a name with a space', { Name: 'a b' }, 'Name must match'],
  ['a name that is too long', { Name: 'a'.repeat(129) }, 'Name must have 0 to 128 characters, got 129.'],
  ['an id instead of an ARN', { LoggingConfigurationIdentifiers: ['abcdefghijkl'] }, 'LoggingConfigurationIdentifiers.0 must match'],
  ['duplicate logging configurations', { LoggingConfigurationIdentifiers: [{ Ref: 'Log' }, { Ref: 'Log' }] }, 'LoggingConfigurationIdentifiers must not have duplicate items.'],
  ['51 logging configurations', { LoggingConfigurationIdentifiers: Array.from({ length: 51 }, (_, index) => `arn:aws:ivschat:us-east-1:1:logging-configuration/${index}`) },
    'LoggingConfigurationIdentifiers must have at most 50 items, got 51.'],
  ['a handler that is not an ARN', { MessageReviewHandler: { Uri: 'review' } }, 'MessageReviewHandler.Uri must match'],
  ['an unknown fallback result', { MessageReviewHandler: { FallbackResult: 'MAYBE' } }, 'MessageReviewHandler.FallbackResult must match'],
  ['an empty tag value', { Tags: [{ Key: 'a', Value: '' }] }, 'Tags.0.Value must have 1 to 256 characters, got 0.'],
  ['an unknown property', { RoomName: 'x' }, 'RoomName is not a property of this type.'],
])('fails for %s before it calls the service', async (_name, properties, message) => {
  const call = jest.spyOn(harness.controlPlane, 'call');
  await expect(deployed(room(properties))).rejects.toThrow(`Room (AWS::IVSChat::Room): Properties validation failed: ${message}`);
  expect(call.mock.calls.map(([operation]) => operation)).not.toContain('CreateRoom');
});

test('fails for four logging configurations and for a handler without permission, which only the service refuses', async () => {
  const four = Array.from({ length: 4 }, (_, index) => `arn:aws:ivschat:us-east-1:1:logging-configuration/${index}`);
  await expect(deployed(room({ LoggingConfigurationIdentifiers: four }))).rejects.toThrow('Room (AWS::IVSChat::Room): ');
  const { Permission, ...without } = BASE;
  expect(Permission).toBeDefined();
  await expect(deployed({ ...without, Room: { Type: 'AWS::IVSChat::Room', Properties: { MessageReviewHandler: { Uri: { 'Fn::GetAtt': ['Review', 'Arn'] } } } } }))
    .rejects.toThrow('invalid lambda permission');
});

test.each<[string, object, string]>([
  ['no destination', {}, 'DestinationConfiguration is missing.'],
  ['a destination without a name', { DestinationConfiguration: { S3: {} } }, 'DestinationConfiguration.S3.BucketName is missing.'],
  ['an ARN', { DestinationConfiguration: { CloudWatchLogs: { LogGroupName: 'arn:aws:logs:x' } } }, 'DestinationConfiguration.CloudWatchLogs.LogGroupName must match'],
])('fails for a logging configuration with %s', async (_name, Properties, message) => {
  await expect(deployed({ Log: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties } })).rejects.toThrow(message);
});

test('a logging configuration changes its destination in place, with a notice for one outside of the deployment', async () => {
  const stack = (DestinationConfiguration: object) => ({
    Bucket: { Type: 'AWS::S3::Bucket' },
    Stream: { Type: 'AWS::KinesisFirehose::DeliveryStream' },
    Log: { Type: 'AWS::IVSChat::LoggingConfiguration', Properties: { DestinationConfiguration } },
  });
  const { resources: { Log } } = await deployed(stack({ S3: { BucketName: { Ref: 'Bucket' } } }));
  await deployed(stack({ Firehose: { DeliveryStreamName: { Ref: 'Stream' } } }));
  expect(harness.controlPlane.loggingConfiguration(Log.physicalId)?.destinationConfiguration)
    .toEqual({ firehose: { deliveryStreamName: expect.stringMatching(/^Chat-Stream-[0-9A-Z]{12}$/) } });
  expect(harness.notices).toEqual([]);
  await deployed(stack({ S3: { BucketName: 'elsewhere' } }));
  expect(harness.notices).toEqual([{ logicalId: 'Log', notice: 'missing-destination', destination: 'elsewhere' }]);
});

test('a room that was deleted by other means does not prevent the deletion of the stack', async () => {
  await deployed(room(FULL));
  await harness.controlPlane.call('DeleteRoom', { identifier: theRoom().arn });
  await harness.deployment.destroy('Chat');
  expect(harness.deployment.describe()).toEqual([]);
});
