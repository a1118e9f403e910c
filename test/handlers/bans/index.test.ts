import { BansFunction, errorOf, ROOM } from '../../support/bans/handler';

let fn: BansFunction;
beforeAll(async () => { fn = await BansFunction.start({ roomIds: [ROOM] }); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

test('answers each action', async () => {
  expect(await fn.invoke({ action: 'ban', room: ROOM, userId: 'ann' })).toEqual({ room: ROOM, userId: 'ann', disconnectedFrom: [ROOM] });
  expect(await fn.invoke({ action: 'list', room: ROOM })).toEqual({ bans: [{ room: ROOM, userId: 'ann', bannedAt: expect.any(Number) }] });
  expect(await fn.invoke({ action: 'unban', room: ROOM, userId: 'ann' })).toEqual({ removed: true });
  expect(await fn.invoke({ action: 'reportTokenLife', seconds: 60 })).toEqual({});
  expect(fn.log).toEqual([
    { action: 'ban', room: ROOM, userId: 'ann', outcome: 'ok' },
    { action: 'list', room: ROOM, outcome: 'ok' },
    { action: 'unban', room: ROOM, userId: 'ann', outcome: 'ok' },
    { action: 'reportTokenLife', outcome: 'ok' },
  ]);
});

test('refuses rooms that it may not disconnect users from', async () => {
  const error = await errorOf(fn.invoke({ action: 'ban', room: 'another12345', userId: 'ann' }));
  expect(error).toMatchObject({ name: 'InvalidBanRequest', message: expect.stringMatching(/^room must be one of the rooms of the ChatBans/) });
});

test.each<[string, object]>([
  ['an event of another source', { Records: [{ eventSource: 'aws:sns', body: '{}' }] }],
  ['an event without records', { Records: [] }],
])('refuses %s', async (_, event) => {
  expect((await errorOf(fn.invoke(event))).name).toBe('InvalidBanRequest');
  expect(fn.aws.operations).toEqual([]);
});
