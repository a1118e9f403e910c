import { HANDLER, newRoom, MessagingService } from '../../support/messaging-service';

let service: MessagingService;
beforeEach(async () => { service = await new MessagingService().start(); });
afterEach(async () => service.stop());

test('has a line for each connection, request, review and event', async () => {
  const room = service.directory.put(newRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } }));
  const alice = await service.join(room, 'alice');
  service.functions.script = ({ Content }) => ({ payload: JSON.stringify({ ReviewResult: Content === 'bad' ? 'DENY' : 'ALLOW', Content, Attributes: { Reason: 'be nice' } }) });
  for (const Content of ['hello', 'bad', '']) await alice.ask({ Action: 'SEND_MESSAGE', Content });
  service.functions.script = () => ({ payload: 'ALLOW' });
  await alice.ask({ Action: 'SEND_MESSAGE', Content: 'hello again' });
  service.messaging.sendEvent(room.arn, 'app:GOAL', {});
  const left = service.nextLeft('alice');
  service.messaging.disconnectUser(room.arn, 'alice');
  await left;

  const subject = { roomArn: room.arn, userId: 'alice' };
  const review = {
    ...subject,
    messageId: expect.any(String),
    handler: HANDLER,
    attributes: {},
    attributesReturned: undefined,
    senderAttributes: {},
    milliseconds: expect.any(Number),
    contentReturned: undefined,
    problem: undefined,
    reason: undefined,
  };
  expect(service.liveLog.recent.map(({ data, kind, level = 'info' }) => [kind, level, data])).toEqual([
    ['connection', 'info', { event: 'joined', ...subject, connections: 1 }],
    ['review', 'info', { ...review, content: 'hello', contentReturned: 'hello', attributesReturned: { Reason: 'be nice' }, result: 'ALLOW' }],
    ['message', 'info', { event: 'delivered', ...subject, messageId: expect.any(String), content: 'hello' }],
    ['review', 'info', { ...review, content: 'bad', contentReturned: 'bad', result: 'DENY', reason: 'be nice' }],
    ['message', 'warning', { event: 'rejected', ...subject, errorCode: 400, errorMessage: 'Content must be a non-empty string.' }],
    ['review', 'warning', { ...review, content: 'hello again', result: 'DENY', problem: 'the answer is not JSON' }],
    ['event', 'info', { event: 'sent', roomArn: room.arn, eventId: expect.any(String), eventName: 'app:GOAL', attributes: {} }],
    ['event', 'info', { event: 'sent', roomArn: room.arn, eventId: expect.any(String), eventName: 'aws:DISCONNECT_USER', attributes: { UserId: 'alice' } }],
    ['connection', 'info', { event: 'left', ...subject, connections: 0, closeCode: 1000, reason: 'disconnected' }],
  ]);
});

test.each<[string, (name: string) => Promise<unknown>, object]>([
  ['the client closes it', async name => (await service.join(newlyCreated(name), name)).socket.close(4000), { closeCode: 4000, reason: 'client' }],
  ['the client vanishes', async name => (await service.join(newlyCreated(name), name)).socket.terminate(), { closeCode: 1006, reason: 'client' }],
  ['its session expires', async name => service.join(newlyCreated(name), name, { sessionExpirationTime: new Date(service.clock.now()) }),
    { closeCode: 1000, reason: 'session-expired' }],
  ['the server stops', async name => {
    await service.join(newlyCreated(name), name);
    void service.messaging.close();
  }, { closeCode: 1001, reason: 'server-stopped' }],
])('has the reason for the end of a connection if %s', async (_, end, data) => {
  const left = service.nextLeft('alice');
  await end('alice');
  expect((await left).data).toEqual({ event: 'left', roomArn: newRoom().arn, userId: 'alice', connections: 0, ...data });
});

function newlyCreated(name: string) {
  return service.directory.put(newRoom({ name }));
}

test('has the stack of an unexpected error', async () => {
  const client = await service.join(service.directory.put(newRoom()), 'alice');
  jest.spyOn(service.chatLog, 'record').mockImplementationOnce(() => { throw new Error('disk'); });
  const failed = service.nextEntry(({ level }) => level === 'error');
  client.send({ Action: 'SEND_MESSAGE', Content: 'x' });
  expect((await failed).data).toEqual({ event: 'failed', message: 'disk', stack: expect.stringMatching(/^Error: disk\n +at /) });
  service.expectedErrors = 1;
});
