/** The saved queries, on the records of a chat in the local runtime. */
import { SendEventCommand } from '@aws-sdk/client-ivschat';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatLogQueries, ChatRoom, LoggingConfiguration, LoggingDestination } from '../../src';
import { LocalRuntime, type Outputs } from '../support/deployed/local-runtime';
import { type Row, runQuery } from '../support/logs-insights/run';
import { resourcesOf, templateOf } from '../support/synth';

let runtime: LocalRuntime;
let outputs: Outputs;
let queries: Record<string, string>;
let messageId: string;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
  outputs = await runtime.deploy((app: App) => {
    const stack = new Stack(app, 'Logged');
    const chatLog = new LogGroup(stack, 'ChatLog');
    const loggingConfigurations = [new LoggingConfiguration(stack, 'Logging', { destination: LoggingDestination.cloudWatchLogs(chatLog) })];
    new ChatLogQueries(stack, 'Queries', { chatLog, folder: 'chat' });
    for (const id of ['Lobby', 'Stage']) {
      new CfnOutput(stack, `${id}Arn`, { value: new ChatRoom(stack, id, { loggingConfigurations }).roomArn });
    }
    const definitions = Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Logs::QueryDefinition'));
    queries = Object.fromEntries(definitions.map(({ Properties: { Name, QueryString } }) => [Name, QueryString]));
    return stack;
  });

  const enter = async (userId: string, room = outputs.LobbyArn) => runtime.local.connect({ room, userId });
  const [ada, bob] = [await enter('ada'), await enter('bob')];
  ({ id: messageId } = await bob.send('Buy at https://spam.example/now!'));
  await ada.send('Please stop that.');
  await (await enter('ada', outputs.StageArn)).send('Hi');
  await ada.deleteMessage(messageId, 'advertising');
  await ada.disconnectUser('bob', 'advertising');
  await runtime.chat.send(new SendEventCommand({ roomIdentifier: outputs.LobbyArn, eventName: 'poll', attributes: { question: 'Tea?' } }));
});

afterAll(async () => {
  await runtime.stop();
});

const roomId = (name: string) => outputs[`${name}Arn`].split('/')[1];

async function answer(question: string, replacements: Record<string, string> = {}): Promise<Row[]> {
  const query = Object.entries(replacements).reduce((text, [name, value]) => text.replaceAll(name, value), queries[`chat/${question}`]);
  const records = await runtime.local.chatLog();
  return runQuery(query, records.map(({ roomArn, ...record }) => ({
    timestamp: Date.parse(record.event_timestamp), logStream: `aws/IVSChatLogs/1.0/room_${roomArn.split('/')[1]}`, message: JSON.stringify(record),
  })));
}

const without = (rows: Row[], ...names: string[]) => rows.map(row => (
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)))
));

test('What was written in a room?', async () => {
  expect(without(await answer('What was written in a room?', { ROOM_ID: roomId('Lobby') }), 'sent', 'id')).toEqual([
    { user: 'bob', content: 'Buy at https://spam.example/now!' },
    { user: 'ada', content: 'Please stop that.' },
    { event: 'aws:DELETE_MESSAGE' },
    { event: 'aws:DISCONNECT_USER' },
    { event: 'poll' },
  ]);
});

test('What did a user write?', async () => {
  const rows = without(await answer('What did a user write?', { USER_ID: 'ada' }), 'sent', 'id');
  // Their times can be equal.
  expect(new Set(rows)).toEqual(new Set([{ room: roomId('Stage'), content: 'Hi' }, { room: roomId('Lobby'), content: 'Please stop that.' }]));
});

test('What happened to a message?', async () => {
  expect(without(await answer('What happened to a message?', { MESSAGE_ID: messageId }), 'sent', 'room')).toEqual([
    { type: 'MESSAGE', user: 'bob', content: 'Buy at https://spam.example/now!' },
    { type: 'EVENT', event: 'aws:DELETE_MESSAGE', reason: 'advertising' },
  ]);
});

test('Who writes most? How busy are the rooms?', async () => {
  expect(await answer('Who writes most?')).toEqual([{ user: 'ada', messages: 2, rooms: 2 }, { user: 'bob', messages: 1, rooms: 1 }]);
  const busy = await answer('How busy are the rooms?');
  expect(busy.reduce((sum, { messages }) => sum + Number(messages), 0)).toBe(3);
  expect(new Set(busy.map(({ room }) => room))).toEqual(new Set([roomId('Lobby'), roomId('Stage')]));
});

test('Which messages were deleted? Who was disconnected?', async () => {
  expect(without(await answer('Which messages were deleted, and why?'), 'sent')).toEqual([{ room: roomId('Lobby'), message: messageId, reason: 'advertising' }]);
  expect(without(await answer('Who was disconnected, and why?'), 'sent')).toEqual([{ room: roomId('Lobby'), user: 'bob', reason: 'advertising' }]);
});

test('Who posts links?', async () => {
  expect(without(await answer('Who posts links?'), 'sent', 'content', 'id')).toEqual([{ room: roomId('Lobby'), user: 'bob', link: 'https://spam.example/now!' }]);
});
