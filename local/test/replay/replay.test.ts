import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type IvsChat, type ReplayedMessage, startIvsChat } from '../../src';
import { caseLine, deletionLine, logLine, REVIEW, reviewedRoom, templateOf } from '../support/review-template';
import { writeFile } from '../support/write-file';

let directory: string;
let local: IvsChat | undefined;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'replay-test-'));
});

afterEach(async () => {
  await local?.close();
  local = undefined;
  fs.rmSync(directory, { recursive: true });
});

const write = (name: string, ...lines: string[]) => writeFile(directory, name, lines.join(''));

/** @param reviewMilliseconds by default a limit that a busy machine keeps */
async function start(template = templateOf(reviewedRoom('lobby')), reviewMilliseconds = 5_000): Promise<IvsChat> {
  local = await startIvsChat({ app: write('chat.json', template), reviewMilliseconds });
  return local;
}

test('messages of a log are denied, masked or as they were', async () => {
  const { replay } = await startWithReplay();
  const { messages, result } = await replay(...['Hello', 'darn it', 'oh heck', 'so rude', 'darn', '****'].map(content => logLine(content)));
  expect(messages.map(({ outcome, result: review, rules }) => [outcome, review, rules])).toEqual([
    ['unchanged', 'ALLOW', []], ['denied', 'DENY', ['words']], ['masked', 'MASK', ['words']],
    ['denied', 'DENY', []], ['denied', 'DENY', ['words']], ['unchanged', 'ALLOW', []],
  ]);
  expect(messages[2]).toMatchObject({ content: 'oh heck', newContent: 'oh ****', file: expect.stringMatching(/yesterday\.log$/), line: 3 });
  expect(result).toMatchObject({ messages: 6, denied: 3, masked: 1, unchanged: 2, missed: 0, caught: 0, mistakes: 0, expected: 0 });
  expect(result).toMatchObject({ fallback: 0, late: 0, duplicates: 0, unreadable: 0, errors: [] });
  expect(result.groups.map(({ count, examples, reason, rules }) => ({ count, rules, reason, lines: examples.map(({ line }) => line) }))).toEqual([
    { count: 2, rules: ['words'], lines: [2, 5] }, { count: 1, rules: ['words'], lines: [3] }, { count: 1, rules: [], reason: 'Not so rude', lines: [4] },
  ]);
  expect(result.milliseconds.limit).toBe(5_000);
  expect(result.milliseconds.slowest).toBeGreaterThanOrEqual(result.milliseconds.p50);
});

test('messages that moderators deleted are missed or caught', async () => {
  const { replay } = await startWithReplay();
  const { messages, result } = await replay(
    logLine('nasty', { id: 'AAAAAAAAAAA1' }), logLine('darn', { id: 'AAAAAAAAAAA2' }), logLine('heck', { id: 'AAAAAAAAAAA3' }),
    ...['1', '2', '3', '9'].map(id => deletionLine(`AAAAAAAAAAA${id}`)),
  );
  expect(messages.map(({ outcome }) => outcome)).toEqual(['missed', 'caught', 'caught']);
  expect(result).toMatchObject({ messages: 3, denied: 0, masked: 0, missed: 1, caught: 2 });
});

test('labelled cases are as expected, missed or mistakes', async () => {
  const { replay } = await startWithReplay();
  const { messages, result } = await replay(
    caseLine('Hello', 'ALLOW'), caseLine('darn', 'DENY'), caseLine('heck', 'MASK'),
    caseLine('Hello', 'MASK'), caseLine('heck', 'DENY'), caseLine('heck', 'ALLOW'), caseLine('darn', 'MASK'),
  );
  expect(messages.map(({ outcome }) => outcome)).toEqual(['expected', 'expected', 'expected', 'missed', 'missed', 'mistake', 'mistake']);
  expect(result).toMatchObject({ messages: 7, expected: 3, missed: 2, mistakes: 2, denied: 0, masked: 0, unchanged: 0 });
});

test('attributes of the message and of its sender are as in the log', async () => {
  const { replay } = await startWithReplay();
  const { messages } = await replay(
    logLine('darn', { senderAttributes: { role: 'moderator' } }), caseLine('darn', 'ALLOW', { sender: { attributes: { role: 'moderator' } } }),
    logLine('Hello', { attributes: { title: 'heck' } }), logLine('Hello', { attributes: { title: 'Hi' } }),
  );
  expect(messages.map(({ newContent, outcome, rules }) => [outcome, rules, newContent])).toEqual([
    ['unchanged', [], undefined], ['expected', [], undefined], ['masked', ['titles'], undefined], ['unchanged', [], undefined],
  ]);
});

