import {
  ChangeMessageVisibilityBatchCommand, ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageBatchCommand, DeleteMessageCommand,
  GetQueueAttributesCommand, GetQueueUrlCommand, ListQueuesCommand, PurgeQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand,
  SendMessageCommand, SQSClient, type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { HttpError } from '../../src/http/http-error';
import { SIGNED, SqsService } from '../support/sqs-service';

let service: SqsService;
let client: SQSClient;
let QueueUrl: string;

beforeEach(async () => {
  service = await SqsService.start();
  ({ client } = service);
  QueueUrl = service.create();
});

afterEach(async () => service.close());

const send = async (input: Partial<SendMessageCommandInput> = {}) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello', ...input }));
const receiveAll = async (input: object = {}) => {
  const { Messages = [] } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...input }));
  return Messages;
};

describe('with the SDK', () => {
  test('a message is sent, received and deleted', async () => {
    const sentAt = Date.now();
    // The SDK verifies the digest of the body in both directions.
    const { MessageId } = await send({ MessageBody: 'héllo\r\n<&>' });
    const [message] = await receiveAll({ MessageSystemAttributeNames: ['All'] });
    expect(message).toEqual({
      MessageId,
      ReceiptHandle: expect.any(String),
      Body: 'héllo\r\n<&>',
      MD5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      Attributes: {
        SenderId: 'AIDALOCALDEVELOPER000', SentTimestamp: expect.any(String), ApproximateReceiveCount: '1', ApproximateFirstReceiveTimestamp: expect.any(String),
      },
    });
    expect(Math.abs(Number(message.Attributes!.SentTimestamp) - sentAt)).toBeLessThan(10_000);
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle! }));
    expect(service.queues.get('jobs').counts).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test('message attributes are received if they are requested', async () => {
    await send({
      MessageAttributes: {
        kind: { DataType: 'String.code', StringValue: 'a' }, size: { DataType: 'Number', StringValue: '1.5' }, data: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
      },
    });
    const namesOf = async (...MessageAttributeNames: string[]) =>
      Object.keys((await receiveAll({ MessageAttributeNames, VisibilityTimeout: 0 }))[0].MessageAttributes ?? {}).sort();
    expect((await receiveAll({ MessageAttributeNames: ['All'], VisibilityTimeout: 0 }))[0].MessageAttributes).toEqual({
      kind: { DataType: 'String.code', StringValue: 'a' }, size: { DataType: 'Number', StringValue: '1.5' }, data: { DataType: 'Binary', BinaryValue: Uint8Array.from([0, 255]) },
    });
    expect(await namesOf('si.*', 'kind', 'missing')).toEqual(['kind', 'size']);
    expect(await namesOf()).toEqual([]);
  });

  test('system attributes of the sender are received', async () => {
    await send({ MessageGroupId: 'tenant-1', MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: 'Root=1' } } });
    expect((await receiveAll({ MessageSystemAttributeNames: ['AWSTraceHeader', 'MessageGroupId'] }))[0].Attributes).toEqual({ AWSTraceHeader: 'Root=1', MessageGroupId: 'tenant-1' });
  });

  test('batches report each entry', async () => {
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'one' }, { Id: 'b', MessageBody: 'two', DelaySeconds: 901 }] }));
    expect(sent).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', SenderFault: true, Code: 'InvalidParameterValue' }] });
    const [{ ReceiptHandle }] = await receiveAll();
    const changed = await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: [{ Id: 'x', ReceiptHandle, VisibilityTimeout: 0 }] }));
    expect(changed).toMatchObject({ Successful: [{ Id: 'x' }] });
    const [again] = await receiveAll();
    const deleted = await client.send(new DeleteMessageBatchCommand({
      QueueUrl, Entries: [{ Id: 'y', ReceiptHandle: again.ReceiptHandle }, { Id: 'z', ReceiptHandle: 'nonsense' }],
    }));
    expect(deleted).toMatchObject({ Successful: [{ Id: 'y' }], Failed: [{ Id: 'z', Code: 'ReceiptHandleIsInvalid' }] });
  });

  test('a receiver waits for a message', async () => {
    const waiting = receiveAll({ WaitTimeSeconds: 20 });
    await send();
    expect(await waiting).toHaveLength(1);
  });

  test('a receiver that has disconnected gets no message', async () => {
    const abort = new AbortController();
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), { abortSignal: abort.signal })
      .catch((error: Error) => error.name);
    await service.untilAuthorized('sqs:ReceiveMessage');
    abort.abort();
    expect(await waiting).toBe('AbortError');
    await service.untilLogged('sqs:ReceiveMessage');
    await send();
    expect(service.queues.get('jobs').counts).toMatchObject({ visible: 1, inFlight: 0 });
  });

  test('a receiver gets a delayed message after its delay', async () => {
    const waiting = receiveAll({ WaitTimeSeconds: 20, MessageSystemAttributeNames: ['SentTimestamp'] });
    await send({ DelaySeconds: 1 });
    const [{ Attributes }] = await waiting;
    // Timers and the time of day differ by up to a millisecond.
    expect(Date.now() - Number(Attributes!.SentTimestamp)).toBeGreaterThanOrEqual(998);
  });

  test('attributes, URL, list and purge', async () => {
    service.create({ queueName: 'dead' });
    const redrivePolicy = { deadLetterTargetArn: service.queues.arnOf('dead'), maxReceiveCount: 3 };
    const url = service.create({ queueName: 'jobs-2', delaySeconds: 1, redrivePolicy });
    const attributes = async (...AttributeNames: any[]) => {
      const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
      return Attributes;
    };
    expect(await attributes('All')).toEqual({
      QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:jobs-2',
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesDelayed: '0',
      ApproximateNumberOfMessagesNotVisible: '0',
      CreatedTimestamp: expect.stringMatching(/^\d{10}$/),
      LastModifiedTimestamp: expect.stringMatching(/^\d{10}$/),
      DelaySeconds: '1',
      MaximumMessageSize: '262144',
      MessageRetentionPeriod: '345600',
      ReceiveMessageWaitTimeSeconds: '0',
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify(redrivePolicy),
    });
    expect(await attributes('VisibilityTimeout', 'Policy')).toEqual({ VisibilityTimeout: '30' });
    expect(await attributes()).toBeUndefined();
    expect(await client.send(new GetQueueUrlCommand({ QueueName: 'jobs-2' }))).toMatchObject({ QueueUrl: url });
    expect((await client.send(new ListQueuesCommand({ QueueNamePrefix: 'jobs' }))).QueueUrls).toEqual([QueueUrl, url]);
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'a' }));
    await client.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await attributes('ApproximateNumberOfMessagesDelayed')).toEqual({ ApproximateNumberOfMessagesDelayed: '0' });
  });

  test('the queue URL is enough: the client needs no endpoint', async () => {
    const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    const other = new SQSClient({ region: 'eu-west-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' }, logger: silent });
    expect(await other.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }))).toMatchObject({ MessageId: expect.any(String) });
    other.destroy();
  });

  const MISSING = 'http://127.0.0.1/123456789012/other';
  const entry = (id: string) => ({ Id: id, MessageBody: 'a' });
  test.each<[string, () => any, string]>([
    ['a missing queue', () => new SendMessageCommand({ QueueUrl: MISSING, MessageBody: 'a' }), 'QueueDoesNotExist'],
    ['a queue of another account', () => new SendMessageCommand({ QueueUrl: QueueUrl.replace('123456789012', '210987654321'), MessageBody: 'a' }), 'QueueDoesNotExist'],
    ['an empty message', () => new SendMessageCommand({ QueueUrl, MessageBody: '' }), 'MissingParameter'],
    ['a message that is too large', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a'.repeat(262_145) }), 'InvalidParameterValue'],
    ['a control character', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a\u0000' }), 'InvalidMessageContents'],
    ['a delay of more than 15 minutes', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds: 901 }), 'InvalidParameterValue'],
    ['an attribute of an unknown type', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes: { a: { DataType: 'Text', StringValue: 'a' } } }), 'InvalidParameterValue'],
    ['an attribute without a value', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes: { a: { DataType: 'String' } } }), 'InvalidParameterValue'],
    ['an attribute with a reserved name', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: 'a' } } }), 'InvalidParameterValue'],
    ['a deduplication id', () => new SendMessageCommand({ QueueUrl, MessageBody: 'a', MessageDeduplicationId: 'a' }), 'InvalidParameterValue'],
    ['11 messages at once', () => new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 }), 'InvalidParameterValue'],
    ['a wait of more than 20 seconds', () => new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 21 }), 'InvalidParameterValue'],
    ['an invalid receipt handle', () => new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'nonsense' }), 'ReceiptHandleIsInvalid'],
    ['a visibility timeout of more than 12 hours', () => new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: 'nonsense', VisibilityTimeout: 43_201 }), 'InvalidParameterValue'],
    ['an unknown attribute', () => new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Colour' as any] }), 'InvalidAttributeName'],
    ['an empty batch', () => new SendMessageBatchCommand({ QueueUrl, Entries: [] }), 'EmptyBatchRequest'],
    ['a batch of 11', () => new SendMessageBatchCommand({ QueueUrl, Entries: Array.from({ length: 11 }, (_, n) => entry(`m${n}`)) }), 'TooManyEntriesInBatchRequest'],
    ['a batch with an id twice', () => new SendMessageBatchCommand({ QueueUrl, Entries: [entry('a'), entry('a')] }), 'BatchEntryIdsNotDistinct'],
    ['a batch with an invalid id', () => new SendMessageBatchCommand({ QueueUrl, Entries: [entry('a b')] }), 'InvalidBatchEntryId'],
    ['an operation that is not supported', () => new CreateQueueCommand({ QueueName: 'new' }), 'UnsupportedOperation'],
  ])('fails for %s', async (_what, command, name) => {
    await expect(client.send(command())).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } });
    expect(service.queues.get('jobs').counts).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test('fails for a batch over 1 MiB', async () => {
    service.create({ queueName: 'large', maximumMessageSize: 1_048_576 });
    const Entries = ['a', 'b'].map(Id => ({ Id, MessageBody: 'a'.repeat(524_289) }));
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl: service.queues.urlOf('large'), Entries }))).rejects.toMatchObject({ name: 'BatchRequestTooLong' });
  });
});

