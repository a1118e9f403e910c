import { arnOf, BansFunction, errorOf, OTHER_ROOM, ROOM } from '../../support/bans/handler';

let fn: BansFunction;
beforeAll(async () => { fn = await BansFunction.start(); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

const ban = { action: 'ban', room: ROOM, userId: 'ann' };
const secondDisconnect = (roomIds = [ROOM], room = ROOM) => ({ delay: 62, body: JSON.stringify({ room, userId: 'ann', roomIds }) });

describe('a ban', () => {
  test('is written, then disconnects the user, then schedules the second disconnect', async () => {
    expect(await fn.invoke({ ...ban, reason: 'spam', bannedBy: 'mod', exceptModerators: true }))
      .toEqual({ room: ROOM, userId: 'ann', disconnectedFrom: [ROOM] });
    expect(fn.aws.item(ROOM, 'ann')).toEqual({
      room: { S: ROOM },
      userId: { S: 'ann' },
      bannedAt: { N: expect.stringMatching(/^\d{10}$/) },
      reason: { S: 'spam' },
      bannedBy: { S: 'mod' },
      exceptModerators: { BOOL: true },
    });
    expect(fn.aws.disconnects).toEqual([{ room: arnOf(ROOM), userId: 'ann', reason: 'spam' }]);
    expect(fn.aws.messages).toEqual([secondDisconnect()]);
    expect(fn.aws.operations).toEqual(['PutItem', 'DisconnectUser', 'GetItem', 'SendMessage']);
  });

  test('ends after its minutes', async () => {
    const { until } = await fn.invoke({ ...ban, minutes: 10 });
    const { bannedAt, until: written } = fn.aws.item(ROOM, 'ann')!;
    expect(Math.abs(Number(bannedAt.N) - Date.now() / 1000)).toBeLessThan(60);
    expect(until).toBe(Number(bannedAt.N) + 600);
    expect(written).toEqual({ N: String(until) });
  });

  test('applies to moderators, unless the request excepts them', async () => {
    await fn.invoke({ ...ban, exceptModerators: false });
    expect(fn.aws.item(ROOM, 'ann')).not.toHaveProperty('exceptModerators');
  });

  test('also disconnects the user from other rooms, each once', async () => {
    const { disconnectedFrom } = await fn.invoke({ ...ban, disconnectFrom: [OTHER_ROOM, ROOM, OTHER_ROOM] });
    expect(disconnectedFrom).toEqual([ROOM, OTHER_ROOM]);
    expect(fn.aws.disconnects.map(({ room }) => room)).toEqual([arnOf(ROOM), arnOf(OTHER_ROOM)]);
    expect(fn.aws.messages).toEqual([secondDisconnect([ROOM, OTHER_ROOM])]);
  });

  test('from all rooms disconnects the user from the rooms of the request', async () => {
    expect(await fn.invoke({ ...ban, room: '*', disconnectFrom: [OTHER_ROOM] })).toEqual({ room: '*', userId: 'ann', disconnectedFrom: [OTHER_ROOM] });
    expect(fn.aws.item('*', 'ann')).toBeDefined();
    expect(fn.aws.messages).toEqual([secondDisconnect([OTHER_ROOM], '*')]);
  });

  test('from all rooms without rooms in the request disconnects the user from none', async () => {
    expect(await fn.invoke({ ...ban, room: '*' })).toEqual({ room: '*', userId: 'ann', disconnectedFrom: [] });
    expect(fn.aws.operations).toEqual(['PutItem']);
  });

  test('is logged in one line, without the reason', async () => {
    await fn.invoke({ ...ban, reason: 'private' });
    expect(fn.log).toEqual([{ action: 'ban', room: ROOM, userId: 'ann', outcome: 'ok' }]);
  });

  test('is not written if the request is invalid', async () => {
    expect((await errorOf(fn.invoke({ ...ban, minutes: 0 }))).name).toBe('InvalidBanRequest');
    expect(fn.aws.operations).toEqual([]);
    expect(fn.log).toEqual([{ outcome: 'failed', error: 'InvalidBanRequest', message: expect.stringMatching(/^minutes must be /) }]);
  });
});

describe('a ban of a user who is already banned', () => {
  const endpoint = { ...ban, exceptModerators: true };
  const backend = ban;
  const past = String(Math.floor(Date.now() / 1000) - 1);

  test.each([
    ['a backend replaces that of a backend', backend, backend],
    ['a backend replaces that of a moderator', endpoint, backend],
    ['a moderator replaces that of a moderator', endpoint, endpoint],
  ])('%s', async (_, earlier, later) => {
    await fn.invoke({ ...earlier, minutes: 500, reason: 'earlier' });
    const { until } = await fn.invoke({ ...later, minutes: 10, reason: 'later' });
    expect(fn.aws.item(ROOM, 'ann')).toMatchObject({ reason: { S: 'later' }, until: { N: String(until) } });
    expect('exceptModerators' in fn.aws.item(ROOM, 'ann')!).toBe('exceptModerators' in later);
  });

  test('a moderator neither replaces nor extends that of a backend, but disconnects the user', async () => {
    const { until } = await fn.invoke({ ...backend, minutes: 10 });
    const before = fn.aws.item(ROOM, 'ann');
    fn.aws.messages = [];
    fn.aws.disconnects = [];

    expect(await fn.invoke({ ...endpoint, reason: 'spam' })).toEqual({ room: ROOM, userId: 'ann', until, disconnectedFrom: [ROOM] });
    expect(fn.aws.item(ROOM, 'ann')).toEqual(before);
    expect(fn.aws.disconnects).toEqual([{ room: arnOf(ROOM), userId: 'ann', reason: 'spam' }]);
    expect(fn.aws.messages).toEqual([secondDisconnect()]);
  });

  test('a moderator replaces that of a backend that has ended and is not deleted yet', async () => {
    fn.aws.putItem({ room: { S: ROOM }, userId: { S: 'ann' }, bannedAt: { N: '1' }, until: { N: past } });
    expect(await fn.invoke(endpoint)).toEqual({ room: ROOM, userId: 'ann', disconnectedFrom: [ROOM] });
    expect(fn.aws.item(ROOM, 'ann')).toMatchObject({ exceptModerators: { BOOL: true } });
  });
});

describe('the second disconnect waits', () => {
  test.each([[30, 62], [60, 62], [180, 182], [898, 900], [10_800, 900]])('if a token is valid for %d seconds, for %d', async (seconds, delay) => {
    await fn.invoke({ action: 'reportTokenLife', seconds });
    await fn.invoke(ban);
    expect(fn.aws.messages).toEqual([{ ...secondDisconnect(), delay }]);
  });

  test('for the longest life of a token that was ever reported', async () => {
    for (const seconds of [100, 200, 150]) expect(await fn.invoke({ action: 'reportTokenLife', seconds })).toEqual({});
    await fn.invoke(ban);
    expect(fn.aws.messages).toMatchObject([{ delay: 202 }]);
  });
});

describe('if a step fails', () => {
  test('the ban is not written: nothing else happens', async () => {
    fn.aws.failNext('PutItem', 'denied');
    expect((await errorOf(fn.invoke(ban))).name).toBe('AccessDeniedException');
    expect(fn.aws.operations).toEqual(['PutItem']);
    expect(fn.log).toMatchObject([{ action: 'ban', room: ROOM, userId: 'ann', outcome: 'failed', error: 'AccessDeniedException' }]);
  });

  test('the disconnect: the second is scheduled, the other rooms are tried, and the error names the room', async () => {
    fn.aws.fault = (operation, input) => operation === 'DisconnectUser' && input.roomIdentifier === arnOf(ROOM) ? 'denied' : undefined;
    const error = await errorOf(fn.invoke({ ...ban, disconnectFrom: [OTHER_ROOM] }));
    expect(error.name).toBe('BanIncomplete');
    expect(error.message).toBe(`The ban is in effect, but the user could not be disconnected from room ${ROOM} `
      + '(AccessDeniedException: User is not authorized to perform this): send the request again.');
    expect(fn.aws.item(ROOM, 'ann')).toBeDefined();
    expect(fn.aws.disconnects).toMatchObject([{ room: arnOf(OTHER_ROOM) }]);
    expect(fn.aws.messages).toEqual([secondDisconnect([ROOM, OTHER_ROOM])]);
  });

  test.each(['SendMessage', 'GetItem'])('%s: the error tells that there will be no second disconnect, and the request can be repeated', async operation => {
    fn.aws.failNext(operation, 'denied');
    const error = await errorOf(fn.invoke({ ...ban, reason: 'spam' }));
    expect(error.name).toBe('BanIncomplete');
    expect(error.message).toBe('The ban is in effect, but the second disconnect could not be scheduled '
      + '(AccessDeniedException: User is not authorized to perform this): send the request again.');
    const written = fn.aws.item(ROOM, 'ann');

    expect(await fn.invoke({ ...ban, reason: 'spam' })).toEqual({ room: ROOM, userId: 'ann', disconnectedFrom: [ROOM] });
    expect(fn.aws.item(ROOM, 'ann')).toEqual({ ...written, bannedAt: expect.anything() });
    expect(fn.aws.messages).toEqual([secondDisconnect()]);
  });

  test('both: the error names both', async () => {
    fn.aws.fault = operation => operation === 'DisconnectUser' || operation === 'SendMessage' ? 'denied' : undefined;
    expect((await errorOf(fn.invoke(ban))).message).toMatch(/could not be disconnected from room .+, and the second disconnect could not be scheduled/);
  });

  test.each(['PutItem', 'GetItem', 'SendMessage', 'DisconnectUser'])('%s for a moment: it is retried', async operation => {
    for (const fault of ['internal', 'lostRequest', 'lostResponse'] as const) {
      fn.reset();
      fn.aws.failNext(operation, fault);
      await fn.invoke({ ...ban, exceptModerators: true });
      expect(fn.aws.messages.length).toBeGreaterThan(0);
      expect(fn.aws.operations.filter(name => name === operation)).toHaveLength(2);
    }
  });
});
