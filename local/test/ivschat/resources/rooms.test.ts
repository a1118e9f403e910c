import * as ivschat from '@aws-sdk/client-ivschat';
import { ControlPlaneService, HANDLER, LOG_GROUP, OTHER_HANDLER } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

async function createConfiguration(name = 'log'): Promise<string> {
  return (await service.client.createLoggingConfiguration({ name, destinationConfiguration: LOG_GROUP })).arn!;
}

describe('rooms', () => {
  test('a new room has the default settings', async () => {
    const { $metadata, ...room } = await service.client.createRoom({});

    expect($metadata.httpStatusCode).toBe(200);
    expect(room.id).toMatch(/^[a-zA-Z0-9]{12}$/);
    expect(room).toEqual({
      arn: `arn:aws:ivschat:eu-west-1:111122223333:room/${room.id}`,
      id: room.id,
      name: '',
      createTime: new Date(service.clock.now()),
      updateTime: new Date(service.clock.now()),
      maximumMessageLength: 500,
      maximumMessageRatePerSecond: 10,
      loggingConfigurationIdentifiers: [],
      tags: {},
    });
  });

  test('a new room has the given settings, up to the limits', async () => {
    const configurations = [await createConfiguration(), await createConfiguration(), await createConfiguration()];
    const settings = {
      name: 'a'.repeat(128),
      maximumMessageLength: 1,
      maximumMessageRatePerSecond: 100,
      messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' as const },
      loggingConfigurationIdentifiers: configurations,
      tags: { team: 'chat', empty: '' },
    };

    const { arn } = await service.client.createRoom(settings);

    expect(await service.client.getRoom({ identifier: arn })).toMatchObject(settings);
    expect(service.permissions.checked).toEqual([[HANDLER, arn]]);
  });

  test('the fallback result of a handler defaults to ALLOW; a handler without a URI is ignored', async () => {
    expect((await service.client.createRoom({ messageReviewHandler: { uri: HANDLER } })).messageReviewHandler).toEqual({ uri: HANDLER, fallbackResult: 'ALLOW' });
    expect((await service.client.createRoom({ messageReviewHandler: { uri: '' } })).messageReviewHandler).toBeUndefined();
    expect((await service.client.createRoom({ messageReviewHandler: { fallbackResult: 'DENY' } })).messageReviewHandler).toBeUndefined();
  });

  test('an update keeps the settings that it omits', async () => {
    const loggingConfigurationIdentifiers = [await createConfiguration()];
    const created = await service.client.createRoom({
      name: 'lobby', maximumMessageLength: 7, messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' }, loggingConfigurationIdentifiers, tags: { a: 'b' },
    });
    service.clock.advance(1000);

    const { $metadata, ...updated } = await service.client.updateRoom({ identifier: created.arn, maximumMessageRatePerSecond: 50 });

    expect(updated).toEqual({
      arn: created.arn,
      id: created.id,
      name: 'lobby',
      createTime: created.createTime,
      updateTime: new Date(service.clock.now()),
      maximumMessageLength: 7,
      maximumMessageRatePerSecond: 50,
      messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' },
      loggingConfigurationIdentifiers,
      tags: { a: 'b' },
    });
    expect($metadata.httpStatusCode).toBe(200);
  });

  test('an update replaces the list of logging configurations', async () => {
    const [first, second] = [await createConfiguration(), await createConfiguration()];
    const { arn: identifier } = await service.client.createRoom({ loggingConfigurationIdentifiers: [first] });

    await service.client.updateRoom({ identifier, loggingConfigurationIdentifiers: [second] });
    expect((await service.client.getRoom({ identifier })).loggingConfigurationIdentifiers).toEqual([second]);

    await service.client.updateRoom({ identifier, loggingConfigurationIdentifiers: [] });
    expect((await service.client.getRoom({ identifier })).loggingConfigurationIdentifiers).toEqual([]);
  });

  test('an update changes the URI or the fallback result of the handler and keeps the other', async () => {
    const { arn: identifier } = await service.client.createRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });

    const moved = await service.client.updateRoom({ identifier, messageReviewHandler: { uri: OTHER_HANDLER } });
    expect(moved.messageReviewHandler).toEqual({ uri: OTHER_HANDLER, fallbackResult: 'DENY' });

    const relaxed = await service.client.updateRoom({ identifier, messageReviewHandler: { fallbackResult: 'ALLOW' } });
    expect(relaxed.messageReviewHandler).toEqual({ uri: OTHER_HANDLER, fallbackResult: 'ALLOW' });
  });

  test('an empty URI removes the handler, and stays in the room', async () => {
    const { arn: identifier } = await service.client.createRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });

    const removed = await service.client.updateRoom({ identifier, messageReviewHandler: { uri: '', fallbackResult: 'ALLOW' } });
    expect(removed.messageReviewHandler).toEqual({ uri: '', fallbackResult: 'ALLOW' });
    expect((await service.client.getRoom({ identifier })).messageReviewHandler).toEqual({ uri: '', fallbackResult: 'ALLOW' });
    expect((await service.client.listRooms({})).rooms![0].messageReviewHandler).toEqual({ uri: '', fallbackResult: 'ALLOW' });
    expect((await service.client.listRooms({ messageReviewHandlerUri: HANDLER })).rooms).toEqual([]);

    const renamed = await service.client.updateRoom({ identifier, name: 'new' });
    expect(renamed.messageReviewHandler).toEqual({ uri: '', fallbackResult: 'ALLOW' });
    const restored = await service.client.updateRoom({ identifier, messageReviewHandler: { uri: HANDLER } });
    expect(restored.messageReviewHandler).toEqual({ uri: HANDLER, fallbackResult: 'ALLOW' });
  });

  test('an empty URI changes nothing in a room that never had a handler', async () => {
    const { arn: identifier } = await service.client.createRoom({});

    const updated = await service.client.updateRoom({ identifier, messageReviewHandler: { uri: '', fallbackResult: 'ALLOW' } });
    expect(updated.messageReviewHandler).toBeUndefined();
    expect((await service.client.getRoom({ identifier })).messageReviewHandler).toBeUndefined();
  });

  test('an update does not change a room that was read before', async () => {
    const { arn } = await service.client.createRoom({ name: 'before', tags: { a: '1' } });
    const before = service.controlPlane.room(arn!)!;

    await service.client.updateRoom({ identifier: arn, name: 'after' });
    await service.client.tagResource({ resourceArn: arn, tags: { a: '2' } });

    expect(before).toMatchObject({ name: 'before', tags: { a: '1' } });
    expect(service.controlPlane.room(arn!)).toMatchObject({ name: 'after', tags: { a: '2' } });
  });

  test('a deleted room no longer exists', async () => {
    const { arn } = await service.client.createRoom({});

    expect((await service.client.deleteRoom({ identifier: arn })).$metadata.httpStatusCode).toBe(204);

    expect(service.controlPlane.room(arn!)).toBeUndefined();
    expect(service.controlPlane.listRooms()).toEqual([]);
  });

  test('a room cannot have a logging configuration twice', async () => {
    const configuration = await createConfiguration();
    const error = await service.failure('CreateRoom', { loggingConfigurationIdentifiers: [configuration, configuration] });
    expect(error).toBeInstanceOf(ivschat.ValidationException);
  });
});

