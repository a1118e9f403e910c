import { failedMessageIds, queueEvent } from '../../src/sqs/event';
import type { ReceivedMessage } from '../../src/sqs/message';

const messageOf = (id: string, properties: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  id, body: 'hello', attributes: {}, systemAttributes: {}, senderId: 'AIDA', sentAt: 1, receiveCount: 2, firstReceivedAt: 3, receiptHandle: `handle-${id}`, ...properties,
});

test('the event has the documented format', () => {
  const attributes = { size: { DataType: 'Number', StringValue: '1' }, data: { DataType: 'Binary', BinaryValue: 'AP8=' } };
  expect(queueEvent([messageOf('a', { attributes, systemAttributes: { AWSTraceHeader: 'Root=1' } })], 'arn:aws:sqs:eu-west-1:123456789012:jobs')).toEqual({
    Records: [{
      messageId: 'a',
      receiptHandle: 'handle-a',
      body: 'hello',
      attributes: { ApproximateReceiveCount: '2', SentTimestamp: '1', SenderId: 'AIDA', ApproximateFirstReceiveTimestamp: '3', AWSTraceHeader: 'Root=1' },
      messageAttributes: {
        size: { stringValue: '1', stringListValues: [], binaryListValues: [], dataType: 'Number' },
        data: { binaryValue: 'AP8=', stringListValues: [], binaryListValues: [], dataType: 'Binary' },
      },
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:jobs',
      awsRegion: 'eu-west-1',
    }],
  });
});

const ALL = ['a', 'b'];

test.each<[string, string, string[]]>([
  ['nothing', 'null', []],
  ['an empty object', '{}', []],
  ['an empty list', '{"batchItemFailures":[]}', []],
  ['null as the list', '{"batchItemFailures":null}', []],
  ['one message', '{"batchItemFailures":[{"itemIdentifier":"b"}]}', ['b']],
  ['an empty identifier', '{"batchItemFailures":[{"itemIdentifier":""}]}', ALL],
  ['null as the identifier', '{"batchItemFailures":[{"itemIdentifier":null}]}', ALL],
  ['null as an item', '{"batchItemFailures":[null]}', ALL],
  ['another name for the identifier', '{"batchItemFailures":[{"id":"b"}]}', ALL],
  ['an unknown message', '{"batchItemFailures":[{"itemIdentifier":"b"},{"itemIdentifier":"c"}]}', ALL],
  ['something else than a list', '{"batchItemFailures":"b"}', ALL],
  ['something else than JSON', 'b', ALL],
])('a function that reports %s', (_what, payload, failed) => {
  expect(failedMessageIds(payload, ALL.map(id => messageOf(id)))).toEqual(failed);
});
