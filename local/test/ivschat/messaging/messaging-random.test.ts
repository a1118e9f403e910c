import * as net from 'node:net';
import * as fc from 'fast-check';
import { WebSocket } from 'ws';
import { ALL, newRoom, MessagingService } from '../../support/messaging-service';

let service: MessagingService;
afterAll(async () => service.stop());

const anyValue = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom('', 'abcdefghijkl', 'x'.repeat(600), '👍'.repeat(500), 'x'.repeat(20_000)),
  fc.jsonValue(),
  fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ maxLength: 2000 }), { maxKeys: 3 }),
);
const request = fc.record({
  Action: fc.oneof({ weight: 8, arbitrary: fc.constantFrom('SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER') }, { weight: 1, arbitrary: anyValue }),
  RequestId: anyValue,
  Content: anyValue,
  Attributes: anyValue,
  Id: anyValue,
  Reason: anyValue,
  UserId: anyValue,
}, { requiredKeys: [] });
const frame = fc.oneof(
  request.map(value => JSON.stringify(value)),
  fc.json(),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('{"Action":', '['.repeat(50_000), `{"Action":"SEND_MESSAGE","Content":"${'x'.repeat(100_000)}"}`),
  fc.uint8Array({ maxLength: 200 }),
);

const CODES = [400, 413];

test('every random frame gets one response, and the connection stays open', async () => {
  let seconds = 0;
  // Time advances by a second with each call, so that no rate is exceeded.
  service = await new MessagingService({ clock: { now: Date.now, monotonic: () => 1000 * seconds++ } }).start();
  const room = service.directory.put(newRoom());
  await fc.assert(fc.asyncProperty(fc.array(frame, { maxLength: 8 }), async frames => {
    const session = { capabilities: ALL, sessionExpirationTime: new Date(8e15) };
    const client = await service.join(room, 'alice', session);
    for (const data of frames) {
      client.socket.send(data, { binary: typeof data !== 'string' });
      const answer = await client.next();
      expect(answer.Id).toMatch(/^[a-zA-Z0-9]{12}$/);
      if (answer.Type === 'ERROR') expect(CODES).toContain(answer.ErrorCode);
      else expect(['MESSAGE', 'EVENT']).toContain(answer.Type);
    }
    expect(await client.ask({ Action: 'SEND_MESSAGE', Content: 'still here' })).toMatchObject({ Content: 'still here' });
    expect(client.received).toHaveLength(frames.length + 1);
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    client.socket.close();
    await client.closed;
  }), { numRuns: 60 });
});

/** Upgrades a bare socket, so that a test can send any bytes. */
async function upgradedSocket({ port }: MessagingService, token: string): Promise<net.Socket> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write([
    'GET / HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', `Sec-WebSocket-Protocol: ${token}`, '', '',
  ].join('\r\n'));
  const answer = await new Promise<Buffer>(resolve => socket.once('data', resolve));
  expect(String(answer)).toMatch(/^HTTP\/1\.1 101 /);
  return socket;
}

test('bytes that are not a WebSocket frame close their own connection only', async () => {
  service ??= await new MessagingService().start();
  const room = service.directory.put(newRoom({ id: 'otherAAAAAAA' }));
  const bystander = await service.join(room, 'bob');
  await fc.assert(fc.asyncProperty(fc.uint8Array({ minLength: 2, maxLength: 64 }), async bytes => {
    const socket = await upgradedSocket(service, service.directory.token(room, 'alice'));
    socket.end(Buffer.from(bytes));
    await new Promise(resolve => socket.once('close', resolve).resume());
  }), { numRuns: 40 });
  service.messaging.sendEvent(room.arn, 'end', {});
  let last;
  do last = await bystander.next(); while (last.EventName !== 'end');
  expect(bystander.socket.readyState).toBe(WebSocket.OPEN);
});