describe('authorization', () => {
  test('each operation requires its action on the queue', async () => {
    await send();
    await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'a' }] }));
    const [{ ReceiptHandle }] = await receiveAll();
    await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', ReceiptHandle }] }));
    await client.send(new ListQueuesCommand({}));
    const resource = 'arn:aws:sqs:eu-west-1:123456789012:jobs';
    expect(service.authorized).toEqual([
      ...['SendMessage', 'SendMessage', 'ReceiveMessage', 'DeleteMessage'].map(action => ({ action: `sqs:${action}`, resource, context: {} })),
      { action: 'sqs:ListQueues', resource: 'arn:aws:sqs:eu-west-1:123456789012:*', context: {} },
    ]);
  });

  test('fails without the permission, whether or not the queue exists', async () => {
    service.authorizationError = new HttpError('AccessDeniedException', 403, 'User is not authorized to perform: sqs:SendMessage');
    for (const url of [QueueUrl, QueueUrl.replace('jobs', 'other')]) {
      await expect(send({ QueueUrl: url })).rejects.toMatchObject({ name: 'AccessDeniedException', Code: 'AccessDenied', $metadata: { httpStatusCode: 403 } });
    }
    expect(await service.query({ Action: 'SendMessage', QueueUrl, MessageBody: 'a' })).toEqual({ status: 403, text: expect.stringContaining('<Code>AccessDenied</Code>') });
  });
});

