import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { MessageLogs } from '../../../src/replay/chat-logs/message-logs';
import { writeFile } from '../../support/write-file';

let directory: string;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'logs-test-'));
});

afterEach(() => {
  fs.rmSync(directory, { recursive: true });
});

const message = (id: string, content: string, more: object = {}) => ({
  event_timestamp: '2026-01-05T14:33:32.894Z',
  type: 'MESSAGE',
  version: '1.0',
  payload: { Type: 'MESSAGE', Id: id, RequestId: '', Attributes: {}, Content: content, SendTime: '2026-01-05T14:33:32.894089757Z', Sender: { UserId: 'ada', Attributes: {} }, ...more },
});
const event = (name: string, attributes: object) => ({
  event_timestamp: '2026-01-05T14:33:33.000Z', type: 'EVENT', version: '1.0', payload: { Type: 'EVENT', Id: 'e', EventName: name, Attributes: attributes },
});
const lines = (...values: object[]) => values.map(value => `${JSON.stringify(value)}\n`).join('');
const write = (name: string, content: Buffer | string) => {
  fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
  fs.writeFileSync(path.join(directory, name), content);
  return path.join(directory, name);
};

/** The messages with the names of their files. */
async function read(...logs: string[]) {
  const opened = await MessageLogs.open(logs.map(log => path.join(directory, log)));
  const messages = [];
  for await (const { isDeleted, message: found, place } of opened.messages()) {
    messages.push({ ...place, file: path.basename(place.file), isDeleted, ...found });
  }
  return { opened, messages };
}
const contentsOf = async (...logs: string[]) => (await read(...logs)).messages.map(({ content }) => content);

describe('formats', () => {
  const [one, two] = [message('AAAAAAAAAAA1', 'one'), message('AAAAAAAAAAA2', 'two')];

  test('the files of a bucket, with any delimiter', async () => {
    write('s3/2026/01/a.log.gz', gzipSync(JSON.stringify(one) + JSON.stringify(two)));
    write('s3/2026/02/b.log.gz', Buffer.concat([gzipSync(lines(message('AAAAAAAAAAA3', 'three'))), gzipSync(lines(message('AAAAAAAAAAA4', 'four')))]));
    expect(await contentsOf('s3')).toEqual(['one', 'two', 'three', 'four']);
  });

  test('the folder of the local runtime, whose .gitignore is not a log', async () => {
    write('.ivschat-local/.gitignore', '*\n');
    write('.ivschat-local/firehose/stream.jsonl', lines(one));
    write('.ivschat-local/cloudwatch-logs/chat/aws/IVSChatLogs/1.0/room_x', lines(one, two));
    const { messages, opened } = await read('.ivschat-local');
    expect(messages.map(({ content }) => content)).toEqual(['one', 'two']);
    expect(opened).toMatchObject({ messageCount: 2, duplicateCount: 1, fileCount: 2, problemCount: 0 });
  });

  test('the output of aws logs filter-log-events', async () => {
    const events = [one, two].map((each, index) => ({ logStreamName: 'aws/IVSChatLogs/1.0/room_x', timestamp: index, message: JSON.stringify(each), eventId: String(index) }));
    write('events.json', JSON.stringify({ events: [...events, { message: 'START RequestId: 1' }], searchedLogStreams: [] }, undefined, 4));
    const { messages, opened } = await read('events.json');
    expect(messages.map(({ content, line }) => [content, line])).toEqual([['one', 3], ['two', 9]]);
    expect(opened.otherCount).toBe(1);
  });

  test('an export of CloudWatch Logs to a bucket', async () => {
    write('export/aws-logs-write-test', 'Permission Check Successful');
    write('export/task/stream/000000.gz', gzipSync([one, two].map(each => `2026-01-05T14:33:32.894Z ${JSON.stringify(each)}\n`).join('')));
    const { messages, opened } = await read('export');
    expect(messages.map(({ content }) => content)).toEqual(['one', 'two']);
    expect(opened.problems.map(({ file, problem }) => [path.basename(file), problem])).toEqual([['aws-logs-write-test', 'is not in a chat log']]);
  });

  test('labelled cases', async () => {
    write('cases.jsonl', '{"content":"Hello","expect":"ALLOW"}\n{"content":"darn","expect":"DENY","attributes":{"to":"1"},"sender":{"attributes":{"role":"vip"}},"note":"x"}\n');
    expect((await read('cases.jsonl')).messages).toEqual([
      { file: 'cases.jsonl', line: 1, isDeleted: false, content: 'Hello', expected: 'ALLOW', attributes: {}, sender: { userId: 'case', attributes: {} } },
      { file: 'cases.jsonl', line: 2, isDeleted: false, content: 'darn', expected: 'DENY', attributes: { to: '1' }, sender: { userId: 'case', attributes: { role: 'vip' } } },
    ]);
  });
});

