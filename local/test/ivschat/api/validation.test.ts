import * as ivschat from '@aws-sdk/client-ivschat';
import { ControlPlaneService, HANDLER, LOG_GROUP, MISSING_CONFIGURATION, MISSING_ROOM } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.startWithResources();
});

afterEach(async () => {
  await service.close();
});

const long = (length: number) => 'a'.repeat(length);
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, 'x']));
const MANY_LOGS = Array.from({ length: 4 }, (_, i) => `arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/log${i}`);

test.each<[string, object, string]>([
  ['CreateRoom', { name: long(129) }, 'name'],
  ['CreateRoom', { name: 'the lobby' }, 'name'],
  ['CreateRoom', { name: 'lobby\n' }, 'name'],
  ['CreateRoom', { name: 7 }, 'name'],
  ['CreateRoom', { maximumMessageLength: 0 }, 'maximumMessageLength'],
  ['CreateRoom', { maximumMessageLength: 501 }, 'maximumMessageLength'],
  ['CreateRoom', { maximumMessageLength: 1.5 }, 'maximumMessageLength'],
  ['CreateRoom', { maximumMessageRatePerSecond: 0 }, 'maximumMessageRatePerSecond'],
  ['CreateRoom', { maximumMessageRatePerSecond: 101 }, 'maximumMessageRatePerSecond'],
  ['CreateRoom', { messageReviewHandler: { uri: 'review' } }, 'messageReviewHandler.uri'],
  ['CreateRoom', { messageReviewHandler: { uri: 'arn:aws:lambda:eu-west-1:1111:function:review' } }, 'messageReviewHandler.uri'],
  ['CreateRoom', { messageReviewHandler: { uri: `x${HANDLER}` } }, 'messageReviewHandler.uri'],
  ['CreateRoom', { messageReviewHandler: { uri: HANDLER + long(170) } }, 'messageReviewHandler.uri'],
  ['CreateRoom', { messageReviewHandler: { uri: HANDLER, fallbackResult: 'MAYBE' } }, 'messageReviewHandler.fallbackResult'],
  ['CreateRoom', { messageReviewHandler: 'review' }, 'messageReviewHandler'],
  ['CreateRoom', { loggingConfigurationIdentifiers: MANY_LOGS }, 'loggingConfigurationIdentifiers'],
  ['CreateRoom', { loggingConfigurationIdentifiers: ['log'] }, 'loggingConfigurationIdentifiers[0]'],
  ['CreateRoom', { tags: tags(51) }, 'tags'],
  ['CreateRoom', { tags: { '': 'x' } }, 'tags'],
  ['CreateRoom', { tags: { [long(129)]: 'x' } }, 'tags'],
  ['CreateRoom', { tags: { a: long(257) } }, 'tags'],
  ['CreateRoom', { tags: { 'aws:cloudformation:stack-name': 'x' } }, 'tags'],
  ['GetRoom', {}, 'identifier'],
  ['GetRoom', { identifier: 'abcdefABCDEF' }, 'identifier'],
  ['GetRoom', { identifier: MISSING_CONFIGURATION }, 'identifier'],
  ['UpdateRoom', { name: 'x' }, 'identifier'],
  ['UpdateRoom', { identifier: MISSING_ROOM, maximumMessageRatePerSecond: 101 }, 'maximumMessageRatePerSecond'],
  ['DeleteRoom', {}, 'identifier'],
  ['ListRooms', { maxResults: 0 }, 'maxResults'],
  ['ListRooms', { maxResults: 51 }, 'maxResults'],
  ['ListRooms', { nextToken: 'forged' }, 'nextToken'],
  ['ListRooms', { nextToken: long(1025) }, 'nextToken'],
  ['ListRooms', { loggingConfigurationIdentifier: '' }, 'loggingConfigurationIdentifier'],
  ['CreateLoggingConfiguration', {}, 'destinationConfiguration'],
  ['CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP, name: long(129) }, 'name'],
  ['CreateLoggingConfiguration', { destinationConfiguration: { s3: { bucketName: 'A' } } }, 'destinationConfiguration.s3.bucketName'],
  ['CreateLoggingConfiguration', { destinationConfiguration: { s3: {} } }, 'destinationConfiguration.s3.bucketName'],
  ['CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP, tags: { 'aws:x': 'y' } }, 'tags'],
  ['GetLoggingConfiguration', { identifier: MISSING_ROOM }, 'identifier'],
  ['UpdateLoggingConfiguration', {}, 'identifier'],
  ['DeleteLoggingConfiguration', {}, 'identifier'],
  ['ListLoggingConfigurations', { maxResults: 51 }, 'maxResults'],
  ['ListLoggingConfigurations', { nextToken: 'forged' }, 'nextToken'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM }, 'userId'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: '' }, 'userId'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: long(129) }, 'userId'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: 'a', capabilities: ['FLY'] }, 'capabilities[0]'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: 'a', sessionDurationInMinutes: 0 }, 'sessionDurationInMinutes'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: 'a', sessionDurationInMinutes: 181 }, 'sessionDurationInMinutes'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: 'a', attributes: { a: long(1024) } }, 'attributes'],
  ['CreateChatToken', { roomIdentifier: MISSING_ROOM, userId: 'a', attributes: { a: 1 } }, 'attributes'],
  ['SendEvent', { roomIdentifier: MISSING_ROOM }, 'eventName'],
  ['SendEvent', { roomIdentifier: MISSING_ROOM, eventName: long(101) }, 'eventName'],
  ['SendEvent', { roomIdentifier: MISSING_ROOM, eventName: 'x', attributes: { a: long(4096) } }, 'attributes'],
  ['DeleteMessage', { roomIdentifier: MISSING_ROOM, id: 'short' }, 'id'],
  ['DeleteMessage', { roomIdentifier: MISSING_ROOM, id: 'message00001', reason: long(257) }, 'reason'],
  ['DisconnectUser', { roomIdentifier: MISSING_ROOM, userId: 'a', reason: '' }, 'reason'],
  ['ListTagsForResource', { resourceArn: 'room' }, 'resourceArn'],
  ['TagResource', { resourceArn: MISSING_ROOM }, 'tags'],
  ['TagResource', { resourceArn: MISSING_ROOM, tags: tags(51) }, 'tags'],
  ['UntagResource', { resourceArn: MISSING_ROOM, tagKeys: Object.keys(tags(51)) }, 'tagKeys'],
  ['UntagResource', { resourceArn: MISSING_ROOM, tagKeys: [] }, 'tagKeys'],
])('%s with %j is rejected because of %s', async (operation, input, field) => {
  const error = await service.failure(operation, input);

  expect(error).toBeInstanceOf(ivschat.ValidationException);
  expect(error).toMatchObject({ reason: 'FIELD_VALIDATION_FAILED', $metadata: { httpStatusCode: 400 } });
  expect(error.fieldList).toEqual([{ name: field, message: expect.stringMatching(/./) }]);
  expect(error.message).toMatch(/^Request member: \w+ failed to satisfy the constraints: /);
});