describe('the review handler of a room', () => {
  const NOT_PERMITTED = 'arn:aws:lambda:eu-west-1:111122223333:function:other';

  let room: string;

  beforeEach(async () => {
    room = (await service.client.createRoom({})).arn!;
  });

  test.each(['CreateRoom', 'UpdateRoom'])('%s rejects a handler without the permission', async operation => {
    const identifier = operation === 'UpdateRoom' ? room : undefined;
    const error = await service.failure(operation, { identifier, name: 'new', messageReviewHandler: { uri: NOT_PERMITTED } });

    expect(error).toBeInstanceOf(ivschat.ValidationException);
    expect(error.message).toBe('Request member: uri failed to satisfy the constraints: invalid lambda permission');
    expect(error).toMatchObject({ reason: 'FIELD_VALIDATION_FAILED', fieldList: [{ name: 'messageReviewHandler.uri', message: 'invalid lambda permission' }] });
    expect(error.$metadata.httpStatusCode).toBe(400);
  });

  test('is checked only if the input names it', async () => {
    await service.client.updateRoom({ identifier: room, messageReviewHandler: { uri: OTHER_HANDLER } });
    await service.client.updateRoom({ identifier: room, messageReviewHandler: { fallbackResult: 'DENY' } });
    await service.client.updateRoom({ identifier: room, name: 'new' });
    await service.client.updateRoom({ identifier: room, messageReviewHandler: { uri: '' } });

    expect(service.permissions.checked).toEqual([[OTHER_HANDLER, room]]);
  });

  test.each([
    'arn:aws:lambda:us-east-1:111122223333:function:review',
    'arn:aws:lambda:eu-west-1:444455556666:function:review',
  ])('%s is not in the account and region of the room', async uri => {
    const error = await service.failure('CreateRoom', { messageReviewHandler: { uri } });
    expect(error.message).toBe('Request member: uri failed to satisfy the constraints: the function must be in the account and region of the room');
    expect(service.permissions.checked).toEqual([]);
  });
});

