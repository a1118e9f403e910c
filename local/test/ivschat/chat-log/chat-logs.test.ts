import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ChatLogs } from '../../../src/ivschat/chat-log/chat-logs';
import type { DestinationConfiguration, LoggingConfiguration, Room } from '../../../src/ivschat/types';
import { LiveLog, type RecordedEntry } from '../../../src/live-log/live-log';
import { newRoom } from '../../support/messaging-service';

let directory: string;
/** Deep in the test directory, so that files outside of the data directory are found and removed. */
let home: string;
let configurations: Map<string, LoggingConfiguration>;
let liveLog: LiveLog;
let logs: ChatLogs;

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'chat-logs-'));
  home = path.join(directory, '1', '2', '3', '4', '5', '6');
  configurations = new Map();
  liveLog = new LiveLog();
  logs = new ChatLogs({
    directory: path.join(home, 'data'),
    environment: { account: '123456789012', region: 'us-west-2' },
    configurations: arn => configurations.get(arn),
    liveLog,
  });
});
afterEach(async () => {
  await logs.close();
  fs.rmSync(directory, { recursive: true });
});

/** A room with logging configurations for these destinations. */
function loggedRoom(...destinations: DestinationConfiguration[]): Room {
  const arns = destinations.map((destinationConfiguration, index) => {
    const arn = `arn:aws:ivschat:us-west-2:123456789012:logging-configuration/config${configurations.size}${index}AAAA`;
    const time = new Date();
    configurations.set(arn, { arn, id: 'config', name: '', createTime: time, updateTime: time, destinationConfiguration, state: 'ACTIVE', tags: {} });
    return arn;
  });
  return newRoom({ id: 'abc123DEF456', loggingConfigurationIdentifiers: arns });
}

const message = (Content: string, SendTime = '2030-10-14T17:40:12.345678901Z') => ({ Type: 'MESSAGE', Id: 'abcdefghijkl', Content, SendTime });
const recordOf = (payload: { SendTime: string }, type = 'MESSAGE') => ({ event_timestamp: new Date(payload.SendTime).toISOString(), type, version: '1.0', payload });

/** All files, relative to the parent folder of the data directory. */
function files(): string[] {
  const entries = fs.readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter(entry => entry.isFile()).map(entry => path.relative(home, path.join(entry.parentPath, entry.name))).sort();
}

function recordsIn(file: string): unknown[] {
  const data = fs.readFileSync(path.join(home, file));
  const all = String(file.endsWith('.gz') ? gunzipSync(data) : data);
  expect(all.endsWith('\n')).toBe(true);
  return all.trimEnd().split('\n').map(text => JSON.parse(text));
}

const S3 = /^data\/s3\/my-bucket\/AWSLogs\/123456789012\/IVSChatLogs\/1\.0\/us-west-2\/room_abc123DEF456\/2030\/10\/14\/17\/123456789012_IVSChatLogs_1\.0_us-west-2_room_abc123DEF456_20301014T174(\d)Z_[0-9a-f]{8}\.log\.gz$/;
const STREAM = 'aws/IVSChatLogs/1.0/room_abc123DEF456';

test('a bucket gets compressed objects at the documented keys, one for each minute', async () => {
  const room = loggedRoom({ s3: { bucketName: 'my-bucket' } });
  const sent = [message('one'), message('two'), message('later', '2030-10-14T17:41:00.000Z')];
  for (const frame of sent) logs.record(room, 'MESSAGE', frame);
  expect(files()).toEqual([]);
  await logs.flush();
  const written = files();
  expect(written.map(file => S3.exec(file)?.[1])).toEqual(['0', '1']);
  expect(recordsIn(written[0])).toEqual([recordOf(sent[0]), recordOf(sent[1])]);
  expect(recordsIn(written[1])).toEqual([recordOf(sent[2])]);

  logs.record(room, 'MESSAGE', sent[0]);
  await logs.flush();
  expect(files()).toHaveLength(3); // an object is never changed
});