test.each([
  ['no destination', '{}'],
  ['null', '{"s3":null}'],
  ['two destinations', '{"s3":{"bucketName":"chat-logs"},"firehose":{"deliveryStreamName":"chat"}}'],
  ['an unknown destination', '{"sqs":{"queueName":"chat"}}'],
])('a destination configuration with %s is rejected', async (_, destination) => {
  const before = await service.state();
  for (const [operation, identifier] of [['CreateLoggingConfiguration', null], ['UpdateLoggingConfiguration', service.configuration]]) {
    const body = `{"identifier":${JSON.stringify(identifier)},"destinationConfiguration":${destination}}`;
    const { status, json } = await service.request('POST', `/${operation}`, body);
    expect([status, json.fieldList]).toEqual([400, [{ name: 'destinationConfiguration', message: 'must have exactly one of s3, cloudWatchLogs, firehose' }]]);
  }
  expect(await service.state()).toBe(before);
});

test('lengths are counted in code points, sizes of attributes in bytes', async () => {
  const token = { roomIdentifier: service.room, userId: '😀'.repeat(128) };
  await service.send('CreateChatToken', { ...token, attributes: { é: 'x'.repeat(1022) } });
  await service.send('SendEvent', { roomIdentifier: service.room, eventName: '😀'.repeat(100), attributes: { é: 'x'.repeat(4094) } });

  expect(await service.failure('CreateChatToken', { ...token, userId: '😀'.repeat(129) })).toBeInstanceOf(ivschat.ValidationException);
  expect(await service.failure('CreateChatToken', { ...token, attributes: { é: 'x'.repeat(1023) } })).toBeInstanceOf(ivschat.ValidationException);
  expect(await service.failure('SendEvent', { roomIdentifier: service.room, eventName: 'a', attributes: { é: 'x'.repeat(4095) } })).toBeInstanceOf(ivschat.ValidationException);
});

test('the error lists several invalid fields, but at most 10', async () => {
  const two = await service.failure('CreateRoom', { name: '?', maximumMessageLength: 501 });
  expect(two.fieldList.map((field: any) => field.name)).toEqual(['name', 'maximumMessageLength']);

  const capabilities = Array.from({ length: 5000 }, () => 'FLY') as any;
  expect((await service.failure('CreateChatToken', { roomIdentifier: service.room, userId: 'a', capabilities })).fieldList).toHaveLength(10);
});

test('null counts as absent, and unknown members are ignored', async () => {
  const { status, json } = await service.request('POST', '/CreateRoom', '{"name":null,"tags":null,"colour":"red"}');
  expect([status, json.name, json.colour]).toEqual([200, '', undefined]);
});

test.each([
  ['CreateRoom', '{"loggingConfigurationIdentifiers":[null]}', 'loggingConfigurationIdentifiers[0]'],
  ['CreateRoom', '{"tags":{"a":null}}', 'tags'],
  ['CreateRoom', '{"tags":["a"]}', 'tags'],
  ['CreateRoom', '{"maximumMessageLength":"5"}', 'maximumMessageLength'],
  ['CreateRoom', '{"loggingConfigurationIdentifiers":{"0":"a"}}', 'loggingConfigurationIdentifiers'],
])('%s rejects %s, which the SDK client does not send', async (operation, body, name) => {
  const { status, type, json } = await service.request('POST', `/${operation}`, body);
  expect([status, type]).toEqual([400, 'ValidationException']);
  expect(json.fieldList).toEqual([{ name, message: expect.stringMatching(/^must be /) }]);
});

test('an event name can begin with aws:, like those of the service', async () => {
  await service.send('SendEvent', { roomIdentifier: service.room, eventName: 'aws:DELETE_MESSAGE' });
  expect(service.messenger.sent).toEqual([['sendEvent', service.room, 'aws:DELETE_MESSAGE', {}]]);
});
