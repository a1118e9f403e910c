import { ExpectedError } from '../../src/expected-error';
import type { Authorize } from '../../src/iam/authorize';
import { LiveLog } from '../../src/live-log/live-log';
import { EventSourceMappings, type EventSourceMappingsOptions } from '../../src/sqs/event-source-mappings';
import { Queues } from '../../src/sqs/queues';
import { definitionOf } from '../support/sqs-service';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:worker';
const ROLE = 'arn:aws:iam::123456789012:role/Worker';
const SETTINGS = { roleArn: ROLE, timeoutSeconds: 3, concurrencyLimit: 10 };

type Handler = (bodies: string[], event: any) => Promise<object | null> | object | null;

let liveLog: LiveLog;
let queues: Queues;
let mappings: EventSourceMappings;
/** The bodies of each batch. */
let batches: string[][];
let authorized: Parameters<Authorize>[];
/** Throws for a failed invocation. */
let handler: Handler;
let settings: typeof SETTINGS | undefined;

function start(options: Partial<EventSourceMappingsOptions> = {}): void {
  liveLog = new LiveLog();
  queues = new Queues({ environment: { account: '123456789012', region: 'eu-west-1' }, liveLog, endpoint: () => 'http://127.0.0.1:1' });
  batches = [];
  authorized = [];
  handler = () => null;
  settings = SETTINGS;
  mappings = new EventSourceMappings({
    authorize: (...args) => void authorized.push(args),
    functions: {
      settings: () => settings,
      invokeWhenFree: async (_functionArn, payload) => {
        const event = JSON.parse(payload);
        const bodies: string[] = event.Records.map(({ body }: { body: string }) => body);
        batches.push(bodies);
        try {
          return { payload: JSON.stringify(await handler(bodies, event)) };
        } catch {
          return { payload: '{}', functionError: 'Unhandled' };
        }
      },
    },
    liveLog,
    queues,
    ...options,
  });
  queues.create(definitionOf({ queueName: 'dead' }));
  queues.create(definitionOf({ redrivePolicy: { deadLetterTargetArn: queues.arnOf('dead'), maxReceiveCount: 2 } }));
}

beforeEach(() => {
  jest.useFakeTimers();
  start();
});

afterEach(() => {
  mappings.close();
  queues.close();
  jest.useRealTimers();
});

function put(properties: object = {}): void {
  mappings.put({
    id: 'one',
    queueArn: queues.arnOf('jobs'),
    functionArn: FUNCTION,
    isEnabled: true,
    batchSize: 10,
    batchingWindowSeconds: 0,
    reportsBatchItemFailures: false,
    ...properties,
  });
}

function send(...bodies: string[]): void {
  for (const body of bodies) queues.get('jobs').send({ body, attributes: {}, systemAttributes: {}, senderId: 'AIDA' });
}

const settle = async (milliseconds = 0) => jest.advanceTimersByTimeAsync(milliseconds);
const counts = (queueName = 'jobs') => queues.get(queueName).counts;