test('a log group gets a log stream for each room, to which records are appended', async () => {
  const room = loggedRoom({ cloudWatchLogs: { logGroupName: '/aws/vendedlogs/chat' } });
  const event = { Type: 'EVENT', EventName: 'aws:DELETE_MESSAGE', SendTime: '2030-10-14T17:40:13.000Z' };
  logs.record(room, 'MESSAGE', message('line\nbreak'));
  await logs.flush();
  logs.record(room, 'EVENT', event);
  await logs.flush();
  expect(files()).toEqual([`data/cloudwatch-logs/aws/vendedlogs/chat/${STREAM}`]);
  expect(recordsIn(files()[0])).toEqual([recordOf(message('line\nbreak')), recordOf(event, 'EVENT')]);
});

test('a delivery stream gets the records of all its rooms', async () => {
  const room = loggedRoom({ firehose: { deliveryStreamName: 'chat.stream' } });
  logs.record(room, 'MESSAGE', message('one'));
  logs.record({ ...room, id: 'otherroom123' }, 'MESSAGE', message('two'));
  await logs.flush();
  expect(recordsIn('data/firehose/chat.stream.jsonl')).toEqual([recordOf(message('one')), recordOf(message('two'))]);
});

test('each logging configuration of a room gets every record', async () => {
  const room = loggedRoom({ s3: { bucketName: 'my-bucket' } }, { cloudWatchLogs: { logGroupName: 'chat' } }, { firehose: { deliveryStreamName: 'chat' } });
  logs.record(room, 'MESSAGE', message('x'));
  await logs.flush();
  expect(files()).toHaveLength(3);
  for (const file of files()) expect(recordsIn(file)).toEqual([recordOf(message('x'))]);
});