test('the handler receives the event of the service, and no room receives the message', async () => {
  const source = 'exports.handler = async event => ({ ReviewResult: "DENY", Content: event.Content, Attributes: { Reason: JSON.stringify(event) } });';
  const { local: running, replay } = await startWithReplay(templateOf(reviewedRoom('lobby', source)));
  const ada = await running.connect({ room: 'lobby', userId: 'ada' });
  const { messages } = await replay(logLine('Hello', { id: 'AAAAAAAAAAA1', attributes: { a: '1' }, senderAttributes: { b: '2' } }));
  expect(JSON.parse(messages[0].reason!)).toEqual({
    Content: 'Hello',
    MessageId: 'AAAAAAAAAAA1',
    RoomArn: running.rooms[0].arn,
    Attributes: { a: '1' },
    Sender: { UserId: 'ada', Attributes: { b: '2' }, Ip: '192.0.2.1' },
  });
  await expect(ada.messages.take(50)).rejects.toThrow();
});

test('rules that only count are counted besides the outcome', async () => {
  const { replay } = await startWithReplay();
  const { result } = await replay(logLine('count me'), logLine('count darn'), logLine('Hello'));
  expect(result).toMatchObject({ denied: 1, unchanged: 2, counted: 2, countedRules: { trial: 2 } });
});

test('a message longer than the room accepts now is reviewed', async () => {
  const template = JSON.parse(templateOf(reviewedRoom('lobby')));
  template.Resources.lobbyRoom.Properties.MaximumMessageLength = 5;
  const { replay } = await startWithReplay(JSON.stringify(template));
  expect((await replay(logLine('Hello everybody'))).result).toMatchObject({ unchanged: 1, fallback: 0 });
});

test('20 reviews before the first one are not counted', async () => {
  const source = `
    let count = 0;
    exports.handler = async ({ Content }) => ({ ReviewResult: 'DENY', Content, Attributes: { Reason: String(++count) } });
  `;
  const { replay } = await startWithReplay(templateOf(reviewedRoom('lobby', source)));
  const { messages } = await replay(...Array.from({ length: 25 }, (_, index) => logLine(`message ${index}`)));
  expect(messages.map(({ content, reason }) => [content, reason])).toEqual(Array.from({ length: 25 }, (_, index) => [`message ${index}`, String(21 + index)]));
});

describe('the fallback result decides', () => {
  test('if the handler throws an error or returns nonsense', async () => {
    const { replay } = await startWithReplay();
    const { result } = await replay(logLine('broken'), logLine('nonsense'), logLine('Hello'), logLine('broken'));
    expect(result).toMatchObject({
      denied: 3,
      unchanged: 1,
      fallback: 3,
      fallbackResult: 'DENY',
      late: 0,
      fallbackReasons: { 'the handler failed (Unhandled)': 2, 'the answer is not an object': 1 },
      errors: ['TypeError: cannot review broken'],
      groups: [{ outcome: 'denied', isFallback: true, count: 3 }],
    });
  });

  test('if the handler is late, and the next message does not wait for a cold start', async () => {
    const { replay } = await startWithReplay(templateOf(reviewedRoom('lobby', REVIEW, 'ALLOW')), 300);
    const { messages, result } = await replay(logLine('Hello'), logLine('slow'), logLine('darn'));
    expect(messages.map(({ isLate, outcome }) => [outcome, isLate])).toEqual([['unchanged', false], ['unchanged', true], ['denied', false]]);
    expect(result).toMatchObject({ late: 1, fallback: 1, fallbackReasons: { 'the handler did not answer within 300 ms': 1 } });
    expect(result.milliseconds.slowest).toBeGreaterThanOrEqual(299);
  });

  test('not if the handler is late once', async () => {
    const { replay } = await startWithReplay(templateOf(reviewedRoom('lobby', `
      let count = 0;
      exports.handler = async ({ Content }) => {
        // The first review that counts: those before are 10 of each message.
        if (Content === 'busy' && ++count === 11) await new Promise(resolve => setTimeout(resolve, 400));
        return { ReviewResult: 'ALLOW', Content };
      };
    `)), 300);
    const { messages, result } = await replay(logLine('Hello'), logLine('busy'));
    expect(messages.map(({ isLate, problem }) => [isLate, problem])).toEqual([[false, undefined], [false, undefined]]);
    expect(result).toMatchObject({ late: 0, fallback: 0, unchanged: 2 });
  });

  test('if the process of the handler ends', async () => {
    const { replay } = await startWithReplay(templateOf(reviewedRoom('lobby', `exports.handler = async ({ Content }) => {
      if (Content === 'exit') process.exit(1);
      return { ReviewResult: 'ALLOW', Content };
    };`)));
    const { messages } = await replay(logLine('exit'), logLine('Hello'), logLine('exit'), logLine('Hello'));
    expect(messages.map(({ outcome, problem }) => [outcome, problem !== undefined])).toEqual([['denied', true], ['unchanged', false], ['denied', true], ['unchanged', false]]);
  });

  test('if the service may not invoke the handler', async () => {
    const template = JSON.parse(templateOf(reviewedRoom('lobby')));
    const { local: running, replay } = await startWithReplay(JSON.stringify(template));
    delete template.Resources.lobbyPermission;
    delete template.Resources.lobbyRoom.DependsOn;
    await running.deploy(write('chat.json', JSON.stringify(template)));
    const { result } = await replay(logLine('Hello'));
    expect(result.fallbackReasons).toEqual({ "the function's resource policy does not allow the service to invoke it for this room": 1 });
  });
});

