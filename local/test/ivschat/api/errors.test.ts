import * as ivschat from '@aws-sdk/client-ivschat';
import { ServiceError } from '../../../src/ivschat/api/errors';
import { OPERATION_NAMES, findOperation } from '../../../src/ivschat/api/model';
import { REQUESTS_PER_SECOND } from '../../../src/ivschat/api/model-overrides';
import { ENVIRONMENT, HANDLER, LOG_GROUP, MISSING_CONFIGURATION, MISSING_ROOM, OTHER_HANDLER, Service, errorOf } from '../../support/control-plane-service';

let service: Service;
let room: string;
let configuration: string;

async function start(options: { throttle?: boolean } = {}): Promise<void> {
  service = await Service.start(options);
  room = (await service.controlPlane.call('CreateRoom', {}, { unthrottled: true })).arn;
  configuration = (await service.controlPlane.call('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP }, { unthrottled: true })).arn;
}

afterEach(async () => {
  await service.close();
});

/** An input that each operation accepts. */
function inputOf(operation: string, target?: string): any {
  const logging = operation.includes('LoggingConfiguration');
  const arn = target ?? (logging ? configuration : room);
  switch (operation) {
    case 'CreateRoom': case 'ListRooms': case 'ListLoggingConfigurations': return {};
    case 'CreateLoggingConfiguration': return { destinationConfiguration: LOG_GROUP };
    case 'CreateChatToken': return { roomIdentifier: arn, userId: 'alice' };
    case 'SendEvent': return { roomIdentifier: arn, eventName: 'goal' };
    case 'DeleteMessage': return { roomIdentifier: arn, id: 'message00001' };
    case 'DisconnectUser': return { roomIdentifier: arn, userId: 'bob' };
    case 'TagResource': return { resourceArn: arn, tags: { a: 'b' } };
    case 'UntagResource': return { resourceArn: arn, tagKeys: ['a'] };
    case 'ListTagsForResource': return { resourceArn: arn };
    default: return { identifier: arn };
  }
}

async function send(operation: string, input: any): Promise<unknown> {
  const command = new (ivschat as any)[`${operation}Command`](input);
  return await (service.client as any).send(command);
}

/** The refused request must have changed nothing. */
async function refusal(operation: string, input: any): Promise<any> {
  const before = await service.state();
  const error = await errorOf(send(operation, input));
  expect(await service.state()).toBe(before);
  return error;
}

describe('each modelled error reaches the official client as its own class, with its fields', () => {
  const FIELDS: Record<string, Record<string, unknown>> = {
    AccessDeniedException: {},
    ConflictException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM' },
    InternalServerException: {},
    PendingVerification: {},
    ResourceNotFoundException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM' },
    ServiceQuotaExceededException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM', limit: 7 },
    ThrottlingException: { resourceId: 'abcdefABCDEF', resourceType: 'ROOM', limit: 7 },
    ValidationException: { reason: 'OTHER', fieldList: [{ name: 'a', message: 'b' }] },
  };
  const STATUS: Record<string, number> = {
    AccessDeniedException: 403,
    ConflictException: 409,
    InternalServerException: 500,
    PendingVerification: 403,
    ResourceNotFoundException: 404,
    ServiceQuotaExceededException: 402,
    ThrottlingException: 429,
    ValidationException: 400,
  };

  test.each(OPERATION_NAMES)('%s', async (operation) => {
    await start();
    for (const name of new Set([...findOperation(operation)!.errors, 'ThrottlingException'])) {
      service.refusal = new ServiceError(name, 'the reason', FIELDS[name]);

      const error = await refusal(operation, inputOf(operation));

      expect(error).toBeInstanceOf((ivschat as any)[name]);
      expect(error).toMatchObject({ name, message: 'the reason', ...FIELDS[name], $metadata: { httpStatusCode: STATUS[name] } });
    }
  });
});

describe('a resource that is not there', () => {
  beforeEach(async () => start());

  test.each(OPERATION_NAMES.filter((name) => !/^(CreateRoom|CreateLogging|List(Rooms|Logging))/.test(name)))('%s', async (operation) => {
    const logging = operation.includes('LoggingConfiguration');
    const error = await refusal(operation, inputOf(operation, logging ? MISSING_CONFIGURATION : MISSING_ROOM));

    expect(error).toBeInstanceOf(ivschat.ResourceNotFoundException);
    expect(error).toMatchObject({
      resourceId: 'missing00000', resourceType: logging ? 'LOGGING_CONFIGURATION' : 'ROOM', $metadata: { httpStatusCode: 404 },
    });
  });

  test.each(['CreateRoom', 'UpdateRoom'])('%s with a logging configuration that does not exist', async (operation) => {
    const error = await refusal(operation, { ...inputOf(operation), name: 'new', loggingConfigurationIdentifiers: [configuration, MISSING_CONFIGURATION] });

    expect(error).toBeInstanceOf(ivschat.ResourceNotFoundException);
    expect(error).toMatchObject({ resourceId: 'missing00000', resourceType: 'LOGGING_CONFIGURATION' });
  });

  test.each(['eu-central-1:111122223333', 'eu-west-1:444455556666'])('a room of %s', async (place) => {
    const error = await refusal('GetRoom', { identifier: room.replace(`${ENVIRONMENT.region}:${ENVIRONMENT.account}`, place) });
    expect(error).toBeInstanceOf(ivschat.ResourceNotFoundException);
  });
});

describe('validation', () => {
  beforeEach(async () => start());

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
  ])('%s %j is refused for %s', async (operation, input, field) => {
    const error = await refusal(operation, input);

    expect(error).toBeInstanceOf(ivschat.ValidationException);
    expect(error).toMatchObject({ reason: 'FIELD_VALIDATION_FAILED', $metadata: { httpStatusCode: 400 } });
    expect(error.fieldList).toEqual([{ name: field, message: expect.stringMatching(/./) }]);
    expect(error.message).toMatch(/^Request member: \w+ failed to satisfy the constraints: /);
  });

  test.each([
    ['no destination', '{}'],
    ['null only', '{"s3":null}'],
    ['two destinations', '{"s3":{"bucketName":"chat-logs"},"firehose":{"deliveryStreamName":"chat"}}'],
    ['an unknown destination', '{"sqs":{"queueName":"chat"}}'],
  ])('a union with %s is refused', async (_, destination) => {
    const before = await service.state();
    for (const [operation, identifier] of [['CreateLoggingConfiguration', null], ['UpdateLoggingConfiguration', configuration]]) {
      const body = `{"identifier":${JSON.stringify(identifier)},"destinationConfiguration":${destination}}`;
      const { status, json } = await service.request('POST', `/${operation}`, body);
      expect([status, json.fieldList]).toEqual([400, [{ name: 'destinationConfiguration', message: 'must have exactly one of s3, cloudWatchLogs, firehose' }]]);
    }
    expect(await service.state()).toBe(before);
  });

  test('lengths are counted in code points, sizes of attributes in bytes', async () => {
    const token = { roomIdentifier: room, userId: '😀'.repeat(128) };
    await send('CreateChatToken', { ...token, attributes: { é: 'x'.repeat(1022) } });
    await send('SendEvent', { roomIdentifier: room, eventName: '😀'.repeat(100), attributes: { é: 'x'.repeat(4094) } });

    expect(await refusal('CreateChatToken', { ...token, userId: '😀'.repeat(129) })).toBeInstanceOf(ivschat.ValidationException);
    expect(await refusal('CreateChatToken', { ...token, attributes: { é: 'x'.repeat(1023) } })).toBeInstanceOf(ivschat.ValidationException);
    expect(await refusal('SendEvent', { roomIdentifier: room, eventName: 'a', attributes: { é: 'x'.repeat(4095) } })).toBeInstanceOf(ivschat.ValidationException);
  });

  test('several wrong fields are told at once, but not thousands', async () => {
    const two = await refusal('CreateRoom', { name: '?', maximumMessageLength: 501 });
    expect(two.fieldList.map((field: any) => field.name)).toEqual(['name', 'maximumMessageLength']);

    const capabilities = Array.from({ length: 5000 }, () => 'FLY') as any;
    expect((await refusal('CreateChatToken', { roomIdentifier: room, userId: 'a', capabilities })).fieldList).toHaveLength(10);
  });

  test('null is absent, an unknown member is ignored', async () => {
    const { status, json } = await service.request('POST', '/CreateRoom', '{"name":null,"tags":null,"colour":"red"}');
    expect([status, json.name, json.colour]).toEqual([200, '', undefined]);
  });

  test.each([
    ['CreateRoom', '{"loggingConfigurationIdentifiers":[null]}', 'loggingConfigurationIdentifiers[0]'],
    ['CreateRoom', '{"tags":{"a":null}}', 'tags'],
    ['CreateRoom', '{"tags":["a"]}', 'tags'],
    ['CreateRoom', '{"maximumMessageLength":"5"}', 'maximumMessageLength'],
    ['CreateRoom', '{"loggingConfigurationIdentifiers":{"0":"a"}}', 'loggingConfigurationIdentifiers'],
  ])('%s %s, which the client would not send, is refused', async (operation, body, name) => {
    const { status, type, json } = await service.request('POST', `/${operation}`, body);
    expect([status, type]).toEqual([400, 'ValidationException']);
    expect(json.fieldList).toEqual([{ name, message: expect.stringMatching(/^must be /) }]);
  });

  test('a page token is good for its own list and filter only', async () => {
    for (const name of ['a', 'a', 'b']) await send('CreateRoom', { name });
    const { nextToken } = await service.client.listRooms({ name: 'a', maxResults: 1 });

    expect(await refusal('ListRooms', { name: 'b', nextToken })).toBeInstanceOf(ivschat.ValidationException);
    expect(await refusal('ListRooms', { name: 'a', nextToken: `${nextToken}0` })).toBeInstanceOf(ivschat.ValidationException);
    expect(await refusal('ListLoggingConfigurations', { nextToken })).toBeInstanceOf(ivschat.ValidationException);
    expect((await service.client.listRooms({ name: 'a', nextToken })).rooms).toHaveLength(1);
  });

  test('a resource has at most 50 tags, counted together', async () => {
    await send('TagResource', { resourceArn: room, tags: tags(50) });
    await send('TagResource', { resourceArn: room, tags: tags(50) });

    const error = await refusal('TagResource', { resourceArn: room, tags: { more: 'x' } });

    expect(error).toBeInstanceOf(ivschat.ValidationException);
  });

  test("nobody removes Amazon's own tags", async () => {
    expect(await refusal('UntagResource', { resourceArn: room, tagKeys: ['aws:x'] })).toBeInstanceOf(ivschat.ValidationException);
  });

  test('a room does not name a logging configuration twice', async () => {
    const error = await refusal('CreateRoom', { loggingConfigurationIdentifiers: [configuration, configuration] });
    expect(error).toBeInstanceOf(ivschat.ValidationException);
  });
});