test('names cannot lead out of the data directory', async () => {
  const names = ['../../../../up', '..', '/../x', 'a/../../../../../b', '.', '/'];
  for (const name of names) logs.record(loggedRoom({ cloudWatchLogs: { logGroupName: name } }), 'MESSAGE', message('x'));
  logs.record(loggedRoom({ firehose: { deliveryStreamName: '..' } }, { s3: { bucketName: '...' } }), 'MESSAGE', message('x'));
  await logs.flush();
  expect(liveLog.recent.filter(({ level }) => level === 'error')).toEqual([]);
  expect(files()).toHaveLength(names.length + 2);
  for (const file of files()) expect(file).toMatch(/^data\/(cloudwatch-logs|firehose|s3)\//);
});

test.each([256, 512])('a log group with a name of %d characters gets its records, apart from those of similar names', async length => {
  const names = ['a', 'b'].map(end => 'x'.repeat(length - 1) + end);
  for (const logGroupName of names) logs.record(loggedRoom({ cloudWatchLogs: { logGroupName } }), 'MESSAGE', message(logGroupName));
  await logs.flush();
  const contents = files().map(file => recordsIn(file).map((record: any) => record.payload.Content));
  expect(contents.sort()).toEqual(names.map(name => [name]));
});

test('a room without logging configurations, or with a deleted one, is not logged', async () => {
  logs.record(newRoom(), 'MESSAGE', message('x'));
  logs.record(newRoom({ loggingConfigurationIdentifiers: ['arn:deleted'] }), 'MESSAGE', message('x'));
  await logs.flush();
  expect(logs.recent).toEqual([]);
  expect(files()).toEqual([]);
});

test('the newest records are available before they are written', () => {
  const room = loggedRoom({ firehose: { deliveryStreamName: 'chat' } });
  for (let count = 0; count < 600; count++) logs.record(room, 'MESSAGE', message(String(count)));
  expect(logs.recent).toHaveLength(500);
  expect(logs.recent.at(-1)).toEqual({ roomArn: room.arn, record: recordOf(message('599')) });
});

/** Waits for the next entry of the live log. */
async function nextEntry(): Promise<RecordedEntry> {
  return new Promise(resolve => {
    const stop = liveLog.listen(entry => {
      stop();
      resolve(entry);
    });
  });
}

test('records are written together after a delay, with one entry in the live log', async () => {
  const room = loggedRoom({ firehose: { deliveryStreamName: 'chat' } });
  const written = nextEntry();
  logs.record(room, 'MESSAGE', message('one'));
  logs.record(room, 'MESSAGE', message('two'));
  expect(await written).toMatchObject({ kind: 'chat-log', data: { records: 2, destination: 'delivery stream chat' } });
  expect(recordsIn('data/firehose/chat.jsonl')).toHaveLength(2);
});

test('many records are written without delay, in order', async () => {
  const room = loggedRoom({ cloudWatchLogs: { logGroupName: 'chat' } });
  const sent = Array.from({ length: 4000 }, (_, index) => message(`${index} ${'x'.repeat(100)}`));
  for (const frame of sent) logs.record(room, 'MESSAGE', frame);
  await logs.close();
  expect(recordsIn(files()[0]).map((record: any) => record.payload.Content)).toEqual(sent.map(({ Content }) => Content));
  expect(liveLog.recent.length).toBeGreaterThan(1);
});

describe('records that cannot be written', () => {
  const FULL_DISK = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  const writes = jest.requireActual<typeof import('node:fs/promises')>('node:fs/promises');
  const data = () => liveLog.recent.map(({ data: entry, level = 'info' }) => ({ level, ...entry }));

  afterEach(() => jest.restoreAllMocks());

  /** Appends half of the data, then fails. */
  function fillDisk(): void {
    const fail = (append: boolean) => async (file: any, content: any) => {
      if (append) fs.appendFileSync(file, content.slice(0, content.length / 2));
      else fs.writeFileSync(file, content.subarray(0, content.length / 2));
      throw FULL_DISK;
    };
    jest.spyOn(writes, 'appendFile').mockImplementation(fail(true));
    jest.spyOn(writes, 'writeFile').mockImplementation(fail(false));
  }

  test('cause an entry in the live log, and no error', async () => {
    fs.mkdirSync(path.join(home, 'data'), { recursive: true });
    fs.writeFileSync(path.join(home, 'data', 'firehose'), 'in the way');
    logs.record(loggedRoom({ firehose: { deliveryStreamName: 'chat' } }, { cloudWatchLogs: { logGroupName: 'chat' } }), 'MESSAGE', message('x'));
    await logs.flush();
    expect(data()).toMatchObject([
      { level: 'error', destination: 'delivery stream chat', records: 1, error: expect.stringMatching(/^E[A-Z]+$/), file: expect.stringContaining('firehose') },
      { level: 'info', destination: expect.stringContaining('log group chat'), records: 1 },
    ]);
  });

  test('on a full disk are reported once for all destinations, until the disk has space again', async () => {
    const room = loggedRoom({ firehose: { deliveryStreamName: 'one' } }, { firehose: { deliveryStreamName: 'two' } });
    fillDisk();
    for (let count = 0; count < 3; count++) {
      logs.record(room, 'MESSAGE', message('lost'));
      await logs.flush();
    }
    expect(data()).toMatchObject([{ level: 'error', destination: 'delivery stream one', records: 1, error: 'ENOSPC' }]);

    jest.restoreAllMocks();
    logs.record(room, 'MESSAGE', message('kept'));
    await logs.flush();
    expect(data().slice(1)).toMatchObject([
      { level: 'warning', destination: 'delivery stream one', records: 1, lost: 3 },
      { level: 'warning', destination: 'delivery stream two', records: 1, lost: 3 },
    ]);

    fillDisk();
    logs.record(room, 'MESSAGE', message('lost'));
    await logs.flush();
    expect(data().slice(3)).toMatchObject([{ level: 'error', destination: 'delivery stream one' }]);
  });

  test('leave no incomplete records behind', async () => {
    const room = loggedRoom({ firehose: { deliveryStreamName: 'chat' } }, { s3: { bucketName: 'my-bucket' } });
    logs.record(room, 'MESSAGE', message('before'));
    await logs.flush();
    fillDisk();
    logs.record(room, 'MESSAGE', message('lost'));
    await logs.flush();
    jest.restoreAllMocks();
    logs.record(room, 'MESSAGE', message('after'));
    await logs.flush();

    const contents = files().map(file => recordsIn(file).map((record: any) => record.payload.Content));
    expect(contents).toEqual([['before', 'after'], expect.any(Array), expect.any(Array)]);
    expect(contents.slice(1).flat().sort()).toEqual(['after', 'before']);
  });
});
