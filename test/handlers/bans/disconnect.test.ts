import { arnOf, BansFunction, errorOf, ROOM } from '../../support/bans/handler';

let fn: BansFunction;
beforeAll(async () => { fn = await BansFunction.start(); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

const ban = { action: 'ban', room: ROOM, userId: 'ann' };
const attempts = () => fn.aws.operations.filter(operation => operation === 'DisconnectUser').length;

test.each(['throttled', 'internal', 'lostRequest', 'lostResponse'] as const)('is retried more often than by the SDK if it is %s', async fault => {
  fn.aws.failNext('DisconnectUser', ...Array(4).fill(fault));
  expect(await fn.invoke(ban)).toMatchObject({ disconnectedFrom: [ROOM] });
  expect(attempts()).toBe(5);
});

test('succeeds if the room does not exist or the user is not connected', async () => {
  fn.aws.failNext('DisconnectUser', 'notFound');
  expect(await fn.invoke(ban)).toMatchObject({ disconnectedFrom: [ROOM] });
  expect(attempts()).toBe(1);
});

test('is not retried if it is denied', async () => {
  fn.aws.failNext('DisconnectUser', 'denied');
  await errorOf(fn.invoke(ban));
  expect(attempts()).toBe(1);
});

test.each(['throttled', 'stalled'] as const)('ends before Lambda stops the function, with time for the second disconnect, if it is always %s', async fault => {
  fn.aws.fault = operation => operation === 'DisconnectUser' ? fault : undefined;
  const start = performance.now();
  const error = await errorOf(fn.invoke(ban, 2_400));
  expect(performance.now() - start).toBeLessThan(2_400);
  expect(error.message).toContain(`could not be disconnected from room ${ROOM} (${fault === 'throttled' ? 'ThrottlingException: Rate exceeded' : 'AbortError: '}`);
  expect(fn.aws.messages).toHaveLength(1);
});

test('reaches all of 140 rooms if some fail', async () => {
  const rooms = Array.from({ length: 140 }, (_, index) => `room${String(index).padStart(8, '0')}`);
  const denied = new Set([rooms[0], rooms[70], rooms[139]].map(arnOf));
  const seen = new Set<string>();
  fn.aws.fault = (operation, { roomIdentifier }) => {
    if (operation !== 'DisconnectUser') return undefined;
    if (denied.has(roomIdentifier)) return 'denied';
    const isFirst = !seen.has(roomIdentifier);
    seen.add(roomIdentifier);
    return isFirst && seen.size % 7 === 0 ? 'throttled' : undefined;
  };
  const { message } = await errorOf(fn.invoke({ ...ban, room: '*', disconnectFrom: rooms }));
  expect(message.match(/from room \w+/g)?.sort()).toEqual([rooms[0], rooms[70], rooms[139]].map(room => `from room ${room}`));
  expect(new Set(fn.aws.disconnects.map(({ room }) => room)).size).toBe(137);
});