test('messages are passed in batches, and deleted when they are processed', async () => {
  send('1', '2', '3');
  put({ batchSize: 2 });
  await settle();
  expect(batches).toEqual([['1', '2'], ['3']]);
  expect(counts()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  expect(liveLog.recent.map(({ data }) => data)).toEqual([2, 1].map(messages => ({ event: 'batch', queue: 'jobs', functionArn: FUNCTION, messages, failed: 0 })));
});

test('a message that is sent later is passed at once', async () => {
  put();
  await settle(60_000);
  send('1');
  await settle();
  expect(batches).toEqual([['1']]);
});

test('with a batching window, a batch waits until it is full or the window ends', async () => {
  put({ batchSize: 3, batchingWindowSeconds: 5 });
  send('1');
  await settle(4_999);
  send('2');
  expect(batches).toEqual([]);
  await settle(1);
  expect(batches).toEqual([['1', '2']]);
  send('3', '4', '5');
  await settle();
  expect(batches).toEqual([['1', '2'], ['3', '4', '5']]);
});

test('a failed batch is visible again after the visibility timeout, and moves to the dead-letter queue', async () => {
  handler = () => {
    throw new Error('no');
  };
  put();
  send('1');
  await settle(29_999);
  expect(batches).toEqual([['1']]);
  await settle(1);
  expect(batches).toEqual([['1'], ['1']]);
  await settle(30_000);
  expect(batches).toHaveLength(2);
  expect([counts().visible, counts('dead').visible]).toEqual([0, 1]);
  const [moved] = queues.get('dead').receive({ maximum: 1 });
  expect(moved).toMatchObject({ body: '1', receiveCount: 1, systemAttributes: { DeadLetterQueueSourceArn: queues.arnOf('jobs') } });
  expect(liveLog.recent.at(-1)!.data).toMatchObject({ event: 'dead-letter', queue: 'jobs', deadLetterQueue: 'dead' });
});

test('with ReportBatchItemFailures, only the messages that have failed are retried', async () => {
  handler = (_bodies, { Records }) => ({ batchItemFailures: Records.filter(({ body }: any) => body === 'bad').map(({ messageId }: any) => ({ itemIdentifier: messageId })) });
  put({ reportsBatchItemFailures: true });
  send('good', 'bad');
  await settle();
  expect(counts()).toMatchObject({ inFlight: 1 });
  await settle(30_000);
  expect(batches).toEqual([['good', 'bad'], ['bad']]);
});

test('without ReportBatchItemFailures, the result of the function does not matter', async () => {
  handler = () => ({ batchItemFailures: [{ itemIdentifier: '' }] });
  put();
  send('1');
  await settle();
  expect(counts()).toMatchObject({ visible: 0, inFlight: 0 });
});

test.each([
  ['five by default', {}, 10, 5],
  ['the maximum concurrency', { maximumConcurrency: 2 }, 10, 2],
  ['the concurrency of the function', { maximumConcurrency: 20 }, 3, 3],
])('batches at the same time: %s', async (_what, properties, concurrencyLimit, expected) => {
  const release: (() => void)[] = [];
  handler = async () => new Promise<null>(resolve => release.push(() => resolve(null)));
  settings = { ...SETTINGS, concurrencyLimit };
  send(...Array.from({ length: 30 }, (_, n) => String(n)));
  put({ batchSize: 1, ...properties });
  await settle();
  expect(batches).toHaveLength(expected);
  release[0]();
  await settle();
  expect(batches).toHaveLength(expected + 1);
});

test('with deliverTwice, each batch is passed twice, and a failure of either counts', async () => {
  start({ deliverTwice: true });
  let attempts = 0;
  handler = () => {
    if (++attempts === 2) throw new Error('no');
    return null;
  };
  put();
  send('1');
  await settle();
  expect(batches).toEqual([['1'], ['1']]);
  expect(counts()).toMatchObject({ inFlight: 1 });
  await settle(30_000);
  expect(batches).toHaveLength(4);
  expect(counts()).toMatchObject({ inFlight: 0 });
});

test('an update replaces the settings, and a deleted or disabled mapping passes nothing', async () => {
  put({ batchSize: 1 });
  put({ batchSize: 10 });
  send('1', '2');
  await settle();
  expect(batches).toEqual([['1', '2']]);
  put({ isEnabled: false });
  send('3');
  await settle();
  put();
  await settle();
  expect(batches).toEqual([['1', '2'], ['3']]);
  mappings.delete('one');
  send('4');
  await settle();
  expect(counts()).toMatchObject({ visible: 1 });
});

test('the role of the function must allow the actions of an event source', () => {
  put();
  expect(authorized).toEqual(['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map(action => [
    expect.objectContaining({ kind: 'role', roleArn: ROLE }), { action: `sqs:${action}`, resource: queues.arnOf('jobs'), context: {} },
  ]));
});

describe('fails', () => {
  test('without the permission', () => {
    start({
      authorize: () => {
        throw new ExpectedError('denied');
      },
    });
    expect(() => put()).toThrow('The function execution role does not have permissions to call ReceiveMessage on SQS: denied');
  });

  test('for a queue that does not exist', () => {
    expect(() => put({ queueArn: queues.arnOf('other') })).toThrow(`EventSourceArn must be the ARN of a queue of this deployment, got ${queues.arnOf('other')}.`);
  });

  test('for a function that does not exist', () => {
    settings = undefined;
    expect(() => put()).toThrow(`FunctionName must be a function of this deployment, got ${FUNCTION}.`);
  });

  test('for a visibility timeout that is shorter than the timeout of the function', () => {
    settings = { ...SETTINGS, timeoutSeconds: 31 };
    expect(() => put()).toThrow('Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds');
  });

  test('for large batches without a batching window', () => {
    expect(() => put({ batchSize: 11 })).toThrow('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10, got a batch size of 11.');
    expect(() => put({ batchSize: 11, batchingWindowSeconds: 1 })).not.toThrow();
  });
});