describe('the list of rooms', () => {
  async function names(filter: Parameters<ControlPlaneService['client']['listRooms']>[0] = {}): Promise<(string | undefined)[]> {
    return (await service.client.listRooms(filter)).rooms!.map(room => room.name);
  }

  test('starts with the newest update, also within a millisecond', async () => {
    const { arn: identifier } = await service.client.createRoom({ name: 'a' });
    await service.client.createRoom({ name: 'b' });
    await service.client.createRoom({ name: 'c' });
    expect(await names()).toEqual(['c', 'b', 'a']);

    await service.client.updateRoom({ identifier, maximumMessageLength: 5 });
    expect(await names()).toEqual(['a', 'c', 'b']);
  });

  test('keeps its order when tags change', async () => {
    const { arn, updateTime } = await service.client.createRoom({ name: 'a' });
    await service.client.createRoom({ name: 'b' });
    service.clock.advance(1000);

    await service.client.tagResource({ resourceArn: arn, tags: { a: 'b' } });

    expect(await names()).toEqual(['b', 'a']);
    expect((await service.client.getRoom({ identifier: arn })).updateTime).toEqual(updateTime);
  });

  test('omits the message rate and length', async () => {
    const { $metadata, maximumMessageLength, maximumMessageRatePerSecond, ...room } =
      await service.client.createRoom({ name: 'a', messageReviewHandler: { uri: HANDLER }, tags: { a: 'b' } });

    expect((await service.client.listRooms({})).rooms).toEqual([room]);
  });

  test('filters by name, handler and logging configuration', async () => {
    const configuration = await createConfiguration();
    await service.client.createRoom({ name: 'plain' });
    await service.client.createRoom({ name: 'twice', messageReviewHandler: { uri: HANDLER } });
    await service.client.createRoom({ name: 'twice', loggingConfigurationIdentifiers: [configuration] });
    await service.client.createRoom({ name: 'both', messageReviewHandler: { uri: HANDLER }, loggingConfigurationIdentifiers: [configuration] });

    expect(await names({ name: 'twice' })).toEqual(['twice', 'twice']);
    expect(await names({ name: 'twic' })).toEqual([]);
    expect(await names({ messageReviewHandlerUri: HANDLER })).toEqual(['both', 'twice']);
    expect(await names({ messageReviewHandlerUri: OTHER_HANDLER })).toEqual([]);
    expect(await names({ loggingConfigurationIdentifier: configuration })).toEqual(['both', 'twice']);
    expect(await names({ name: 'twice', messageReviewHandlerUri: HANDLER })).toEqual(['twice']);
  });

  test('has pages of 50 rooms by default', async () => {
    for (let i = 0; i < 51; i++) await service.controlPlane.call('CreateRoom', { name: `room-${i}` });

    const first = await service.client.listRooms({});
    expect(first.rooms).toHaveLength(50);
    const second = await service.client.listRooms({ nextToken: first.nextToken });
    expect(second.rooms!.map(room => room.name)).toEqual(['room-0']);
    expect(second.nextToken).toBeUndefined();
  });

  test('has pages that neither repeat nor skip a room when others change in between', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await service.client.createRoom({ name });
    const first = await service.client.listRooms({ maxResults: 2 });
    expect(first.rooms!.map(room => room.name)).toEqual(['e', 'd']);

    await service.client.updateRoom({ identifier: first.rooms![0].arn, maximumMessageLength: 5 });
    await service.client.deleteRoom({ identifier: first.rooms![1].arn });
    await service.client.createRoom({ name: 'f' });

    const second = await service.client.listRooms({ maxResults: 2, nextToken: first.nextToken });
    expect(second.rooms!.map(room => room.name)).toEqual(['c', 'b']);
    const third = await service.client.listRooms({ maxResults: 2, nextToken: second.nextToken });
    expect(third.rooms!.map(room => room.name)).toEqual(['a']);
    expect(third.nextToken).toBeUndefined();
  });

  test('has page tokens that are valid for the same list and filter only', async () => {
    for (const name of ['a', 'a', 'b']) await service.client.createRoom({ name });
    const { nextToken } = await service.client.listRooms({ name: 'a', maxResults: 1 });

    expect(await service.failure('ListRooms', { name: 'b', nextToken })).toBeInstanceOf(ivschat.ValidationException);
    expect(await service.failure('ListRooms', { name: 'a', nextToken: `${nextToken}0` })).toBeInstanceOf(ivschat.ValidationException);
    expect(await service.failure('ListLoggingConfigurations', { nextToken })).toBeInstanceOf(ivschat.ValidationException);
    expect((await service.client.listRooms({ name: 'a', nextToken })).rooms).toHaveLength(1);
  });
});
