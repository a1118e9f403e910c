import { gunzipSync } from 'node:zlib';
import { LiveLog } from '../../src/live-log/live-log';
import { LogSubscriptions, type LogSubscriptionsOptions } from '../../src/log-subscriptions/subscriptions';

const GROUP = '/chat';
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:archive';
const OTHER = 'arn:aws:lambda:eu-west-1:123456789012:function:other';
const FORBIDDEN = 'arn:aws:lambda:eu-west-1:123456789012:function:forbidden';

let liveLog: LiveLog;
let checked: string[][];
let sent: { functionArn: string; data: any }[];
let subscriptions: LogSubscriptions;

function start(options: Partial<LogSubscriptionsOptions> = {}): void {
  liveLog = new LiveLog();
  checked = [];
  sent = [];
  subscriptions = new LogSubscriptions({
    environment: { account: '123456789012', region: 'eu-west-1' },
    liveLog,
    functions: {
      mayInvoke: (...args) => {
        checked.push(args);
        return args[0] !== FORBIDDEN;
      },
      invokeAsynchronously: (functionArn, payload) => {
        const { awslogs } = JSON.parse(payload);
        sent.push({ functionArn, data: JSON.parse(gunzipSync(Buffer.from(awslogs.data, 'base64')).toString()) });
      },
    },
    ...options,
  });
}

beforeEach(() => start());

const put = (filterName: string, filterPattern = '', destinationArn = FUNCTION) =>
  subscriptions.put({ logGroupName: GROUP, filterName, filterPattern, destinationArn });
const deliver = (...messages: string[]) => subscriptions.deliver(GROUP, 'room_1', messages.map((message, index) => ({ timestamp: 1000 + index, message })));
const messagesOf = ({ data }: typeof sent[number]) => data.logEvents.map(({ message }: { message: string }) => message);

test('a function receives the documented event', async () => {
  put('all');
  await deliver('{"n":1}', '{"n":2}');
  expect(sent).toEqual([{
    functionArn: FUNCTION,
    data: {
      messageType: 'DATA_MESSAGE',
      owner: '123456789012',
      logGroup: GROUP,
      logStream: 'room_1',
      subscriptionFilters: ['all'],
      logEvents: [
        { id: expect.stringMatching(/^\d{56}$/), timestamp: 1000, message: '{"n":1}' },
        { id: expect.stringMatching(/^\d{56}$/), timestamp: 1001, message: '{"n":2}' },
      ],
    },
  }]);
  expect(checked).toEqual([[FUNCTION, 'arn:aws:logs:eu-west-1:123456789012:log-group:/chat:*', 'logs.amazonaws.com']]);
  expect(liveLog.recent.map(({ data }) => data)).toEqual([{ event: 'delivered', logGroup: GROUP, filterName: 'all', functionArn: FUNCTION, records: 2 }]);
});

test('each filter receives what its pattern matches, and nothing if there is no match', async () => {
  put('odd', '{ $.odd IS TRUE }');
  put('even', '{ $.odd IS FALSE }', OTHER);
  put('large', '{ $.n > 10 }', OTHER);
  await deliver('{"n":1,"odd":true}', '{"n":2,"odd":false}', '{"n":3,"odd":true}');
  expect(sent.map(it => [it.functionArn, messagesOf(it).length])).toEqual([[FUNCTION, 2], [OTHER, 1]]);
});

test('an event has the same id in each filter, and other events have other ids', async () => {
  put('one');
  put('two', '', OTHER);
  await deliver('{}', '{}');
  await deliver('{}');
  const ids = sent.map(({ data }) => data.logEvents.map(({ id }: { id: string }) => id));
  expect(ids[0]).toEqual(ids[1]);
  expect(new Set(ids.flat()).size).toBe(3);
});

test('with deliverTwice, each event is delivered twice with the same ids', async () => {
  start({ deliverTwice: true });
  put('all');
  await deliver('{}');
  expect(sent).toHaveLength(2);
  expect(sent[0]).toEqual(sent[1]);
});

test('an updated filter has its new pattern, a deleted one receives nothing', async () => {
  put('one', '{ $.n = 1 }');
  put('one', '{ $.n = 2 }');
  await deliver('{"n":1}', '{"n":2}');
  expect(sent.map(messagesOf)).toEqual([['{"n":2}']]);
  expect(subscriptions.has(GROUP)).toBe(true);
  subscriptions.delete(GROUP, 'one');
  expect(subscriptions.has(GROUP)).toBe(false);
  await deliver('{"n":2}');
  expect(sent).toHaveLength(1);
});

describe('fails', () => {
  test('without a permission of the function', () => {
    expect(() => put('one', '', FORBIDDEN)).toThrow('Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function: '
      + `${FORBIDDEN} must exist and have a permission for logs.amazonaws.com whose SourceArn, if it has one, matches arn:aws:logs:eu-west-1:123456789012:log-group:/chat:*.`);
  });

  test('for a destination that is not a function', () => {
    const stream = 'arn:aws:kinesis:eu-west-1:123456789012:stream/chat';
    expect(() => put('one', '', stream)).toThrow(`DestinationArn must be the ARN of a function, got ${stream}: ivschat-local does not deliver logs to other services.`);
  });

  test('for a pattern that is not supported', () => {
    expect(() => put('one', 'ERROR')).toThrow('FilterPattern must be empty or a JSON pattern');
    expect(subscriptions.has(GROUP)).toBe(false);
  });

  test('for more than five filters of a log group', () => {
    for (let n = 1; n <= 5; n++) put(`filter-${n}`);
    expect(() => put('filter-6')).toThrow('Resource limit exceeded: the log group /chat has 5 subscription filters, which is the quota.');
    expect(() => put('filter-5', '{ $.n = 1 }')).not.toThrow();
    expect(() => subscriptions.put({ logGroupName: '/other', filterName: 'filter-6', filterPattern: '', destinationArn: FUNCTION })).not.toThrow();
  });
});
