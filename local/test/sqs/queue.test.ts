import { Queue } from '../../src/sqs/queue';
import { definitionOf } from '../support/sqs-service';

const ARN = 'arn:aws:sqs:eu-west-1:123456789012:jobs';
const SIGNAL = new AbortController().signal;

let moved: string[];
let hasDeadLetterQueue: boolean;
let queue: Queue;

function start(properties: Parameters<typeof definitionOf>[0] = {}): void {
  moved = [];
  hasDeadLetterQueue = true;
  queue = new Queue(ARN, definitionOf(properties), ({ body }) => hasDeadLetterQueue && moved.push(body) > 0);
}

beforeEach(() => {
  jest.useFakeTimers();
  start();
});

afterEach(() => {
  queue.close();
  jest.useRealTimers();
});

const send = (body: string, delaySeconds?: number) => queue.send({ body, attributes: {}, systemAttributes: {}, senderId: 'AIDA' }, delaySeconds);
const receive = (maximum = 10, visibilityTimeoutSeconds?: number) => queue.receive({ maximum, visibilityTimeoutSeconds });
const bodies = (messages = receive()) => messages.map(({ body }) => body);

test('messages are received in their order, up to the maximum', () => {
  for (const body of ['one', 'two', 'three']) send(body);
  expect(bodies(receive(2))).toEqual(['one', 'two']);
  expect(bodies(receive(2))).toEqual(['three']);
  expect(bodies()).toEqual([]);
});

test('messages above the maximum size stay in the queue, except a single one', () => {
  for (const body of ['aaaa', 'bb', 'ccc']) send(body);
  expect(bodies(queue.receive({ maximum: 10, maximumBytes: 3 }))).toEqual(['aaaa']);
  expect(bodies(queue.receive({ maximum: 10, maximumBytes: 5 }))).toEqual(['bb', 'ccc']);
});

test.each([['of the message', undefined, 2], ['of the queue', 2, undefined]])('a delay %s hides the message until its end', (_which, ofQueue = 0, ofMessage) => {
  start({ delaySeconds: ofQueue });
  send('later', ofMessage);
  expect(queue.counts).toEqual({ visible: 0, delayed: 1, inFlight: 0 });
  jest.advanceTimersByTime(1_999);
  expect(bodies()).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(bodies()).toEqual(['later']);
});

test('a message can have no delay in a queue with a delay', () => {
  start({ delaySeconds: 900 });
  send('now', 0);
  expect(bodies()).toEqual(['now']);
});

test('a received message is visible again after the visibility timeout, unless it is deleted', () => {
  send('deleted');
  send('kept');
  const [first, second] = receive();
  expect(queue.counts).toEqual({ visible: 0, delayed: 0, inFlight: 2 });
  queue.delete(first.receiptHandle);
  jest.advanceTimersByTime(29_999);
  expect(bodies()).toEqual([]);
  jest.advanceTimersByTime(1);
  const [again] = receive();
  expect(again).toMatchObject({ id: second.id, receiveCount: 2, firstReceivedAt: second.firstReceivedAt });
  expect(again.receiptHandle).not.toBe(second.receiptHandle);
});

test('an older receipt handle does not delete the message', () => {
  send('kept');
  const [first] = receive();
  jest.advanceTimersByTime(30_000);
  receive();
  queue.delete(first.receiptHandle);
  jest.advanceTimersByTime(30_000);
  expect(bodies()).toEqual(['kept']);
});

test('a message whose visibility timeout has ended can still be deleted', () => {
  send('done');
  const [message] = receive();
  jest.advanceTimersByTime(30_000);
  queue.delete(message.receiptHandle);
  expect(queue.counts.visible).toBe(0);
  queue.delete(message.receiptHandle);
});