describe('the review handler', () => {
  const UNPERMITTED = 'arn:aws:lambda:eu-west-1:111122223333:function:other';

  beforeEach(async () => start());

  test.each(['CreateRoom', 'UpdateRoom'])('%s needs its permission', async (operation) => {
    const error = await refusal(operation, { ...inputOf(operation), name: 'new', messageReviewHandler: { uri: UNPERMITTED } });

    expect(error).toBeInstanceOf(ivschat.ValidationException);
    expect(error.message).toBe('Request member: uri failed to satisfy the constraints: invalid lambda permission');
    expect(error).toMatchObject({ reason: 'FIELD_VALIDATION_FAILED', fieldList: [{ name: 'messageReviewHandler.uri', message: 'invalid lambda permission' }] });
    expect(error.$metadata.httpStatusCode).toBe(400);
  });

  test('is looked at only when it is named', async () => {
    await send('UpdateRoom', { identifier: room, messageReviewHandler: { uri: OTHER_HANDLER } });
    await send('UpdateRoom', { identifier: room, messageReviewHandler: { fallbackResult: 'DENY' } });
    await send('UpdateRoom', { identifier: room, name: 'new' });
    await send('UpdateRoom', { identifier: room, messageReviewHandler: { uri: '' } });

    expect(service.permissions.asked).toEqual([[OTHER_HANDLER, room]]);
  });

  test.each([
    'arn:aws:lambda:us-east-1:111122223333:function:review',
    'arn:aws:lambda:eu-west-1:444455556666:function:review',
  ])('%s is in another place than the room', async (uri) => {
    const error = await refusal('CreateRoom', { messageReviewHandler: { uri } });
    expect(error.message).toBe('Request member: uri failed to satisfy the constraints: the function must be in the account and region of the room');
    expect(service.permissions.asked).toEqual([]);
  });
});

