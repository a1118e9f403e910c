import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { type ChatMessage, type ChatRoom, DeleteMessageRequest, SendMessageRequest } from 'amazon-ivs-chat-messaging';
import { type App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as ivschat from '../../../src';
import { LocalRuntime, type Outputs } from '../../support/deployed/local-runtime';
import { post } from '../../support/deployed/token-client';
import { exportsOf } from '../../support/snippets';
import { ENV } from '../../support/synth';

interface Message { readonly Id: string; readonly Content?: string; readonly Deleted?: true }

/** The code of docs/history.md. */
const { eraseUser, joinRoom } = Object.assign({}, ...exportsOf('history.md')) as {
  joinRoom(url: string, request: (body: object) => Promise<any>, show: (messages: Message[]) => void, delay?: number): ChatRoom;
  eraseUser(client: DynamoDBClient, userId: string, tables: object): Promise<object>;
};

/** Until the chat log of the local runtime, which is late by a second, is in the table, also on a busy machine. */
const LOG_DELAY = 4_000;

class HistoryStack extends Stack {
  constructor(scope: App, id: string) {
    super(scope, id, { env: ENV });
    const logGroup = new logs.LogGroup(this, 'LogGroup', { retention: logs.RetentionDays.ONE_WEEK });
    const chatLog = new ivschat.LoggingConfiguration(this, 'ChatLog', { destination: ivschat.LoggingDestination.cloudWatchLogs(logGroup) });
    const rooms = ['Lobby', 'Paging', 'Erasure', 'Events'].map(name => new ivschat.ChatRoom(this, name, { loggingConfigurations: [chatLog] }));
    const pool = new cognito.UserPool(this, 'Users');
    const bans = new ivschat.ChatBans(this, 'Bans');
    const history = new ivschat.ChatHistory(this, 'History', { chatLog: logGroup, retention: Duration.days(1), eventNames: ['poll'] });
    const tokens = new ivschat.ChatTokenEndpoint(this, 'Tokens', {
      rooms,
      authentication: ivschat.ChatAuthentication.userPool(pool, { userPoolClients: [pool.addClient('Web')] }),
      roles: [ivschat.ChatRole.moderator().when(ivschat.ClaimMatch.contains('cognito:groups', 'staff'))],
      bans,
      history,
    });
    // With the keys of the strikes of an automatic moderator.
    const strikes = new dynamodb.Table(this, 'Strikes', {
      partitionKey: { name: 'sender', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'sentAt', type: dynamodb.AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const outputs = {
      Url: tokens.url,
      History: history.table.tableName,
      Bans: bans.tableArn,
      Strikes: strikes.tableName,
      Pages: history.pageFunction.functionName,
      ChatLog: chatLog.loggingConfigurationArn,
      ...Object.fromEntries(rooms.map(room => [room.node.id, room.roomArn])),
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, `${name}Output`, { value });
  }
}

let runtime: LocalRuntime;
let outputs: Outputs;
let dynamoDb: DynamoDBClient;
let joined: ChatRoom[] = [];

beforeAll(async () => {
  // As AWS may do, at any time.
  runtime = await LocalRuntime.start({ deliverTwice: true });
  dynamoDb = new DynamoDBClient({
    region: ENV.region, endpoint: runtime.local.endpoints.dynamodb, credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}, 30_000);

beforeAll(async () => {
  outputs = await runtime.deploy(app => new HistoryStack(app, 'History'));
}, 60_000);

afterEach(() => {
  for (const room of joined) room.disconnect();
  joined = [];
});

afterAll(async () => {
  dynamoDb?.destroy();
  await runtime?.stop();
});

const roomIdOf = (name: string) => outputs[`${name}Output`].split('/')[1];
const wait = async (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds));

/** Sends requests for a room as a user. */
async function requester(username: string, room: string, groups: string[] = []): Promise<(body: object) => Promise<any>> {
  const { idToken } = await runtime.local.signIn({ username, groups, claims: { sub: username } });
  return async body => (await post(outputs.UrlOutput, idToken, { room: roomIdOf(room), ...body })).body;
}

interface Guest {
  readonly room: ChatRoom;
  readonly request: (body: object) => Promise<any>;
  /** What the user sees. */
  view: Message[];
  send(content: string): Promise<ChatMessage>;
  remove(messageId: string): Promise<unknown>;
}

/** Joins a room with the code of the page. */
async function join(username: string, room: string, groups?: string[]): Promise<Guest> {
  const request = await requester(username, room, groups);
  const connection = joinRoom(runtime.local.messagingUrl, request, messages => { guest.view = messages; }, LOG_DELAY + 1_000);
  joined.push(connection);
  const guest: Guest = {
    room: connection,
    request,
    view: [],
    send: async content => connection.sendMessage(new SendMessageRequest(content)),
    remove: async messageId => connection.deleteMessage(new DeleteMessageRequest(messageId, 'rude')),
  };
  await new Promise(resolve => connection.addListener('connect', () => resolve(undefined)));
  return guest;
}

const seenBy = ({ view }: Guest) => view.map(({ Content, Deleted, Id }) => ({ Id, Content, Deleted }));

async function tableText(): Promise<string> {
  const { Items } = await dynamoDb.send(new ScanCommand({ TableName: outputs.HistoryOutput, ConsistentRead: true }));
  return JSON.stringify(Items);
}

test('a user who joins late sees what a user sees who was there all the time', async () => {
  const moderator = await join('mia', 'Lobby', ['staff']);
  const ada = await join('ada', 'Lobby');
  const early = [];
  for (const content of ['one', 'secret two', 'three', 'secret four']) early.push(await ada.send(content));
  await wait(LOG_DELAY);
  // Not in the log yet when the user joins.
  await moderator.remove(early[1].id);
  await ada.send('just before');

  const late = await join('leo', 'Lobby');
  expect(late.view.map(({ Content }) => Content)).toContain('three');
  await ada.send('just after');
  await moderator.remove(early[3].id);
  await wait(2 * LOG_DELAY + 1_000);

  expect(seenBy(late)).toEqual(seenBy(ada));
  expect(seenBy(late).map(({ Content, Deleted }) => Deleted ? 'deleted' : Content)).toEqual(['one', 'deleted', 'three', 'deleted', 'just before', 'just after']);
  expect(await tableText()).not.toContain('secret');
}, 30_000);

test('pages lead back to the first message, for users who can enter the room', async () => {
  const ada = await join('ada', 'Paging');
  const sent = [];
  for (let index = 0; index < 7; index++) sent.push((await ada.send(`message ${index} 👩‍👩‍👧`)).id);
  await wait(LOG_DELAY);

  const pages: string[][] = [];
  let before: string | undefined;
  do {
    const page = await ada.request({ action: 'history', limit: 3, before });
    pages.unshift(page.messages.map(({ Id }: Message) => Id));
    ({ before } = page);
  } while (before !== undefined);
  expect(pages.map(({ length }) => length)).toEqual([1, 3, 3]);
  expect(pages.flat()).toEqual(sent);

  expect(await ada.request({ action: 'history', before: 'deleted#x' })).toMatchObject({ error: 'invalid_request', message: expect.stringContaining('before must be') });
  const eve = await requester('eve', 'Paging');
  const moderator = await requester('mia', 'Paging', ['staff']);
  expect((await eve({ history: 2 })).history.messages).toHaveLength(2);
  await moderator({ action: 'ban', userId: 'eve' });
  for (const body of [{ action: 'history' }, { history: 2 }]) {
    const answer = await eve(body);
    expect(answer.error).toBe('banned');
    expect(JSON.stringify(answer)).not.toContain('message 0');
  }
}, 30_000);

test('events of the application are part of the history, and a backend reads the same pages', async () => {
  const ada = await join('ada', 'Events');
  await ada.send('hello');
  const { SendEventCommand } = jest.requireActual<typeof import('@aws-sdk/client-ivschat')>('@aws-sdk/client-ivschat');
  for (const eventName of ['poll', 'other']) {
    await runtime.chat.send(new SendEventCommand({ roomIdentifier: outputs.EventsOutput, eventName, attributes: { question: 'tea?' } }));
  }
  await wait(LOG_DELAY);

  const { messages } = await ada.request({ action: 'history' });
  expect(messages).toMatchObject([{ Type: 'MESSAGE', Content: 'hello' }, { Type: 'EVENT', EventName: 'poll', Attributes: { question: 'tea?' } }]);
  const { payload } = await runtime.invoke(outputs.PagesOutput, JSON.stringify({ roomId: roomIdOf('Events') }));
  expect(JSON.parse(payload)).toEqual({ messages });
}, 30_000);

test('100 rooms that are busy at the same time lose nothing', async () => {
  const { CreateRoomCommand, SendEventCommand } = jest.requireActual<typeof import('@aws-sdk/client-ivschat')>('@aws-sdk/client-ivschat');
  const rooms = await Promise.all(Array.from({ length: 100 }, async () => (
    (await runtime.chat.send(new CreateRoomCommand({ loggingConfigurationIdentifiers: [outputs.ChatLogOutput] }))).arn!)));
  await Promise.all(rooms.flatMap(roomIdentifier => [1, 2, 3].map(async number => (
    runtime.chat.send(new SendEventCommand({ roomIdentifier, eventName: 'poll', attributes: { number: String(number) } }))))));
  const roomIds = new Set(rooms.map(arn => arn.split('/')[1]));

  const stored = async () => {
    const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: outputs.HistoryOutput, ConsistentRead: true }));
    return Items.filter(({ room }) => roomIds.has(room.S!)).length;
  };
  for (const end = Date.now() + 20_000; await stored() < 300 && Date.now() < end;) await wait(250);
  expect(await stored()).toBe(300);
}, 40_000);

test('the script of the page erases one user', async () => {
  const [ada, bob] = [await join('ada', 'Erasure'), await join('b"ob#1', 'Erasure')];
  await bob.send('text of bob');
  await ada.send('about b"ob#1');
  await bob.send('more of bob');
  const moderator = await requester('mia', 'Erasure', ['staff']);
  for (const userId of ['b"ob#1', 'other']) await moderator({ action: 'ban', userId });
  for (const sender of [`${roomIdOf('Erasure')}#b"ob#1`, `dry-run#${roomIdOf('Erasure')}#b"ob#1`, `${roomIdOf('Erasure')}#b"ob#11`, `${roomIdOf('Erasure')}#x#b"ob#1`]) {
    await dynamoDb.send(new PutItemCommand({ TableName: outputs.StrikesOutput, Item: { sender: { S: sender }, sentAt: { S: '1#a' } } }));
  }
  await wait(LOG_DELAY);

  const tables = { history: outputs.HistoryOutput, bans: outputs.BansOutput.split('/')[1], strikes: outputs.StrikesOutput };
  expect(await eraseUser(dynamoDb, 'b"ob#1', tables)).toEqual({ history: 2, bans: 1, strikes: 2 });

  const { messages } = await ada.request({ action: 'history' });
  expect(messages.map(({ Content, Deleted }: Message) => Deleted ? 'deleted' : Content)).toEqual(['deleted', 'about b"ob#1', 'deleted']);
  expect(await tableText()).not.toMatch(/of bob/);
  expect((await moderator({ action: 'listBans' })).bans.map(({ userId }: { userId: string }) => userId)).toEqual(['other']);
  const { Count } = await dynamoDb.send(new ScanCommand({ TableName: outputs.StrikesOutput }));
  expect(Count).toBe(2);
  expect(await eraseUser(dynamoDb, 'b"ob#1', tables)).toEqual({ history: 0, bans: 0, strikes: 0 });
}, 30_000);
