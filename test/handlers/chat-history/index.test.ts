import type { Context } from 'aws-lambda';
import { chatLogEvent, messageFrame, recordOf, ROOM_ID } from '../../support/chat-log';
import { ago } from '../../support/history/history';
import { withLog } from '../../support/token-endpoint/endpoint';
import { FakeAws, serviceError } from '../../support/token-endpoint/fake-aws';

// The functions with real clients that call a fake of AWS.

const aws = new FakeAws();
const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

let store: typeof import('../../../handlers/chat-history').handler;
let readPage: typeof import('../../../handlers/chat-history-pages').handler;

beforeAll(async () => {
  await aws.start();
  process.env.CHAT_HISTORY = JSON.stringify({ tableName: 'History', retentionSeconds: 3_600 });
  process.env.AWS_LAMBDA_FUNCTION_NAME = 'Recorder';
  store = jest.requireActual<typeof import('../../../handlers/chat-history')>('../../../handlers/chat-history').handler;
  readPage = jest.requireActual<typeof import('../../../handlers/chat-history-pages')>('../../../handlers/chat-history-pages').handler;
});

beforeEach(() => {
  aws.reset();
});

afterAll(() => {
  aws.stop();
});

const lines = [messageFrame('a', ago(1_000)), messageFrame('b', ago(900))].map(recordOf);

async function deliver(event: ReturnType<typeof chatLogEvent>): Promise<{ error?: Error; lines: any[] }> {
  const { lines: written, result } = await withLog(async () => store(event, context).then(() => undefined, (error: Error) => error));
  return { error: result, lines: written.map(line => JSON.parse(line)) };
}

test('stores messages, and logs how many, without their text', async () => {
  aws.on('BatchWriteItem', () => ({ body: { UnprocessedItems: {} } }));
  aws.on('BatchGetItem', () => ({ body: { Responses: { History: [] }, UnprocessedKeys: {} } }));

  expect(await deliver(chatLogEvent(lines))).toEqual({ lines: [{ roomId: ROOM_ID, messages: 2, deletions: 0, events: 0 }] });
  expect(aws.calls('BatchWriteItem')[0].input.RequestItems.History).toHaveLength(2);
  expect(aws.unexpected).toEqual([]);
});

test('counts records that it does not understand', async () => {
  expect(await deliver(chatLogEvent(['no', '{}']))).toEqual({
    lines: [
      expect.objectContaining({ FunctionName: 'Recorder', Unreadable: 2, _aws: expect.anything(), roomId: ROOM_ID }),
      { roomId: ROOM_ID, messages: 0, deletions: 0, events: 0 },
    ],
  });
});

test('does nothing for a control message', async () => {
  expect(await deliver(chatLogEvent([], { messageType: 'CONTROL_MESSAGE' }))).toEqual({ lines: [expect.objectContaining({ skipped: 'control message' })] });
});

test('counts a failure, so that Lambda tries again', async () => {
  aws.on('BatchWriteItem', () => serviceError('AccessDeniedException', 400));

  expect(await deliver(chatLogEvent(lines))).toEqual({
    error: expect.objectContaining({ name: 'AccessDeniedException' }),
    lines: [expect.objectContaining({ Failed: 1, roomId: ROOM_ID, error: 'AccessDeniedException', message: 'message of the service' })],
  });
});

test('returns a page', async () => {
  const frame = messageFrame('a', ago(1_000));
  aws.on('Query', () => ({ body: { Items: [{ frame: { S: JSON.stringify(frame) } }] } }));
  aws.on('BatchGetItem', () => ({ body: { Responses: { History: [] }, UnprocessedKeys: {} } }));

  expect(await readPage({ roomId: ROOM_ID }, context)).toEqual({ messages: [frame] });
});

test('refuses an invalid request with an error that callers know by its name', async () => {
  await expect(readPage({ roomId: 'x' }, context)).rejects.toMatchObject({ name: 'InvalidHistoryRequest' });
});
