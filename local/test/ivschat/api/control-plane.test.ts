import { ENVIRONMENT, HANDLER, LOG_GROUP, OTHER_HANDLER, Service } from '../../support/control-plane-service';

let service: Service;

beforeEach(async () => {
  service = await Service.start();
});

afterEach(async () => {
  await service.close();
});

async function createConfiguration(name = 'log'): Promise<string> {
  return (await service.client.createLoggingConfiguration({ name, destinationConfiguration: LOG_GROUP })).arn!;
}

describe('rooms', () => {
  test('a room created from nothing has every default', async () => {
    const { $metadata, ...room } = await service.client.createRoom({});

    expect($metadata.httpStatusCode).toBe(200);
    expect(room.id).toMatch(/^[a-zA-Z0-9]{12}$/);
    expect(room).toEqual({
      arn: `arn:aws:ivschat:eu-west-1:111122223333:room/${room.id}`,
      id: room.id,
      name: '',
      createTime: new Date(service.now),
      updateTime: new Date(service.now),
      maximumMessageLength: 500,
      maximumMessageRatePerSecond: 10,
      loggingConfigurationIdentifiers: [],
      tags: {},
    });
  });

  test('a room keeps everything it is created with, up to the limits', async () => {
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
    expect(service.permissions.asked).toEqual([[HANDLER, arn]]);
  });

  test('a handler without a fallback result gets ALLOW, one without uri is none', async () => {
    expect((await service.client.createRoom({ messageReviewHandler: { uri: HANDLER } })).messageReviewHandler).toEqual({ uri: HANDLER, fallbackResult: 'ALLOW' });
    expect((await service.client.createRoom({ messageReviewHandler: { uri: '' } })).messageReviewHandler).toBeUndefined();
    expect((await service.client.createRoom({ messageReviewHandler: { fallbackResult: 'DENY' } })).messageReviewHandler).toBeUndefined();
  });

  test('an update leaves alone what it does not name', async () => {
    const loggingConfigurationIdentifiers = [await createConfiguration()];
    const created = await service.client.createRoom({
      name: 'lobby', maximumMessageLength: 7, messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' }, loggingConfigurationIdentifiers, tags: { a: 'b' },
    });
    service.now += 1000;

    const { $metadata, ...updated } = await service.client.updateRoom({ identifier: created.arn, maximumMessageRatePerSecond: 50 });

    expect(updated).toEqual({
      arn: created.arn,
      id: created.id,
      name: 'lobby',
      createTime: created.createTime,
      updateTime: new Date(service.now),
      maximumMessageLength: 7,
      maximumMessageRatePerSecond: 50,
      messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' },
      loggingConfigurationIdentifiers,
      tags: { a: 'b' },
    });
    expect($metadata.httpStatusCode).toBe(200);
  });

  test('an update overwrites the list of logging configurations', async () => {
    const [first, second] = [await createConfiguration(), await createConfiguration()];
    const { arn: identifier } = await service.client.createRoom({ loggingConfigurationIdentifiers: [first] });

    await service.client.updateRoom({ identifier, loggingConfigurationIdentifiers: [second] });
    expect((await service.client.getRoom({ identifier })).loggingConfigurationIdentifiers).toEqual([second]);

    await service.client.updateRoom({ identifier, loggingConfigurationIdentifiers: [] });
    expect((await service.client.getRoom({ identifier })).loggingConfigurationIdentifiers).toEqual([]);
  });

  test('an update changes one half of the handler and keeps the other', async () => {
    const { arn: identifier } = await service.client.createRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });

    const moved = await service.client.updateRoom({ identifier, messageReviewHandler: { uri: OTHER_HANDLER } });
    expect(moved.messageReviewHandler).toEqual({ uri: OTHER_HANDLER, fallbackResult: 'DENY' });

    const relaxed = await service.client.updateRoom({ identifier, messageReviewHandler: { fallbackResult: 'ALLOW' } });
    expect(relaxed.messageReviewHandler).toEqual({ uri: OTHER_HANDLER, fallbackResult: 'ALLOW' });
  });

  test("uri '' takes the handler off", async () => {
    const { arn: identifier } = await service.client.createRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } });

    await service.client.updateRoom({ identifier, messageReviewHandler: { uri: '' } });

    expect((await service.client.getRoom({ identifier })).messageReviewHandler).toBeUndefined();
  });

  test('a room that is read before an update does not change with it', async () => {
    const { arn } = await service.client.createRoom({ name: 'before', tags: { a: '1' } });
    const before = service.controlPlane.room(arn!)!;

    await service.client.updateRoom({ identifier: arn, name: 'after' });
    await service.client.tagResource({ resourceArn: arn, tags: { a: '2' } });

    expect(before).toMatchObject({ name: 'before', tags: { a: '1' } });
    expect(service.controlPlane.room(arn!)).toMatchObject({ name: 'after', tags: { a: '2' } });
  });

  test('a deleted room is gone', async () => {
    const { arn } = await service.client.createRoom({});

    expect((await service.client.deleteRoom({ identifier: arn })).$metadata.httpStatusCode).toBe(204);

    expect(service.controlPlane.room(arn!)).toBeUndefined();
    expect(service.controlPlane.listRooms()).toEqual([]);
  });

  test('the caller in this process may choose the id, and holds a copy', async () => {
    const room = await service.controlPlane.call('CreateRoom', { tags: { a: 'b' } }, { id: 'abcdefABCDEF' });
    room.tags.a = 'changed';

    expect(room.arn).toBe('arn:aws:ivschat:eu-west-1:111122223333:room/abcdefABCDEF');
    expect(service.controlPlane.room(room.arn)!.tags).toEqual({ a: 'b' });
  });
});

