import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CreateChatTokenCommand, GetRoomCommand, IvschatClient, SendEventCommand } from '@aws-sdk/client-ivschat';
import { ChatRoom, SendMessageRequest, type ChatEvent, type ChatMessage } from 'amazon-ivs-chat-messaging';
import { WebSocket } from 'ws';
import { loadAssembly } from '../../src/app/assembly';
import { LocalServer } from '../../src/server';

// Built into browsers and newer versions of Node.js.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

const [stack] = loadAssembly(path.join(__dirname, '..', '..', 'examples', 'python-chat', 'chat.yaml'));

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;
let clients: ChatRoom[];

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'python-chat-test-'));
  server = await LocalServer.start({ reviewMilliseconds: 2_000, environment: stack.environment, dataDirectory: directory });
});

beforeEach(async () => {
  clients = [];
  ({ outputs } = await server.deployment.deploy(stack));
  await server.functions.warm(outputs.ReviewFunctionArn);
});

afterEach(() => {
  for (const client of clients) client.disconnect();
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const chatOf = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
  new IvschatClient({ region: stack.environment.region, endpoint: server.url, credentials });

/** A client with the role of the application's backend. */
const backend = () => chatOf(server.sessions.assume(outputs.BackendRoleArn, 'backend'));
const developer = () => chatOf({ accessKeyId: 'local', secretAccessKey: 'local' });

async function connectAs(userId: string): Promise<ChatRoom> {
  const client = new ChatRoom({
    regionOrUrl: server.messagingUrl,
    tokenProvider: async () => {
      const { token } = await backend().send(new CreateChatTokenCommand({ roomIdentifier: outputs.RoomArn, userId, capabilities: ['SEND_MESSAGE'] }));
      return { token: token! };
    },
    maxReconnectAttempts: 0,
  });
  const silent = () => undefined;
  client.logger = { debug: silent, info: silent, error: silent };
  clients.push(client);
  const connection = new Promise<void>((resolve, reject) => {
    client.addListener('connect', () => resolve());
    client.addListener('disconnect', reason => reject(new Error(`${userId} was disconnected: ${reason}`)));
  });
  client.connect();
  await connection;
  return client;
}

test('deploys the room, its Python review handler and its chat log', async () => {
  expect(await developer().send(new GetRoomCommand({ identifier: outputs.RoomArn }))).toMatchObject({
    name: 'lounge',
    maximumMessageLength: 200,
    messageReviewHandler: { uri: outputs.ReviewFunctionArn, fallbackResult: 'DENY' },
    tags: { stack: 'chat' },
  });
  const ada = await connectAs('ada');
  const bob = await connectAs('bob');
  const messages: ChatMessage[] = [];
  bob.addListener('message', message => messages.push(message));
  const event = new Promise<ChatEvent>(resolve => bob.addListener('event', resolve));

  await ada.sendMessage(new SendMessageRequest('hello'));
  await ada.sendMessage(new SendMessageRequest('write to ada@example.com'));
  await expect(ada.sendMessage(new SendMessageRequest('you idiot'))).rejects.toMatchObject({ errorCode: 406, errorMessage: 'Please stay friendly.' });
  await expect(ada.sendMessage(new SendMessageRequest('x'.repeat(201)))).rejects.toMatchObject({ errorCode: 400 });
  await backend().send(new SendEventCommand({ roomIdentifier: outputs.RoomArn, eventName: 'app:END' }));

  expect(await event).toMatchObject({ eventName: 'app:END' });
  expect(messages.map(({ content }) => content)).toEqual(['hello', 'write to ***************']);
  await server.chatLogs.flush();
  const log = path.join(directory, 'cloudwatch-logs', 'aws', 'vendedlogs', 'ivschat', 'chat', 'aws', 'IVSChatLogs', '1.0', `room_${outputs.RoomId}`);
  expect(fs.readFileSync(log, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line))).toMatchObject([
    { type: 'MESSAGE', version: '1.0', payload: { Id: messages[0].id, Content: 'hello', Sender: { UserId: 'ada' } } },
    { type: 'MESSAGE', version: '1.0', payload: { Id: messages[1].id, Content: 'write to ***************' } },
    { type: 'EVENT', version: '1.0', payload: { EventName: 'app:END' } },
  ]);
});

test('the role of the backend has only the permissions of its policy', async () => {
  await expect(backend().send(new GetRoomCommand({ identifier: outputs.RoomArn }))).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('other parameters update the room and its review handler in place', async () => {
  const ada = await connectAs('ada');
  const parameters = { RoomName: 'quiet', MaximumMessageLength: '5', BlockedWords: 'loud,noisy', UnreviewedMessages: 'deliver' };
  const updated = await server.deployment.deploy({ ...stack, parameters });
  await server.functions.warm(outputs.ReviewFunctionArn);

  expect(updated.outputs).toEqual(outputs);
  expect(await developer().send(new GetRoomCommand({ identifier: outputs.RoomArn })))
    .toMatchObject({ name: 'quiet', maximumMessageLength: 5, messageReviewHandler: { fallbackResult: 'ALLOW' } });
  await expect(ada.sendMessage(new SendMessageRequest('noisy'))).rejects.toMatchObject({ errorCode: 406 });
  await expect(ada.sendMessage(new SendMessageRequest('idiot'))).resolves.toMatchObject({ content: 'idiot' });
});

test.each([
  ['a value that is not allowed', { UnreviewedMessages: 'maybe' }, 'UnreviewedMessages'],
  ['a name that does not match the pattern', { RoomName: 'the lounge' }, 'RoomName'],
])('fails for %s without changing the room', async (_what, parameters: Record<string, string>, name) => {
  const room = await developer().send(new GetRoomCommand({ identifier: outputs.RoomArn }));

  await expect(server.deployment.deploy({ ...stack, parameters })).rejects.toThrow(name);
  expect(await developer().send(new GetRoomCommand({ identifier: outputs.RoomArn }))).toEqual({ ...room, $metadata: expect.anything() });
});