test('messages have their attributes and those of the sender, and whether a moderator deleted them', async () => {
  write('a.log', lines(
    message('AAAAAAAAAAA1', 'one', { Attributes: { replyTo: 'x' }, Sender: { UserId: 'ada', Attributes: { name: 'Ada' } } }),
    message('AAAAAAAAAAA2', 'two'), message('AAAAAAAAAAA3', 'three'), event('app:POLL', {}),
  ));
  write('b.log', lines(event('aws:DELETE_MESSAGE', { MessageID: 'AAAAAAAAAAA2', Reason: 'rude' }), event('aws:DELETE_MESSAGE', { MessageId: 'AAAAAAAAAAA3' })));
  const { messages } = await read('a.log', 'b.log');
  expect(messages[0]).toMatchObject({ id: 'AAAAAAAAAAA1', attributes: { replyTo: 'x' }, sender: { userId: 'ada', attributes: { name: 'Ada' } } });
  expect(messages.map(({ isDeleted }) => isDeleted)).toEqual([false, true, true]);
});

test('a file that is named twice is read once', async () => {
  write('logs/a.log', lines({ content: 'one', expect: 'ALLOW' }));
  fs.symlinkSync(path.join(directory, 'logs', 'a.log'), path.join(directory, 'link'));
  expect(await contentsOf('logs', 'logs/a.log', 'link')).toEqual(['one']);
});

describe('what cannot be read is reported with its place, and the rest is read', () => {
  const good = lines(message('AAAAAAAAAAA1', 'one'));

  test.each<[string, Buffer | string, number, RegExp]>([
    ['a record that is cut off', good + lines(message('AAAAAAAAAAA2', 'two')).slice(0, 80), 2, /^is cut off$/],
    ['a compressed file that is cut off', gzipSync(good + lines(message('AAAAAAAAAAA2', 'x'.repeat(9000)))).subarray(0, 200), 2, /^is cut off$/],
    ['other text', `${good}Hello!\n`, 2, /^is not JSON$/],
  ])('%s', async (_what, content, line, problem) => {
    write('a.log', content);
    const { messages, opened } = await read('a.log');
    expect(messages.map(each => each.content)).toEqual(['one']);
    expect(opened.problems).toEqual([{ file: path.join(directory, 'a.log'), line, problem: expect.stringMatching(problem) }]);
  });

  test('compressed data that is damaged', async () => {
    const messages = Array.from({ length: 1000 }, (_, index) => message(`ID-${index}`, randomBytes(200).toString('base64')));
    const compressed = gzipSync(lines(...messages));
    write('a.log.gz', compressed.fill(7, compressed.length - 2000, compressed.length - 1000));
    const { messages: found, opened } = await read('a.log.gz');
    expect(found.length).toBeGreaterThan(100);
    expect(opened.problems.at(-1)).toMatchObject({ problem: 'or one after it cannot be read: the compressed data is damaged' });
    expect(opened.problems.at(-1)!.line).toBeGreaterThan(found.length - 2);
  });

  test('only the first ones of many', async () => {
    write('a.log', good + 'Hello!\n'.repeat(500));
    const { opened } = await read('a.log');
    expect([opened.problemCount, opened.problems.length]).toEqual([500, 20]);
  });
});