test('the visibility timeout of a message in flight can be changed', () => {
  send('a');
  const [message] = receive();
  queue.changeVisibility(message.receiptHandle, 60);
  jest.advanceTimersByTime(59_999);
  expect(bodies()).toEqual([]);
  jest.advanceTimersByTime(1);
  const [again] = receive();
  queue.changeVisibility(again.receiptHandle, 0);
  const [third] = receive();
  expect(third.receiveCount).toBe(3);
  expect(() => queue.changeVisibility(message.receiptHandle, 1)).toThrow('Message does not exist or is not available for visibility timeout change.');
  queue.delete(third.receiptHandle);
  expect(() => queue.changeVisibility(third.receiptHandle, 1)).toThrow('Message does not exist or is not available for visibility timeout change.');
});

test('a visibility timeout of 0 keeps the message visible', () => {
  send('a');
  expect([bodies(receive(1, 0)), bodies(receive(1, 0))]).toEqual([['a'], ['a']]);
});

test.each(['', 'abc', Buffer.from('a b c').toString('base64')])('fails for the receipt handle "%s"', handle => {
  expect(() => queue.delete(handle)).toThrow(expect.objectContaining({ name: 'ReceiptHandleIsInvalid' }));
});

describe('with a dead-letter queue', () => {
  beforeEach(() => start({ redrivePolicy: { deadLetterTargetArn: `${ARN}-dead`, maxReceiveCount: 2 } }));

  function receiveTwice(): void {
    for (let count = 0; count < 2; count++) {
      expect(bodies()).toEqual(['bad']);
      jest.advanceTimersByTime(30_000);
    }
  }

  test('a message is moved instead of being received once too often', () => {
    send('bad');
    receiveTwice();
    send('good');
    expect(bodies()).toEqual(['good']);
    expect(moved).toEqual(['bad']);
    expect(queue.counts.visible).toBe(0);
  });

  test('a message stays if the dead-letter queue does not exist', () => {
    hasDeadLetterQueue = false;
    send('bad');
    receiveTwice();
    expect(bodies()).toEqual(['bad']);
  });
});

test('a message is dropped after the retention period', () => {
  start({ retentionSeconds: 60 });
  send('old');
  jest.advanceTimersByTime(60_001);
  expect(queue.counts.visible).toBe(0);
  send('new');
  expect(bodies()).toEqual(['new']);
});

test('an update applies to messages that are received or sent later', () => {
  send('a');
  queue.update(definitionOf({ visibilityTimeoutSeconds: 1, delaySeconds: 5 }));
  receive();
  jest.advanceTimersByTime(1_000);
  expect(bodies()).toEqual(['a']);
  send('b');
  expect(queue.counts.delayed).toBe(1);
});

describe('waiting', () => {
  const wait = async (milliseconds: number, signal = SIGNAL) => queue.receiveOrWait({ maximum: 10 }, milliseconds, signal);

  test('ends when a message is sent', async () => {
    const waiting = wait(20_000);
    send('a');
    expect(bodies(await waiting)).toEqual(['a']);
  });

  test('ends when a delay ends', async () => {
    send('a', 3);
    const waiting = wait(20_000);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(bodies(await waiting)).toEqual(['a']);
  });

  test('ends without a message after the time', async () => {
    const waiting = wait(1_000);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await waiting).toEqual([]);
  });

  test('ends if it is aborted, and a later message is not lost', async () => {
    const abort = new AbortController();
    const waiting = wait(Infinity, abort.signal);
    abort.abort();
    expect(await waiting).toEqual([]);
    send('a');
    expect(bodies()).toEqual(['a']);
  });

  test('gives a message to one of several receivers', async () => {
    const both = [wait(1_000), wait(1_000)];
    send('a');
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await Promise.all(both)).map(bodies)).toEqual([['a'], []]);
  });
});

test('purge deletes all messages', () => {
  send('visible');
  send('delayed', 5);
  receive(1);
  send('another');
  queue.purge();
  jest.advanceTimersByTime(30_000);
  expect(queue.counts).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
});
