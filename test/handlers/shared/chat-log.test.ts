import * as fc from 'fast-check';
import { type ChatLogRecords, type OtherLogEvents, readChatLog, sortableTime } from '../../../handlers/shared/chat-log';
import { chatLogEvent, deletionFrame, eventFrame, messageFrame, recordOf, ROOM_ID } from '../../support/chat-log';

const TIME = '2026-01-05T14:33:32.894089757Z';
const LATER = '2026-01-05T14:33:33Z';

const read = (...lines: string[]) => readChatLog(chatLogEvent(lines)) as ChatLogRecords;

test('reads messages, deletions and events of the application', () => {
  const message = messageFrame('WhO6MW6iRdS5', TIME);
  const poll = eventFrame('PoLlPoLl1234', 'poll', LATER, { question: 'tea?' });

  expect(read(recordOf(message), recordOf(deletionFrame('DeLeTe123456', message.Id, LATER, 'rude')), recordOf(poll))).toEqual({
    roomId: ROOM_ID,
    messages: [message],
    deletions: [{ messageId: message.Id, sendTime: LATER, reason: 'rude' }],
    events: [poll],
    unreadable: 0,
  });
});

test('leaves out other events of the service', () => {
  expect(read(recordOf(eventFrame('DiScOn123456', 'aws:DISCONNECT_USER', TIME, { UserId: 'ada' })))).toMatchObject({ deletions: [], events: [], unreadable: 0 });
});

test.each<Record<string, string>>([{ MessageID: 'WhO6MW6iRdS5' }, { MessageId: 'WhO6MW6iRdS5' }])('reads a deletion with %p', attributes => {
  expect(read(recordOf(eventFrame('DeLeTe123456', 'aws:DELETE_MESSAGE', TIME, attributes))).deletions).toEqual([{ messageId: 'WhO6MW6iRdS5', sendTime: TIME }]);
});

test('leaves out duplicates', () => {
  const lines = [messageFrame('a', TIME), deletionFrame('b', 'a', LATER), eventFrame('c', 'poll', TIME)].map(recordOf);

  expect(read(...lines, ...lines)).toEqual(read(...lines));
});

test.each([
  'not JSON', '', 'null', '[]', '1', '{}', '{"payload":null}', '{"payload":[]}',
  recordOf(messageFrame('', TIME)), recordOf(messageFrame('deleted#a', TIME)), recordOf(messageFrame('x'.repeat(65), TIME)),
  recordOf(messageFrame('a', 'yesterday')), recordOf(messageFrame('a', '2026-13-05T14:33:32Z')), recordOf(messageFrame('a', '2026-01-05T14:33:32.1234567890Z')),
  recordOf(messageFrame('a', TIME, { Content: 1 as any })), recordOf(messageFrame('a', TIME, { Sender: undefined as any })),
  recordOf(messageFrame('a', TIME, { Sender: { UserId: 1 } as any })), recordOf(messageFrame('a', TIME, { Attributes: { a: 1 } as any })),
  recordOf({ ...messageFrame('a', TIME), Type: 'OTHER' } as any), recordOf(eventFrame('a', 1 as any, TIME)),
  recordOf(deletionFrame('a', '#', TIME)), recordOf(messageFrame('a', TIME, { Content: 'x'.repeat(40_000) })),
])('counts %.80s as unreadable, and reads what follows', line => {
  const message = messageFrame('WhO6MW6iRdS5', TIME);

  expect(read(line, recordOf(message))).toMatchObject({ messages: [message], deletions: [], events: [], unreadable: 1 });
});

test('does not throw, whatever the lines contain', () => {
  const anyJson = fc.jsonValue().map(payload => JSON.stringify({ payload }));
  const frame = fc.dictionary(fc.constantFrom('Type', 'Id', 'SendTime', 'Content', 'EventName', 'Attributes', 'Sender'), fc.oneof(
    fc.jsonValue(), fc.constantFrom('MESSAGE', 'EVENT', 'aws:DELETE_MESSAGE', TIME, 'WhO6MW6iRdS5'),
    fc.record({ MessageID: fc.jsonValue(), UserId: fc.jsonValue() }),
  )).map(payload => JSON.stringify({ payload }));
  fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.json(), anyJson, frame)), lines => {
    const { deletions, events, messages, unreadable } = read(...lines);
    expect(messages.length + deletions.length + events.length + unreadable).toBeLessThanOrEqual(lines.length);
  }));
});

test('keeps a message of 500 astral characters, and lone surrogates', () => {
  const frames = ['👩'.repeat(500), '\ud800', 'a\udfff'].map((content, index) => messageFrame(`id${index}`, TIME, { Content: content }));

  expect(read(...frames.map(recordOf)).messages).toEqual(frames);
});

test('a message with the longest content and attributes, all of it escaped, is not too long', () => {
  const longest = messageFrame('WhO6MW6iRdS5', TIME, {
    Content: '\u0001'.repeat(500),
    Attributes: { a: '\u0001'.repeat(1_023) },
    Sender: { UserId: '\u0001'.repeat(128), Attributes: { a: '\u0001'.repeat(1_023) } },
  });

  expect(read(recordOf(longest)).messages).toEqual([longest]);
});

test.each<[object, OtherLogEvents['skipped']]>([
  [{ messageType: 'CONTROL_MESSAGE', logStream: '' }, 'control message'],
  [{ logStream: '2026/01/05/[$LATEST]0123456789abcdef' }, 'log stream of no room'],
  [{ logStream: 'aws/IVSChatLogs/1.0/room_short' }, 'log stream of no room'],
  [{ logStream: 'aws/IVSChatLogs/1.0/room_AbCdEfGhIjKlM' }, 'log stream of no room'],
])('skips the events of %p', (more, skipped) => {
  expect(readChatLog(chatLogEvent([recordOf(messageFrame('a', TIME))], more))).toMatchObject({ skipped, logGroup: '/aws/vendedlogs/chat' });
});

test.each([
  ['2026-01-05T14:33:32Z', '2026-01-05T14:33:32.000000000Z'],
  ['2026-01-05T14:33:32.1Z', '2026-01-05T14:33:32.100000000Z'],
  [TIME, TIME],
])('sorts %s as %s', (time, sortable) => {
  expect(sortableTime(time)).toBe(sortable);
});