describe('fails for', () => {
  const open = async (...logs: string[]) => MessageLogs.open(logs.map(log => path.join(directory, log)));

  test.each<[string, Buffer | string, RegExp]>([
    ['an empty file', '', /^LOG must contain messages, got none in .*a\.log: use the folder .*\.$/],
    ['an empty compressed file', gzipSync(''), /^LOG must contain messages, got none in .*a\.log: /],
    ['text', 'Hello!\n', /^LOG must be a chat log, got .*a\.log, of which line 1 is not JSON: use /],
    ['an image', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /^LOG must be a chat log, got .*a\.log, of which line 1 is not JSON: use /],
    ['compressed data that is not text', gzipSync(Buffer.from('0102030405060708ff00fe', 'hex')), /^LOG must be a chat log, got .*a\.log, of which line 1 is not JSON: use /],
    ['a damaged compressed file', Buffer.from('1f8b0800000000000003ffffffff', 'hex'), /^LOG must be a chat log, got .*a\.log, of which line 1 or one after it cannot be read: the compressed data is damaged: use /],
    ['the log of a function', '{"level":"INFO","message":"START"}\n{"level":"INFO","message":"END"}\n', /^LOG must contain messages, got none in .*a\.log, only 2 other records: use /],
    ['a log with events only', lines(event('aws:DELETE_MESSAGE', { MessageID: 'AAAAAAAAAAA2' })), /^LOG must contain messages, got none in /],
    ['a case without a label', '{"content":"Hello"}', /a\.log:1: expect of a labelled case must be one of ALLOW, MASK, DENY, as in \{"content":"Hello!","expect":"ALLOW"\}\.$/],
    ['a case with an unknown label', '\n{"content":"Hello","expect":"deny"}', /a\.log:2: expect of a labelled case must be one of/],
    ['a case with attributes that are not strings', '{"content":"Hello","expect":"DENY","attributes":{"a":1}}', /a\.log:1: attributes of a labelled case must be an object whose values are strings/],
    ['a case without content', '{"content":"","expect":"DENY"}', /a\.log:1: content of a labelled case must be a string that is not empty/],
  ])('%s', async (_what, content, error) => {
    write('a.log', content);
    await expect(open('a.log')).rejects.toThrow(error);
  });

  test('a file that does not exist', async () => {
    await expect(open('a.log')).rejects.toThrow(/^LOG must be a file or a folder that can be read, got .*a\.log: it does not exist\.$/);
  });

  test('an empty folder', async () => {
    fs.mkdirSync(path.join(directory, 'logs'));
    await expect(open('logs')).rejects.toThrow(/^LOG must contain messages, got none in .*logs, where there are no files: use /);
  });

  test('a pipe', async () => {
    spawnSync('mkfifo', [path.join(directory, 'pipe')]);
    await expect(open('pipe')).rejects.toThrow(/^LOG must be a file or a folder, got .*pipe: write what it contains to a file first/);
  });
});

test('a log that is larger than the memory is read', () => {
  const records = Array.from({ length: 1000 }, (_, index) => message(`ID-${index}`, 'x'.repeat(400)));
  const file = fs.openSync(path.join(directory, 'large.log'), 'w');
  // 130,000 messages in 84 MB.
  for (let part = 0; part < 130; part++) fs.writeSync(file, records.map(record => JSON.stringify(record).replace('ID-', `${part}-`)).join(''));
  fs.closeSync(file);
  const program = writeFile(directory, 'read.ts', `
    import { MessageLogs } from ${JSON.stringify(path.resolve(__dirname, '../../../src/replay/chat-logs/message-logs'))};
    void MessageLogs.open([${JSON.stringify(path.join(directory, 'large.log'))}]).then(async logs => {
      let count = 0;
      for await (const { message } of logs.messages()) if (message.content.length === 400) count++;
      console.log(count, logs.messageCount);
    });
  `);
  const { stderr, stdout } = spawnSync(process.execPath, ['--max-old-space-size=48', '--import', require.resolve('tsx'), program], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['130000 130000\n', '']);
}, 60_000);
