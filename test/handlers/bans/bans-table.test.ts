import * as fc from 'fast-check';
import { BansFunction, errorOf, OTHER_ROOM, ROOM } from '../../support/bans/handler';

let fn: BansFunction;
beforeAll(async () => { fn = await BansFunction.start(); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

const now = Math.floor(Date.now() / 1000);
const ban = { action: 'ban', room: ROOM, userId: 'ann' };
const unban = { action: 'unban', room: ROOM, userId: 'ann' };

/** A ban in the table. */
function put(userId: string, more: object = {}): void {
  fn.aws.putItem({ room: { S: ROOM }, userId: { S: userId }, bannedAt: { N: String(now) }, ...more });
}

describe('an unban', () => {
  test('removes the ban', async () => {
    put('ann');
    expect(await fn.invoke(unban)).toEqual({ removed: true });
    expect(fn.aws.item(ROOM, 'ann')).toBeUndefined();
  });

  test.each([{}, { exceptModerators: true }])('tells if there is none: %j', async more => {
    put('ben');
    expect(await fn.invoke({ ...unban, ...more })).toEqual({ removed: false });
    expect(await fn.invoke({ ...unban, ...more, room: '*' })).toEqual({ removed: false });
    expect(fn.aws.item(ROOM, 'ben')).toBeDefined();
  });

  test('tells if the ban had ended', async () => {
    put('ann', { until: { N: String(now - 1) } });
    expect(await fn.invoke(unban)).toEqual({ removed: false });
  });

  test('of a moderator removes the ban of a moderator, but not of a backend', async () => {
    put('ann');
    put('ben', { exceptModerators: { BOOL: true } });
    expect(await fn.invoke({ ...unban, exceptModerators: true })).toEqual({ removed: false });
    expect(await fn.invoke({ ...unban, userId: 'ben', exceptModerators: true })).toEqual({ removed: true });
    expect(fn.aws.item(ROOM, 'ann')).toBeDefined();
    expect(fn.aws.item(ROOM, 'ben')).toBeUndefined();
  });

  test('of a backend removes the ban of a moderator', async () => {
    put('ann', { exceptModerators: { BOOL: true } });
    expect(await fn.invoke({ ...unban, exceptModerators: false })).toEqual({ removed: true });
  });

  test('fails if the table does', async () => {
    fn.aws.failNext('DeleteItem', 'denied');
    expect((await errorOf(fn.invoke(unban))).name).toBe('AccessDeniedException');
  });
});

describe('a list', () => {
  test('has the bans of the room that are in effect', async () => {
    put('ended', { until: { N: String(now - 1) } });
    put('ann');
    put('ben', { until: { N: String(now + 600) }, reason: { S: 'spam' }, bannedBy: { S: 'mod' }, exceptModerators: { BOOL: true } });
    fn.aws.putItem({ room: { S: OTHER_ROOM }, userId: { S: 'other' }, bannedAt: { N: String(now) } });
    expect(await fn.invoke({ action: 'list', room: ROOM })).toEqual({
      bans: [
        { room: ROOM, userId: 'ann', bannedAt: now },
        { room: ROOM, userId: 'ben', bannedAt: now, until: now + 600, reason: 'spam', bannedBy: 'mod', exceptModerators: true },
      ],
    });
  });

  test('of all rooms has the bans from all rooms, but not the life of tokens', async () => {
    await fn.invoke({ action: 'reportTokenLife', seconds: 100 });
    await fn.invoke({ ...ban, room: '*' });
    const { bans } = await fn.invoke({ action: 'list', room: '*' });
    expect(bans).toMatchObject([{ room: '*', userId: 'ann' }]);
  });

  test('has pages', async () => {
    const userIds = Array.from({ length: 250 }, (_, index) => `user${String(index).padStart(3, '0')}`);
    userIds.forEach(userId => put(userId));
    const listed: string[] = [];
    let pages = 0;
    for (let after: string | undefined, more = true; more; pages++) {
      const { bans, next } = await fn.invoke({ action: 'list', room: ROOM, ...after !== undefined && { after } });
      listed.push(...bans!.map(({ userId }) => userId));
      [after, more] = [next, next !== undefined];
    }
    expect(listed).toEqual(userIds);
    expect(pages).toBe(3);
  });

  test('can have a page without bans before the last', async () => {
    for (let index = 0; index < 101; index++) put(`a${String(index).padStart(3, '0')}`, { until: { N: '1' } });
    put('b');
    const { bans, next } = await fn.invoke({ action: 'list', room: ROOM });
    expect(bans).toEqual([]);
    expect(await fn.invoke({ action: 'list', room: ROOM, after: next })).toEqual({ bans: [{ room: ROOM, userId: 'b', bannedAt: now }] });
  });
});

test('the life of a token is stored if the response is lost', async () => {
  fn.aws.failNext('PutItem', 'lostResponse');
  expect(await fn.invoke({ action: 'reportTokenLife', seconds: 100 })).toEqual({});
  expect(fn.aws.item('#tokens', 'life')).toMatchObject({ tokenLife: { N: '100' } });
});

test('a ban of any user ID is listed, disconnects the user, disconnects them again, and is lifted', async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 128 }), async userId => {
    fn.reset();
    await fn.invoke({ ...ban, userId });
    expect((await fn.invoke({ action: 'list', room: ROOM })).bans).toMatchObject([{ userId }]);
    expect(await fn.deliver(fn.aws.messages)).toEqual([]);
    expect(fn.aws.disconnects.map(disconnect => disconnect.userId)).toEqual([userId, userId]);
    expect(await fn.invoke({ ...unban, userId })).toEqual({ removed: true });
  }), { numRuns: 30 });
});