describe('the list of rooms', () => {
  async function names(filter: Parameters<Service['client']['listRooms']>[0] = {}): Promise<(string | undefined)[]> {
    return (await service.client.listRooms(filter)).rooms!.map((room) => room.name);
  }

  test('begins with the newest update, also within a millisecond', async () => {
    const { arn: identifier } = await service.client.createRoom({ name: 'a' });
    await service.client.createRoom({ name: 'b' });
    await service.client.createRoom({ name: 'c' });
    expect(await names()).toEqual(['c', 'b', 'a']);

    await service.client.updateRoom({ identifier, maximumMessageLength: 5 });
    expect(await names()).toEqual(['a', 'c', 'b']);
  });

  test('tags are no update', async () => {
    const { arn, updateTime } = await service.client.createRoom({ name: 'a' });
    await service.client.createRoom({ name: 'b' });
    service.now += 1000;

    await service.client.tagResource({ resourceArn: arn, tags: { a: 'b' } });

    expect(await names()).toEqual(['b', 'a']);
    expect((await service.client.getRoom({ identifier: arn })).updateTime).toEqual(updateTime);
  });

  test('a summary lacks rate and length', async () => {
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

  test('comes in pages of 50 unless told otherwise', async () => {
    for (let i = 0; i < 51; i++) await service.controlPlane.call('CreateRoom', { name: `room-${i}` });

    const first = await service.client.listRooms({});
    expect(first.rooms).toHaveLength(50);
    const second = await service.client.listRooms({ nextToken: first.nextToken });
    expect(second.rooms!.map((room) => room.name)).toEqual(['room-0']);
    expect(second.nextToken).toBeUndefined();
  });

  test('pages neither repeat nor lose a room when others change in between', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await service.client.createRoom({ name });
    const first = await service.client.listRooms({ maxResults: 2 });
    expect(first.rooms!.map((room) => room.name)).toEqual(['e', 'd']);

    await service.client.updateRoom({ identifier: first.rooms![0].arn, maximumMessageLength: 5 });
    await service.client.deleteRoom({ identifier: first.rooms![1].arn });
    await service.client.createRoom({ name: 'f' });

    const second = await service.client.listRooms({ maxResults: 2, nextToken: first.nextToken });
    expect(second.rooms!.map((room) => room.name)).toEqual(['c', 'b']);
    const third = await service.client.listRooms({ maxResults: 2, nextToken: second.nextToken });
    expect(third.rooms!.map((room) => room.name)).toEqual(['a']);
    expect(third.nextToken).toBeUndefined();
  });
});

describe('logging configurations', () => {
  test.each([
    LOG_GROUP,
    { firehose: { deliveryStreamName: 'chat' } },
    { s3: { bucketName: 'chat-logs' } },
  ])('one with %j is active at once', async (destinationConfiguration) => {
    const { $metadata, ...created } = await service.client.createLoggingConfiguration({ name: 'log', destinationConfiguration, tags: { a: 'b' } });

    expect(created).toEqual({
      arn: `arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/${created.id}`,
      id: created.id,
      name: 'log',
      createTime: new Date(service.now),
      updateTime: new Date(service.now),
      destinationConfiguration,
      state: 'ACTIVE',
      tags: { a: 'b' },
    });
    expect(await service.client.getLoggingConfiguration({ identifier: created.arn })).toMatchObject(created);
    expect((await service.client.listLoggingConfigurations({})).loggingConfigurations).toEqual([created]);
    expect($metadata.httpStatusCode).toBe(200);
  });

  test('an update may change the kind of destination and leaves alone what it does not name', async () => {
    const identifier = await createConfiguration('log');
    service.now += 1000;
    const destinationConfiguration = { s3: { bucketName: 'chat-logs' } };

    const updated = await service.client.updateLoggingConfiguration({ identifier, destinationConfiguration });

    expect(updated).toMatchObject({ arn: identifier, name: 'log', destinationConfiguration, updateTime: new Date(service.now), state: 'ACTIVE' });
    expect(service.controlPlane.loggingConfiguration(identifier)).toMatchObject({ name: 'log', destinationConfiguration });
  });

  test('the list comes in pages', async () => {
    for (const name of ['a', 'b', 'c']) await createConfiguration(name);

    const first = await service.client.listLoggingConfigurations({ maxResults: 2 });
    const second = await service.client.listLoggingConfigurations({ maxResults: 2, nextToken: first.nextToken });

    expect([first, second].map((page) => page.loggingConfigurations!.map((one) => one.name))).toEqual([['c', 'b'], ['a']]);
    expect(second.nextToken).toBeUndefined();
  });

  test('one that no room uses any more can be deleted', async () => {
    const identifier = await createConfiguration();
    const room = await service.client.createRoom({ loggingConfigurationIdentifiers: [identifier] });
    await service.client.updateRoom({ identifier: room.arn, loggingConfigurationIdentifiers: [] });

    expect((await service.client.deleteLoggingConfiguration({ identifier })).$metadata.httpStatusCode).toBe(204);

    expect(service.controlPlane.loggingConfiguration(identifier)).toBeUndefined();
  });
});

describe('tags', () => {
  test.each(['room', 'logging configuration'])('of a %s are added, changed, listed and removed', async (kind) => {
    const resourceArn = kind === 'room' ? (await service.client.createRoom({ tags: { a: '1' } })).arn! : await createConfiguration();

    await service.client.tagResource({ resourceArn, tags: { a: '1' } });
    await service.client.tagResource({ resourceArn, tags: { 'a': '2', 'with space & more/é': '', '__proto__x': 'y' } });
    expect((await service.client.listTagsForResource({ resourceArn })).tags).toEqual({ 'a': '2', 'with space & more/é': '', '__proto__x': 'y' });

    await service.client.untagResource({ resourceArn, tagKeys: ['with space & more/é', 'a', 'unknown'] });
    expect((await service.client.listTagsForResource({ resourceArn })).tags).toEqual({ __proto__x: 'y' });
  });

  test('a key may be called __proto__', async () => {
    const { arn } = await service.client.createRoom({});
    const path = `/tags/${encodeURIComponent(arn!)}`;

    await service.request('POST', path, '{"tags":{"__proto__":"x","constructor":"y"}}');

    expect((await service.request('GET', path)).text).toBe('{"tags":{"__proto__":"x","constructor":"y"}}');
  });

  test('an ARN in the path may be encoded or not', async () => {
    const { arn } = await service.client.createRoom({ tags: { a: 'b' } });

    for (const path of [`/tags/${arn}`, `/tags/${encodeURIComponent(arn!)}`]) {
      expect((await service.request('GET', path)).json).toEqual({ tags: { a: 'b' } });
    }
  });
});

describe('chat tokens', () => {
  async function createToken(input: object = {}): Promise<any> {
    const roomIdentifier = (await service.client.createRoom({})).arn;
    return { roomIdentifier, ...await service.client.createChatToken({ roomIdentifier, userId: 'alice', ...input }) };
  }

  test('a token lives a minute, its session an hour, and it may only watch', async () => {
    const { token, roomIdentifier, tokenExpirationTime, sessionExpirationTime } = await createToken();

    expect(tokenExpirationTime).toEqual(new Date(service.now + 60_000));
    expect(sessionExpirationTime).toEqual(new Date(service.now + 3_600_000));
    expect(service.controlPlane.redeemToken(token)).toEqual({
      roomArn: roomIdentifier, userId: 'alice', capabilities: [], attributes: {}, tokenExpirationTime, sessionExpirationTime,
    });
  });

  test('a token carries capabilities, attributes and the length of its session', async () => {
    const attributes = { name: 'Alice', badge: '⭐' };
    const capabilities = ['SEND_MESSAGE', 'DELETE_MESSAGE', 'SEND_MESSAGE'];

    const { token, sessionExpirationTime } = await createToken({ attributes, capabilities, sessionDurationInMinutes: 180 });

    expect(sessionExpirationTime).toEqual(new Date(service.now + 180 * 60_000));
    expect(service.controlPlane.redeemToken(token)).toMatchObject({ attributes, capabilities: ['SEND_MESSAGE', 'DELETE_MESSAGE'] });
  });

  test('a token is legal as a subprotocol', async () => {
    for (let i = 0; i < 20; i++) expect((await createToken()).token).toMatch(/^[A-Za-z0-9._~-]+$/);
  });

  test('a token is used once', async () => {
    const { token } = await createToken();

    expect(service.controlPlane.redeemToken(token)).toBeDefined();
    expect(service.controlPlane.redeemToken(token)).toBeUndefined();
    expect(service.controlPlane.redeemToken('unknown')).toBeUndefined();
  });

  test('a token is worth nothing from the time it expires', async () => {
    const [late, intime] = [await createToken(), await createToken()];
    service.now += 59_999;
    expect(service.controlPlane.redeemToken(intime.token)).toBeDefined();
    service.now += 1;
    expect(service.controlPlane.redeemToken(late.token)).toBeUndefined();
  });
});

test('messages to a room go to the messaging side, and the id of the event comes back', async () => {
  const roomIdentifier = (await service.client.createRoom({})).arn!;

  expect((await service.client.sendEvent({ roomIdentifier, eventName: 'goal', attributes: { a: 'b' } })).id).toBe('event0000001');
  await service.client.sendEvent({ roomIdentifier, eventName: 'goal' });
  expect((await service.client.deleteMessage({ roomIdentifier, id: 'message00001', reason: 'rude' })).id).toBe('event0000002');
  const { $metadata, ...answer } = await service.client.disconnectUser({ roomIdentifier, userId: 'bob', reason: 'rude' });

  expect([answer, $metadata.httpStatusCode]).toEqual([{}, 200]);
  expect(service.messenger.sent).toEqual([
    ['sendEvent', roomIdentifier, 'goal', { a: 'b' }],
    ['sendEvent', roomIdentifier, 'goal', {}],
    ['deleteMessage', roomIdentifier, 'message00001', 'rude'],
    ['disconnectUser', roomIdentifier, 'bob', 'rude'],
  ]);
});

describe('authorization', () => {
  test('every operation names its action, its resource and the tags in question', async () => {
    const { client } = service;
    const identifier = (await client.createRoom({ tags: { team: 'chat' } })).arn!;
    const configuration = (await client.createLoggingConfiguration({ destinationConfiguration: LOG_GROUP, tags: { log: 'yes' } })).arn!;
    await client.getRoom({ identifier });
    await client.updateRoom({ identifier });
    await client.listRooms({ loggingConfigurationIdentifier: configuration });
    await client.getLoggingConfiguration({ identifier: configuration });
    await client.updateLoggingConfiguration({ identifier: configuration });
    await client.listLoggingConfigurations({});
    await client.createChatToken({ roomIdentifier: identifier, userId: 'alice' });
    await client.sendEvent({ roomIdentifier: identifier, eventName: 'goal' });
    await client.deleteMessage({ roomIdentifier: identifier, id: 'message00001' });
    await client.disconnectUser({ roomIdentifier: identifier, userId: 'bob' });
    await client.tagResource({ resourceArn: identifier, tags: { a: 'b' } });
    await client.listTagsForResource({ resourceArn: configuration });
    await client.untagResource({ resourceArn: identifier, tagKeys: ['a', 'c'] });
    await client.deleteRoom({ identifier });
    await client.deleteLoggingConfiguration({ identifier: configuration });

    const room = { 'aws:ResourceTag/team': 'chat' };
    const log = { 'aws:ResourceTag/log': 'yes' };
    const newRoom = { 'aws:RequestTag/team': 'chat', 'aws:TagKeys': ['team'] };
    const newLog = { 'aws:RequestTag/log': 'yes', 'aws:TagKeys': ['log'] };
    const arn = `arn:aws:ivschat:${ENVIRONMENT.region}:${ENVIRONMENT.account}`;
    expect(service.authorized.map(({ action, resource, context }) => [action, resource, context])).toEqual([
      ['ivschat:CreateRoom', '*', newRoom],
      ['ivschat:TagResource', `${arn}:room/*`, newRoom],
      ['ivschat:CreateLoggingConfiguration', '*', newLog],
      ['ivschat:TagResource', `${arn}:logging-configuration/*`, newLog],
      ['ivschat:GetRoom', identifier, room],
      ['ivschat:UpdateRoom', identifier, room],
      ['ivschat:ListRooms', '*', {}],
      ['ivschat:GetLoggingConfiguration', configuration, log],
      ['ivschat:UpdateLoggingConfiguration', configuration, log],
      ['ivschat:ListLoggingConfigurations', '*', {}],
      ['ivschat:CreateChatToken', identifier, room],
      ['ivschat:SendEvent', identifier, room],
      ['ivschat:DeleteMessage', identifier, room],
      ['ivschat:DisconnectUser', identifier, room],
      ['ivschat:TagResource', identifier, { ...room, 'aws:RequestTag/a': 'b', 'aws:TagKeys': ['a'] }],
      ['ivschat:ListTagsForResource', configuration, log],
      ['ivschat:UntagResource', identifier, { ...room, 'aws:ResourceTag/a': 'b', 'aws:TagKeys': ['a', 'c'] }],
      ['ivschat:DeleteRoom', identifier, room],
      ['ivschat:DeleteLoggingConfiguration', configuration, log],
    ]);
  });
});

describe('the live log', () => {
  test('has one line a request: operation, target, result', async () => {
    const { id, arn } = await service.client.createRoom({});
    await service.client.listRooms({});
    await service.client.deleteRoom({ identifier: arn });
    await service.client.getRoom({ identifier: arn }).catch(() => undefined);
    await service.request('GET', '/nowhere?secret=1');

    expect(service.liveLog.recent.map(({ kind, level, text }) => [kind, level, text])).toEqual([
      ['request', 'info', `CreateRoom room/${id} → 200`],
      ['request', 'info', 'ListRooms → 200'],
      ['request', 'info', `DeleteRoom room/${id} → 204`],
      ['request', 'warning', `GetRoom room/${id} → 404 ResourceNotFoundException: Resource ${arn} does not exist`],
      ['request', 'warning', 'GET /nowhere → 404 UnknownOperationException: Amazon IVS Chat has no operation with this method and path'],
    ]);
  });

  test('never holds a token or a user id', async () => {
    const roomIdentifier = (await service.client.createRoom({})).arn;
    const { token } = await service.client.createChatToken({ roomIdentifier, userId: 'someone@example.com' });

    const log = JSON.stringify(service.liveLog.recent);
    expect(log).toContain('CreateChatToken');
    expect(log).not.toContain(token);
    expect(log).not.toContain('someone');
  });
});
