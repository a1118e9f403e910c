import type { Stack } from 'aws-cdk-lib';
import { CfnLogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { ChatLogQueries, type ChatLogQueriesProps } from '../../../src';
import { errorOf } from '../../support/grants';
import { type LogEvent, runQuery } from '../../support/logs-insights/run';
import { newStack, resourcesOf, templateOf } from '../../support/synth';

function definitionsIn(stack: Stack): any[] {
  return Object.values(resourcesOf(templateOf(stack).toJSON(), 'AWS::Logs::QueryDefinition')).map(({ Properties }) => Properties);
}

function queriesOf(props: Partial<ChatLogQueriesProps> = {}): Record<string, string> {
  const stack = newStack();
  new ChatLogQueries(stack, 'Queries', { chatLog: new LogGroup(stack, 'ChatLog'), folder: 'chat', ...props });
  return Object.fromEntries(definitionsIn(stack).map(({ Name, QueryString }) => [Name.replace('chat/', ''), QueryString]));
}

const QUERIES = queriesOf();

test('are eight queries of the log group, in a folder with the path of the construct', () => {
  const stack = newStack();
  new ChatLogQueries(stack, 'Queries', { chatLog: new LogGroup(stack, 'ChatLog') });

  const definitions = definitionsIn(stack);
  expect(definitions.map(({ Name }) => Name)).toEqual([
    'Stack/Queries/What was written in a room?',
    'Stack/Queries/What did a user write?',
    'Stack/Queries/What happened to a message?',
    'Stack/Queries/Who writes most?',
    'Stack/Queries/How busy are the rooms?',
    'Stack/Queries/Which messages were deleted, and why?',
    'Stack/Queries/Who was disconnected, and why?',
    'Stack/Queries/Who posts links?',
  ]);
  for (const { LogGroupNames } of definitions) expect(LogGroupNames).toEqual([{ Ref: expect.stringMatching(/^ChatLog/) }]);
});

test('accept an L1 and an imported log group', () => {
  const stack = newStack();
  new ChatLogQueries(stack, 'L1', { chatLog: new CfnLogGroup(stack, 'ChatLog') });
  new ChatLogQueries(stack, 'Imported', { chatLog: LogGroup.fromLogGroupName(stack, 'Other', '/chat/log') });

  const groups = definitionsIn(stack).map(({ LogGroupNames }) => JSON.stringify(LogGroupNames));
  expect([...new Set(groups)]).toEqual(['[{"Ref":"ChatLog"}]', '["/chat/log"]']);
});

test.each<[any, string, RegExp]>([
  [{ chatLog: 'chat' }, 'TypeExpected', /^chatLog must be a log group, got "chat": /],
  [{ folder: '' }, 'StringIsEmpty', /^folder must have at least one character/],
  [{ folder: 7 }, 'StringExpected', /^folder must be a string, got 7: /],
  [{ folder: 'f'.repeat(218) }, 'FolderTooLong', /^folder must have at most 217 characters, got 218 /],
])('%j is an error', (props, code, message) => {
  const error = errorOf(() => queriesOf(props))!;
  expect(error.code).toBe(code);
  expect(error.message.replace(/^.*\] /, '')).toMatch(message);
});

test('the longest folder fits', () => {
  const stack = newStack();
  new ChatLogQueries(stack, 'Queries', { chatLog: new LogGroup(stack, 'ChatLog'), folder: 'f'.repeat(217) });
  expect(Math.max(...definitionsIn(stack).map(({ Name }) => Name.length))).toBe(255);
});

const MESSAGE_ID = 'WhO6MW6iRdS5';

interface Frame { readonly Type: 'EVENT' | 'MESSAGE'; readonly SendTime: string; [name: string]: unknown }

/** The log stream and the record as the service documents them. */
function logged(room: string, payload: Frame): LogEvent {
  const event_timestamp = new Date(payload.SendTime).toISOString();
  return {
    timestamp: Date.parse(event_timestamp),
    logStream: `aws/IVSChatLogs/1.0/room_${room}`,
    message: JSON.stringify({ event_timestamp, type: payload.Type, version: '1.0', payload }),
  };
}

const message = (room: string, UserId: string, SendTime: string, Content: string, Id = `m${SendTime}`) => logged(room, {
  Type: 'MESSAGE', Id, RequestId: '', Attributes: { color: 'red' }, Content, SendTime, Sender: { UserId, Attributes: {} },
});
const event = (room: string, EventName: string, SendTime: string, Attributes: Record<string, string>) => logged(room, {
  Type: 'EVENT', Id: `e${SendTime}`, RequestId: '', EventName, SendTime, Attributes,
});