describe('conflicts', () => {
  beforeEach(async () => start());

  test('a logging configuration in use cannot be deleted', async () => {
    await send('UpdateRoom', { identifier: room, loggingConfigurationIdentifiers: [configuration] });

    const error = await refusal('DeleteLoggingConfiguration', { identifier: configuration });

    expect(error).toBeInstanceOf(ivschat.ConflictException);
    expect(error).toMatchObject({
      resourceId: configuration.split('/')[1], resourceType: 'LOGGING_CONFIGURATION', $metadata: { httpStatusCode: 409 },
    });
    await send('DeleteRoom', { identifier: room });
    await send('DeleteLoggingConfiguration', { identifier: configuration });
  });

  test.each(['CreateRoom', 'CreateLoggingConfiguration'])('%s with an id that is taken', async (operation) => {
    await service.controlPlane.call(operation, inputOf(operation), { id: 'abcdefABCDEF' });
    const before = await service.state();

    const error = await errorOf(service.controlPlane.call(operation, inputOf(operation), { id: 'abcdefABCDEF' }));

    expect(error).toMatchObject({ name: 'ConflictException', status: 409, fields: { resourceId: 'abcdefABCDEF' } });
    expect(await service.state()).toBe(before);
  });
});

describe('quotas', () => {
  beforeEach(async () => start());

  test('ten logging configurations', async () => {
    for (let i = 1; i < 10; i++) await send('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP });

    const error = await refusal('CreateLoggingConfiguration', { destinationConfiguration: LOG_GROUP });

    expect(error).toBeInstanceOf(ivschat.ServiceQuotaExceededException);
    expect(error).toMatchObject({ limit: 10, resourceId: ENVIRONMENT.account, resourceType: 'LOGGING_CONFIGURATION', $metadata: { httpStatusCode: 402 } });
  });

  test('50,000 rooms', async () => {
    for (let i = 1; i < 50_000; i++) await service.controlPlane.call('CreateRoom', {});

    const error = await errorOf(send('CreateRoom', {}));

    expect(error).toBeInstanceOf(ivschat.ServiceQuotaExceededException);
    expect(error).toMatchObject({ limit: 50_000, resourceId: ENVIRONMENT.account, resourceType: 'ROOM' });
  });
});

describe('throttling', () => {
  test.each(Object.entries(REQUESTS_PER_SECOND))('%s is held to %d requests a second', async (operation, rate) => {
    await start({ throttle: true });
    const missing = inputOf(operation, operation.includes('LoggingConfiguration') ? MISSING_CONFIGURATION : MISSING_ROOM);
    for (let i = 0; i < rate; i++) await service.controlPlane.call(operation, missing).catch(() => undefined);

    const error = await refusal(operation, inputOf(operation));
    expect(error).toBeInstanceOf(ivschat.ThrottlingException);
    expect(error).toMatchObject({ limit: rate, $metadata: { httpStatusCode: 429 } });
    expect(error.resourceId).toMatch(/^[a-zA-Z0-9]{12}$/);
    expect(error.resourceType).toMatch(/^(ROOM|LOGGING_CONFIGURATION)$/);

    await service.controlPlane.call(operation, inputOf(operation), { unthrottled: true });
  });

  test('comes back at the same rate', async () => {
    await start({ throttle: true });
    const get = async (count: number) => {
      const all = await Promise.allSettled(Array.from({ length: count }, async () => service.client.getRoom({ identifier: room })));
      return all.filter((one) => one.status === 'fulfilled').length;
    };

    expect(await get(8)).toBe(5);
    service.now += 400;
    expect(await get(4)).toBe(2);
    service.now += 60_000;
    expect(await get(8)).toBe(5);
  });

  test('is for each operation by itself', async () => {
    await start({ throttle: true });
    for (let i = 0; i < 5; i++) await service.client.getRoom({ identifier: room });

    await service.client.updateRoom({ identifier: room });
    expect((await errorOf(service.client.getRoom({ identifier: room }))).name).toBe('ThrottlingException');
  });

  test('can be turned off', async () => {
    await start({ throttle: false });
    for (let i = 0; i < 20; i++) await service.client.getRoom({ identifier: room });
  });

  test('covers every operation of the model', async () => {
    await start();
    expect(Object.keys(REQUESTS_PER_SECOND).sort()).toEqual([...OPERATION_NAMES].sort());
  });
});