describe('with the query protocol of older SDKs', () => {
  const valueOf = (text: string, element: string) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(text)?.[1];

  test('a message is sent, received and deleted', async () => {
    const sent = await service.query({
      'Action': 'SendMessage',
      'Version': '2012-11-05',
      QueueUrl,
      'MessageBody': 'a <b> & "c"\r',
      'DelaySeconds': '0',
      'MessageAttribute.1.Name': 'kind',
      'MessageAttribute.1.Value.DataType': 'String',
      'MessageAttribute.1.Value.StringValue': 'x',
    });
    expect(sent.text).toMatch(/^<\?xml version="1.0"\?><SendMessageResponse xmlns="http:\/\/queue.amazonaws.com\/doc\/2012-11-05\/"><SendMessageResult><MessageId>/);
    const received = await service.query({
      'Action': 'ReceiveMessage', QueueUrl, 'MaxNumberOfMessages': '10', 'AttributeName.1': 'ApproximateReceiveCount', 'MessageAttributeName.1': 'kind',
    });
    expect(received.text).toContain(`<ReceiveMessageResult><Message><MessageId>${valueOf(sent.text, 'MessageId')}</MessageId>`);
    expect(received.text).toContain('<Body>a &lt;b&gt; &amp; "c"&#xD;</Body><Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>');
    expect(received.text).toContain('<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>x</StringValue></Value></MessageAttribute>');
    const deleted = await service.query({ Action: 'DeleteMessage', QueueUrl, ReceiptHandle: valueOf(received.text, 'ReceiptHandle')! });
    expect(deleted.text).toMatch(/^<\?xml version="1.0"\?><DeleteMessageResponse xmlns="[^"]*"><ResponseMetadata><RequestId>[0-9a-f-]{36}<\/RequestId>/);
    expect(service.queues.get('jobs').counts).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test('batches keep the order of their entries', async () => {
    const form: Record<string, string> = { Action: 'SendMessageBatch', QueueUrl };
    for (let n = 1; n <= 10; n++) {
      form[`SendMessageBatchRequestEntry.${n}.Id`] = `id-${n}`;
      form[`SendMessageBatchRequestEntry.${n}.MessageBody`] = n === 10 ? '' : `body-${n}`;
    }
    const { text } = await service.query(form);
    expect([...text.matchAll(/<SendMessageBatchResultEntry><Id>(id-\d+)</g)].map(([, id]) => id)).toEqual(Array.from({ length: 9 }, (_, n) => `id-${n + 1}`));
    expect(text).toContain('<BatchResultErrorEntry><Id>id-10</Id><SenderFault>true</SenderFault><Code>MissingParameter</Code>');
  });

  test('the path can be the queue, and lists are repeated elements', async () => {
    const attributes = await service.query({ 'Action': 'GetQueueAttributes', 'AttributeName.1': 'QueueArn', 'AttributeName.2': 'DelaySeconds' }, new URL(QueueUrl).pathname);
    expect(attributes.text).toContain('<GetQueueAttributesResult><Attribute><Name>QueueArn</Name><Value>arn:aws:sqs:eu-west-1:123456789012:jobs</Value></Attribute>'
      + '<Attribute><Name>DelaySeconds</Name><Value>0</Value></Attribute></GetQueueAttributesResult>');
    expect((await service.query({ Action: 'ListQueues' })).text).toContain(`<ListQueuesResult><QueueUrl>${QueueUrl}</QueueUrl></ListQueuesResult>`);
  });

  test.each<[string, Record<string, string>, number, string]>([
    ['a missing queue', { Action: 'ReceiveMessage', QueueUrl: '/123456789012/other' }, 400, 'AWS.SimpleQueueService.NonExistentQueue'],
    ['an operation that is not supported', { Action: 'CreateQueue' }, 400, 'AWS.SimpleQueueService.UnsupportedOperation'],
    ['no operation', { QueueUrl: '/123456789012/jobs' }, 400, 'AWS.SimpleQueueService.UnsupportedOperation'],
    ['attributes of the wrong form', { 'Action': 'SendMessage', 'QueueUrl': '/123456789012/jobs', 'MessageBody': 'a', 'MessageAttribute.1': 'a' }, 400, 'SerializationException'],
    ['names of inherited members', { 'Action': 'SendMessage', 'QueueUrl': '/123456789012/jobs', '__proto__.MessageBody': 'a' }, 400, 'MissingParameter'],
  ])('fails for %s', async (_what, form, status, code) => {
    const response = await service.query(form);
    expect([response.status, valueOf(response.text, 'Code')]).toEqual([status, code]);
  });
});

test.each([['no object', '[]'], ['no JSON', '{'], ['a body of the wrong type', '{"QueueUrl":"/123456789012/jobs","MessageBody":1}']])('fails for %s', async (_what, body) => {
  const response = await fetch(service.url, { method: 'POST', body, headers: { 'authorization': SIGNED, 'x-amz-target': 'AmazonSQS.SendMessage' } });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ __type: 'com.amazonaws.sqs#SerializationException' });
});

test('fails without a signature', async () => {
  const response = await fetch(service.url, { method: 'POST', body: '{}', headers: { 'x-amz-target': 'AmazonSQS.ListQueues' } });
  expect([response.status, response.headers.get('x-amzn-query-error')]).toEqual([403, 'MissingAuthenticationToken;Sender']);
});

test('a request is logged in one line, without the message', async () => {
  await send({ MessageBody: 'swordfish' });
  await expect(send({ QueueUrl: QueueUrl.replace('jobs', 'other') })).rejects.toThrow();
  expect(service.liveLog.recent).toMatchObject([
    { level: 'info', text: 'sqs:SendMessage jobs → 200', data: { operation: 'sqs:SendMessage', target: 'jobs', status: 200 } },
    { level: 'warning', text: 'sqs:SendMessage other → 400 QueueDoesNotExist: The specified queue does not exist.', data: { error: 'QueueDoesNotExist' } },
  ]);
  expect(JSON.stringify(service.liveLog.recent)).not.toContain('swordfish');
});
