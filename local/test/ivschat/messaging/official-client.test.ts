import {
  ChatRoom, DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest,
  type ChatEvent, type ChatToken as ClientToken, type ChatMessage, type DeleteMessageEvent, type DisconnectReason, type DisconnectUserEvent,
} from 'amazon-ivs-chat-messaging';
import { WebSocket } from 'ws';
import { SYSTEM_CLOCK } from '../../../src/ivschat/clock';
import type { ChatToken, Room } from '../../../src/ivschat/types';
import { HANDLER, newRoom, MessagingService } from '../../support/messaging-service';

// Built into browsers and newer versions of Node.js.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

let service: MessagingService;
let clients: ChatRoom[];
beforeEach(async () => {
  clients = [];
  service = await new MessagingService({ clock: SYSTEM_CLOCK }).start();
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await service.stop();
});

/** @param tokens tokens of the token provider, one for each connection; the last one repeats */
function newClient(room: Room, userId: string, tokens: Array<{ changes?: Partial<ChatToken>; overrides?: Partial<ClientToken> }> = [{}]) {
  let used = 0;
  const provider = jest.fn(async () => {
    const { changes, overrides } = tokens[Math.min(used++, tokens.length - 1)];
    return { token: service.directory.token(room, userId, changes), ...overrides };
  });
  const client = new ChatRoom({ regionOrUrl: `ws://127.0.0.1:${service.port}`, tokenProvider: provider, maxReconnectAttempts: 0 });
  const ignore = () => undefined;
  client.logger = { debug: ignore, info: ignore, error: ignore };
  clients.push(client);
  return { client, provider };
}

async function once<T>(client: ChatRoom, event: string): Promise<T> {
  return new Promise(resolve => {
    const stop = client.addListener(event as 'message', (value: unknown) => {
      stop();
      resolve(value as T);
    });
  });
}

async function connected(room: Room, userId: string, changes?: Partial<ChatToken>): Promise<ChatRoom> {
  const { client } = newClient(room, userId, [{ changes }]);
  const connect = once(client, 'connect');
  client.connect();
  await connect;
  return client;
}

test('a conversation: message, denial, deletion, event, disconnection', async () => {
  const room = service.directory.put(newRoom({ messageReviewHandler: { uri: HANDLER, fallbackResult: 'DENY' } }));
  service.functions.script = ({ Content }) => ({
    payload: JSON.stringify(Content === 'bad'
      ? { ReviewResult: 'DENY', Content, Attributes: { Reason: 'be nice' } }
      : { ReviewResult: 'ALLOW', Content: Content.toUpperCase() }),
  });
  const alice = await connected(room, 'alice', { attributes: { badge: 'gold' }, capabilities: ['SEND_MESSAGE'] });
  const moderator = await connected(room, 'moderator');

  const seen = once<ChatMessage>(moderator, 'message');
  const sent = await alice.sendMessage(new SendMessageRequest('hello', { color: 'red' }));
  expect(sent).toMatchObject({ content: 'HELLO', attributes: { color: 'red' }, sender: { userId: 'alice', attributes: { badge: 'gold' } } });
  expect(sent.sendTime).toBeInstanceOf(Date);
  expect(await seen).toEqual(sent);

  await expect(alice.sendMessage(new SendMessageRequest('bad'))).rejects.toMatchObject({ errorCode: 406, errorMessage: 'be nice' });
  await expect(alice.sendMessage(new SendMessageRequest(''))).rejects.toMatchObject({ errorCode: 400 });
  await expect(alice.deleteMessage(new DeleteMessageRequest(sent.id))).rejects.toMatchObject({ errorCode: 403 });

  const deleted = once<DeleteMessageEvent>(alice, 'messageDelete');
  await expect(moderator.deleteMessage(new DeleteMessageRequest(sent.id, 'spam'))).resolves.toMatchObject({ messageId: sent.id, reason: 'spam' });
  expect(await deleted).toMatchObject({ messageId: sent.id, reason: 'spam' });

  const event = once<ChatEvent>(alice, 'event');
  const id = service.messaging.sendEvent(room.arn, 'app:GOAL', { team: 'a' });
  expect(await event).toMatchObject({ id, eventName: 'app:GOAL', attributes: { team: 'a' } });

  const disconnectEvent = once<DisconnectUserEvent>(alice, 'userDisconnect');
  const disconnect = once<DisconnectReason>(alice, 'disconnect');
  await expect(moderator.disconnectUser(new DisconnectUserRequest('alice', 'spam'))).resolves.toMatchObject({ userId: 'alice', reason: 'spam' });
  expect(await disconnectEvent).toMatchObject({ userId: 'alice', reason: 'spam' });
  expect(await disconnect).toBe('serverDisconnect');
  expect(alice.state).toBe('disconnected');
  expect(service.chatLog.records.map(({ frame }) => frame.EventName ?? frame.Content)).toEqual(['HELLO', 'aws:DELETE_MESSAGE', 'app:GOAL', 'aws:DISCONNECT_USER']);
});

test('fails with socketError for an invalid token', async () => {
  const { client } = newClient(newRoom(), 'alice');
  const disconnect = once<DisconnectReason>(client, 'disconnect');
  client.connect();
  expect(await disconnect).toBe('socketError');
});

test('concurrent requests that fail all settle, because ERROR frames have unique Ids', async () => {
  const client = await connected(service.directory.put(newRoom()), 'alice', { capabilities: [] });
  const results = await Promise.allSettled(Array.from({ length: 10 }, async () => client.sendMessage(new SendMessageRequest('x'))));
  expect(results.map(result => (result as PromiseRejectedResult).reason.errorCode)).toEqual(Array(10).fill(403));
});

test('the client reconnects with a new token when its session expires', async () => {
  const room = service.directory.put(newRoom());
  const { client, provider } = newClient(room, 'alice', [{ changes: { sessionExpirationTime: new Date(Date.now() + 50) } }, {}]);
  let connects = 0;
  const reconnected = new Promise<void>(resolve => client.addListener('connect', () => { if (++connects === 2) resolve(); }));
  client.connect();
  await reconnected;
  expect(provider).toHaveBeenCalledTimes(2);
  await expect(client.sendMessage(new SendMessageRequest('back'))).resolves.toMatchObject({ content: 'back' });
});

test('no event is lost or repeated when the client replaces its connection', async () => {
  const room = service.directory.put(newRoom());
  // The client replaces a token at once if it expires soon.
  const { client, provider } = newClient(room, 'alice', [{ overrides: { tokenExpirationTime: new Date(Date.now() + 30_000) } }, {}]);
  const received: string[] = [];
  client.addListener('event', ({ id }) => received.push(id));
  const left = service.nextLeft('alice');
  const first = once(client, 'connect');
  client.connect();
  await first;

  const sent: string[] = [];
  let changed = false;
  void left.then(() => (changed = true));
  while (!changed) {
    sent.push(service.messaging.sendEvent(room.arn, 'tick', {}));
    await new Promise(resolve => setImmediate(resolve));
  }
  const last = new Promise<void>(resolve => client.addListener('event', ({ eventName }) => { if (eventName === 'last') resolve(); }));
  sent.push(service.messaging.sendEvent(room.arn, 'last', {}));
  await last;
  expect(provider).toHaveBeenCalledTimes(2);
  expect(service.dataOf('connection')).toMatchObject([
    { event: 'joined', userId: 'alice', connections: 1 },
    { event: 'joined', userId: 'alice', connections: 2 },
    { event: 'left', userId: 'alice', connections: 1, closeCode: 1000, reason: 'client' },
  ]);
  expect([...received].sort()).toEqual([...sent].sort());
});
