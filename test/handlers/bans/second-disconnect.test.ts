import { arnOf, BansFunction, OTHER_ROOM, ROOM } from '../../support/bans/handler';

let fn: BansFunction;
beforeAll(async () => { fn = await BansFunction.start(); });
beforeEach(() => fn.reset());
afterEach(() => fn.aws.expectOnlyKnownCalls());
afterAll(async () => fn.close());

/** Bans users. Returns the messages of their second disconnects. */
async function ban(userIds: string[], more: object = {}) {
  for (const userId of userIds) await fn.invoke({ action: 'ban', room: ROOM, userId, ...more });
  const { messages } = fn.aws;
  fn.aws.disconnects = [];
  fn.aws.operations = [];
  fn.log = [];
  return messages;
}

const unban = async (userId: string) => fn.invoke({ action: 'unban', room: ROOM, userId });
const disconnected = () => fn.aws.disconnects.map(({ room, userId }) => `${userId} ${room.slice(-12)}`);

test('disconnects the user again from all rooms, with the reason of the ban', async () => {
  const messages = await ban(['ann'], { disconnectFrom: [OTHER_ROOM], reason: 'spam' });
  expect(await fn.deliver(messages)).toEqual([]);
  expect(fn.aws.disconnects).toEqual([ROOM, OTHER_ROOM].map(room => ({ room: arnOf(room), userId: 'ann', reason: 'spam' })));
  expect(fn.log).toEqual([{ action: 'secondDisconnect', messageId: '0', room: ROOM, userId: 'ann', outcome: 'ok' }]);
  expect(fn.metrics).toEqual([]);
});

test('reads a ban from all rooms', async () => {
  const messages = await ban(['ann'], { room: '*', disconnectFrom: [ROOM] });
  expect(await fn.deliver(messages)).toEqual([]);
  expect(disconnected()).toEqual([`ann ${ROOM}`]);
});

test('does nothing if the ban was lifted', async () => {
  const messages = await ban(['ann', 'ben']);
  await unban('ann');
  expect(await fn.deliver(messages)).toEqual([]);
  expect(disconnected()).toEqual([`ben ${ROOM}`]);
  expect(fn.log).toContainEqual({ action: 'secondDisconnect', messageId: '0', room: ROOM, userId: 'ann', outcome: 'notBanned' });
});

test('does nothing if the ban has ended and is not deleted yet', async () => {
  const messages = await ban(['ann'], { minutes: 1 });
  fn.aws.putItem({ ...fn.aws.item(ROOM, 'ann')!, until: { N: String(Math.floor(Date.now() / 1000)) } });
  expect(await fn.deliver(messages)).toEqual([]);
  expect(fn.aws.disconnects).toEqual([]);
});

test('disconnects a user who was banned, unbanned and banned again, with each message', async () => {
  await ban(['ann']);
  await unban('ann');
  const messages = await ban(['ann']);
  expect(messages).toHaveLength(2);
  expect(await fn.deliver([...messages].reverse())).toEqual([]);
  expect(disconnected()).toEqual([`ann ${ROOM}`, `ann ${ROOM}`]);
});

test('may come twice, and later than an unban', async () => {
  const messages = await ban(['ann']);
  expect(await fn.deliver([...messages, ...messages])).toEqual([]);
  expect(disconnected()).toEqual([`ann ${ROOM}`, `ann ${ROOM}`]);
  await unban('ann');
  expect(await fn.deliver(messages)).toEqual([]);
  expect(fn.aws.disconnects).toHaveLength(2);
});

test('reports the messages that failed, and counts them in a metric', async () => {
  const messages = await ban(['ann', 'ben', 'cid', 'dan']);
  await unban('dan');
  fn.aws.fault = (operation, input) => {
    if (operation === 'DisconnectUser' && input.userId === 'ann') return 'denied';
    return operation === 'GetItem' && input.Key.userId.S === 'ben' ? 'denied' : undefined;
  };
  expect(await fn.deliver([...messages, { body: 'not JSON' }])).toEqual(['0', '1', '4']);
  expect(disconnected()).toEqual([`cid ${ROOM}`]);
  expect(fn.metrics).toEqual([{
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{ Namespace: 'cdk-ivschat', Dimensions: [['FunctionName']], Metrics: [{ Name: 'SecondDisconnectFailed', Unit: 'Count' }] }],
    },
    FunctionName: 'Bans',
    SecondDisconnectFailed: 3,
  }]);
  expect(fn.log).toContainEqual({
    action: 'secondDisconnect',
    messageId: '0',
    room: ROOM,
    userId: 'ann',
    outcome: 'failed',
    failures: [{ roomId: ROOM, reason: 'AccessDeniedException: User is not authorized to perform this' }],
  });
  expect(fn.log).toContainEqual(expect.objectContaining({ messageId: '4', outcome: 'failed', error: 'SyntaxError' }));

  fn.aws.fault = () => undefined;
  expect(await fn.deliver(messages.slice(0, 2))).toEqual([]);
  expect(disconnected()).toEqual([`cid ${ROOM}`, `ann ${ROOM}`, `ben ${ROOM}`]);
});

test('fails for a user if one of several rooms does, after the others', async () => {
  const messages = await ban(['ann'], { disconnectFrom: [OTHER_ROOM] });
  fn.aws.fault = (operation, input) => operation === 'DisconnectUser' && input.roomIdentifier === arnOf(ROOM) ? 'denied' : undefined;
  expect(await fn.deliver(messages)).toEqual(['0']);
  expect(disconnected()).toEqual([`ann ${OTHER_ROOM}`]);
});

test('is reported as failed before Lambda stops the function', async () => {
  const messages = await ban(['ann']);
  fn.aws.fault = operation => operation === 'DisconnectUser' ? 'throttled' : undefined;
  const start = performance.now();
  expect(await fn.deliver(messages, 2_400)).toEqual(['0']);
  expect(performance.now() - start).toBeLessThan(2_400);
});