describe('the review handler', () => {
  test('is that of the app after a change', async () => {
    const { local: running, replay } = await startWithReplay();
    expect((await replay(logLine('oops'))).result.unchanged).toBe(1);
    await running.deploy(write('chat.json', templateOf(reviewedRoom('lobby', REVIEW.replace('darn', 'oops')))));
    expect((await replay(logLine('oops'))).result.denied).toBe(1);
  });

  test('is the only one, or that of a room', async () => {
    const allowing = 'exports.handler = async ({ Content }) => ({ ReviewResult: "ALLOW", Content });';
    const { replay } = await startWithReplay(templateOf(reviewedRoom('lobby'), reviewedRoom('backstage', allowing)));
    await expect(replay(logLine('darn'))).rejects.toThrow(/^room must be set, with --room on the command line, because rooms use 2 review handlers: choose one of chat\/\w+ \(\S+\), chat\/\w+ \(\S+\)\.$/);
    expect((await replayIn('lobby', logLine('darn'))).denied).toBe(1);
    expect((await replayIn('chat/backstageRoom', logLine('darn'))).denied).toBe(0);
    await expect(replayIn('foyer', logLine('darn'))).rejects.toThrow(/^room must be the construct path, name or ARN of a room, got "foyer": choose one of /);
  });

  test('must exist', async () => {
    const { replay } = await startWithReplay(templateOf({ Room: { Type: 'AWS::IVSChat::Room', Properties: { Name: 'lobby' } } }));
    await expect(replay(logLine('Hello'))).rejects.toThrow('The app must have a room with a review handler, but its rooms have none: set messageReviewHandler of a room.');
    await expect(replayIn('lobby', logLine('Hello'))).rejects.toThrow('room must have a review handler, got chat/Room, which has none.');
  });

  test('must start', async () => {
    const { replay } = await startWithReplay(templateOf(reviewedRoom('lobby', 'require("not-installed");')));
    await expect(replay(logLine('Hello'))).rejects.toThrow(/^The review handler arn:aws:lambda:\S+ cannot start: .*not-installed/);
  });

  test('is needed in an app with rooms', async () => {
    local = await startIvsChat({ app: false });
    await expect(local.replay(write('a.log', logLine('Hello')))).rejects.toThrow('The app must have a room with a review handler, but it has no rooms');
  });
});

test('fails for logs without messages, and for a number of examples that is not valid', async () => {
  const { local: running } = await startWithReplay();
  await expect(running.replay(path.join(directory, 'missing.log'))).rejects.toThrow('it does not exist');
  await expect(running.replay([write('a.log', logLine('Hello'))], { examples: -1 })).rejects.toThrow('examples must be a whole number that is not negative, got -1.');
});

async function startWithReplay(...args: Parameters<typeof start>) {
  const running = await start(...args);
  const replay = async (...lines: string[]) => {
    const messages: ReplayedMessage[] = [];
    const result = await running.replay(write('yesterday.log', ...lines), { onMessage: message => messages.push(message) });
    return { messages, result };
  };
  return { local: running, replay };
}

async function replayIn(room: string, ...lines: string[]) {
  return local!.replay(write('yesterday.log', ...lines), { room });
}