// Digits of fractions differ, as those of the service do: sorted as strings, 00.9Z would come before 00.10Z, and 00Z after both.
const EVENTS = [
  message('abc123DEF456', 'ada', '2026-01-05T14:00:00.9Z', 'Look at HTTPS://example.com/a?b=1 and www.example.org'),
  message('abc123DEF456', 'bob', '2026-01-05T14:00:00Z', 'hello', MESSAGE_ID),
  message('abc123DEF456', 'ada', '2026-01-05T14:00:00.100000001Z', 'no link: ada@www, http//'),
  message('zzz123DEF456', 'ada', '2026-01-05T14:01:30Z', 'other room'),
  event('abc123DEF456', 'aws:DELETE_MESSAGE', '2026-01-05T14:02:00Z', { MessageID: MESSAGE_ID, MessageId: MESSAGE_ID, Reason: 'spam' }),
  event('zzz123DEF456', 'aws:DISCONNECT_USER', '2026-01-05T14:03:00Z', { UserId: 'bob', Reason: 'rude' }),
  event('zzz123DEF456', 'poll', '2026-01-05T14:04:00Z', { question: '?' }),
];

function run(question: string, replacements: Record<string, string> = {}, events = EVENTS) {
  const query = Object.entries(replacements).reduce((text, [name, value]) => text.replaceAll(name, value), QUERIES[question]);
  // Every placeholder is replaced.
  expect(query).not.toMatch(/(ROOM|USER|MESSAGE)_ID/);
  return runQuery(query, events);
}

describe('the answers', () => {
  test('What was written in a room?', () => {
    expect(run('What was written in a room?', { ROOM_ID: 'abc123DEF456' })).toEqual([
      { sent: '2026-01-05T14:00:00Z', user: 'bob', content: 'hello', id: MESSAGE_ID },
      { sent: '2026-01-05T14:00:00.100000001Z', user: 'ada', content: 'no link: ada@www, http//', id: 'm2026-01-05T14:00:00.100000001Z' },
      { sent: '2026-01-05T14:00:00.9Z', user: 'ada', content: 'Look at HTTPS://example.com/a?b=1 and www.example.org', id: 'm2026-01-05T14:00:00.9Z' },
      { sent: '2026-01-05T14:02:00Z', event: 'aws:DELETE_MESSAGE', id: 'e2026-01-05T14:02:00Z' },
    ]);
    // The ID of the room is at the end of the stream.
    expect(run('What was written in a room?', { ROOM_ID: 'abc123' })).toEqual([]);
  });

  test('What did a user write?', () => {
    expect(run('What did a user write?', { USER_ID: 'ada' }).map(({ content, room }) => [room, content])).toEqual([
      ['zzz123DEF456', 'other room'],
      ['abc123DEF456', 'Look at HTTPS://example.com/a?b=1 and www.example.org'],
      ['abc123DEF456', 'no link: ada@www, http//'],
    ]);
  });

  // AWS deprecates the spelling MessageID.
  test.each(['MessageID', 'MessageId'])('What happened to a message? With %s', name => {
    const events = EVENTS.map(each => ({ ...each, message: each.message.replace(name === 'MessageId' ? '"MessageID"' : '"MessageId"', '"Other"') }));
    // A log of a real room has both names.
    const all = [...events, event('yyy123DEF456', 'aws:DELETE_MESSAGE', '2026-01-01T00:00:00Z', { MessageID: 'x', MessageId: 'x' })];
    expect(run('What happened to a message?', { MESSAGE_ID }, all)).toEqual([
      { sent: '2026-01-05T14:00:00Z', room: 'abc123DEF456', type: 'MESSAGE', user: 'bob', content: 'hello' },
      { sent: '2026-01-05T14:02:00Z', room: 'abc123DEF456', type: 'EVENT', event: 'aws:DELETE_MESSAGE', reason: 'spam' },
    ]);
    expect(run('Which messages were deleted, and why?', {}, all)).toEqual([
      { sent: '2026-01-05T14:02:00Z', room: 'abc123DEF456', message: MESSAGE_ID, reason: 'spam' },
      { sent: '2026-01-01T00:00:00Z', room: 'yyy123DEF456', message: 'x' },
    ]);
  });

  test('Who writes most?', () => {
    expect(run('Who writes most?')).toEqual([{ user: 'ada', messages: 3, rooms: 2 }, { user: 'bob', messages: 1, rooms: 1 }]);
  });

  test('How busy are the rooms?', () => {
    const minute = Date.parse('2026-01-05T14:00:00Z');
    expect(run('How busy are the rooms?')).toEqual([
      { 'bin(1m)': minute, 'room': 'abc123DEF456', 'messages': 3 }, { 'bin(1m)': minute + 60_000, 'room': 'zzz123DEF456', 'messages': 1 },
    ]);
  });

  test('Who was disconnected, and why?', () => {
    expect(run('Who was disconnected, and why?')).toEqual([{ sent: '2026-01-05T14:03:00Z', room: 'zzz123DEF456', user: 'bob', reason: 'rude' }]);
  });

  test('Who posts links?', () => {
    expect(run('Who posts links?').map(({ link, user }) => [user, link])).toEqual([['ada', 'HTTPS://example.com/a?b=1']]);
  });
});
