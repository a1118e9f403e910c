import {
  ChatRoom, DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest,
  type ChatEvent, type ChatToken as ClientToken, type ChatMessage, type DeleteMessageEvent, type DisconnectReason, type DisconnectUserEvent,
} from 'amazon-ivs-chat-messaging';
import { WebSocket } from 'ws';
import type { ChatToken, Room } from '../../../src/ivschat/types';
import { HANDLER, newRoom, Service } from '../../support/messaging-service';

// What browsers and newer versions of Node.js have.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

let service: Service;
let clients: ChatRoom[];
beforeEach(async () => {
  clients = [];
  service = await new Service({ clock: Date.now }).start();
});
afterEach(async () => {
  for (const client of clients) client.disconnect();
  await service.stop();
});

/** @param tokens what the app's token provider gives: each is used for one connection, the last again and again */
function newClient(room: Room, userId: string, tokens: Array<{ changes?: Partial<ChatToken>; shown?: Partial<ClientToken> }> = [{}]) {
  let used = 0;
  const provider = jest.fn(async () => {
    const { changes, shown } = tokens[Math.min(used++, tokens.length - 1)];
    return { token: service.directory.token(room, userId, changes), ...shown };
  });
  const client = new ChatRoom({ regionOrUrl: `ws://127.0.0.1:${service.port}`, tokenProvider: provider, maxReconnectAttempts: 0 });
  const silent = () => undefined;
  client.logger = { debug: silent, info: silent, error: silent };
  clients.push(client);
  return { client, provider };
}

async function once<T>(client: ChatRoom, event: string): Promise<T> {
  return new Promise((resolve) => {
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

test('a conversation: message, refusal, deletion, event, disconnection', async () => {
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
  expect(service.log.records.map(({ frame }) => frame.EventName ?? frame.Content)).toEqual(['HELLO', 'aws:DELETE_MESSAGE', 'app:GOAL', 'aws:DISCONNECT_USER']);
});

test('fails with socketError on a token that is of no use', async () => {
  const { client } = newClient(newRoom(), 'alice');
  const disconnect = once<DisconnectReason>(client, 'disconnect');
  client.connect();
  expect(await disconnect).toBe('socketError');
});

test('every rejection of many settles: ERROR frames have Ids of their own', async () => {
  const client = await connected(service.directory.put(newRoom()), 'alice', { capabilities: [] });
  const results = await Promise.allSettled(Array.from({ length: 10 }, async () => client.sendMessage(new SendMessageRequest('x'))));
  expect(results.map((result) => (result as PromiseRejectedResult).reason.errorCode)).toEqual(Array(10).fill(403));
});

test('an expired session makes it connect again with a new token', async () => {
  const room = service.directory.put(newRoom());
  const { client, provider } = newClient(room, 'alice', [{ changes: { sessionExpirationTime: new Date(Date.now() + 50) } }, {}]);
  let connects = 0;
  const again = new Promise<void>((resolve) => client.addListener('connect', () => { if (++connects === 2) resolve(); }));
  client.connect();
  await again;
  expect(provider).toHaveBeenCalledTimes(2);
  await expect(client.sendMessage(new SendMessageRequest('back'))).resolves.toMatchObject({ content: 'back' });
});

test('a seamless change of connections loses nothing and repeats nothing', async () => {
  const room = service.directory.put(newRoom());
  // A token that the client believes to be near its end is replaced at once.
  const { client, provider } = newClient(room, 'alice', [{ shown: { tokenExpirationTime: new Date(Date.now() + 30_000) } }, {}]);
  const received: string[] = [];
  client.addListener('event', ({ id }) => received.push(id));
  const left = service.line(({ text }) => text.startsWith('alice left'));
  const first = once(client, 'connect');
  client.connect();
  await first;

  const sent: string[] = [];
  let changed = false;
  void left.then(() => (changed = true));
  while (!changed) {
    sent.push(service.messaging.sendEvent(room.arn, 'tick', {}));
    await new Promise((resolve) => setImmediate(resolve));
  }
  const last = new Promise<void>((resolve) => client.addListener('event', ({ eventName }) => { if (eventName === 'last') resolve(); }));
  sent.push(service.messaging.sendEvent(room.arn, 'last', {}));
  await last;
  expect(provider).toHaveBeenCalledTimes(2);
  expect(service.lines('connection')).toEqual(['alice joined lobby', 'alice joined lobby', 'alice left lobby (1000)']);
  expect([...received].sort()).toEqual([...sent].sort());
});
