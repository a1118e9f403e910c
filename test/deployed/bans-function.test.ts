import { CreateChatTokenCommand } from '@aws-sdk/client-ivschat';
import { CfnOutput, Duration, type App, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as ivschat from '../../src';
import { handlerCode } from '../../src/handler-code';
import type { BansFunctionSettings } from '../../src/tokens/bans-function-settings';
import { LocalRuntime, next, type Outputs } from '../support/deployed/local-runtime';

// The bundled function with the tables and queues of the local runtime, whose expressions and errors are not those of the fake
// in test/handlers/bans.

jest.setTimeout(30_000);

let runtime: LocalRuntime;
let outputs: Outputs;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
  outputs = await runtime.deploy(build);
});

afterAll(async () => {
  await runtime.stop();
});

function build(app: App): Stack {
  const stack = new Stack(app, 'Bans');
  const room = new ivschat.ChatRoom(stack, 'Room');
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'room', type: AttributeType.STRING }, sortKey: { name: 'userId', type: AttributeType.STRING },
  });
  const queue = new Queue(stack, 'Queue', { visibilityTimeout: Duration.minutes(3) });
  const settings: BansFunctionSettings = { tableName: table.tableName, queueUrl: queue.queueUrl, roomIds: [room.roomId] };
  const fn = new Function(stack, 'Function', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'bans/index.handler',
    code: handlerCode('functions'),
    timeout: Duration.seconds(30),
    environment: { BANS: stack.toJsonString(settings) },
  });
  fn.addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true }));
  queue.grantSendMessages(fn);
  room.grants.disconnectUser(fn);
  fn.addToRolePolicy(new PolicyStatement({
    actions: ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], resources: [table.tableArn],
  }));
  new CfnOutput(stack, 'RoomId', { value: room.roomId });
  new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
  new CfnOutput(stack, 'FunctionName', { value: fn.functionName });
  return stack;
}

/** The response, or the type of the error. */
async function invoke(event: object): Promise<any> {
  const { functionError, payload } = await runtime.invoke(outputs.FunctionName, JSON.stringify(event));
  const response = JSON.parse(payload);
  return functionError ? response.errorType : response;
}

const about = (userId: string) => ({ room: outputs.RoomId, userId });

test('bans, lists and unbans users', async () => {
  expect(await invoke({ action: 'ban', ...about('ann'), room: outputs.RoomArn, minutes: 10, reason: 'spam', bannedBy: 'mod' }))
    .toEqual({ ...about('ann'), until: expect.any(Number), disconnectedFrom: [outputs.RoomId] });
  expect(await invoke({ action: 'list', room: outputs.RoomId })).toEqual({
    bans: [{ ...about('ann'), bannedAt: expect.any(Number), until: expect.any(Number), reason: 'spam', bannedBy: 'mod' }],
  });
  expect(await invoke({ action: 'unban', ...about('ann') })).toEqual({ removed: true });
  expect(await invoke({ action: 'list', room: outputs.RoomId })).toEqual({ bans: [] });
});

test('keeps the ban of a backend when a moderator bans or unbans the user', async () => {
  const { until } = await invoke({ action: 'ban', ...about('ben'), minutes: 10 });
  expect(await invoke({ action: 'ban', ...about('ben'), exceptModerators: true })).toMatchObject({ until });
  expect(await invoke({ action: 'unban', ...about('ben'), exceptModerators: true })).toEqual({ removed: false });
  expect(await invoke({ action: 'unban', ...about('ben') })).toEqual({ removed: true });

  for (let i = 0; i < 2; i++) expect(await invoke({ action: 'ban', ...about('ben'), exceptModerators: true })).not.toHaveProperty('until');
  expect(await invoke({ action: 'unban', ...about('ben'), exceptModerators: true })).toEqual({ removed: true });
});

test('stores the longest life of a token', async () => {
  for (const seconds of [90, 120, 100]) expect(await invoke({ action: 'reportTokenLife', seconds })).toEqual({});
});

test('disconnects a banned user, and again when a message of the queue arrives', async () => {
  const tokenFor = async () => (await runtime.chat.send(new CreateChatTokenCommand({ roomIdentifier: outputs.RoomArn, userId: 'cid' }))).token!;
  const connectAndExpectDisconnect = async (disconnect: () => Promise<unknown>) => {
    const client = await runtime.connect(tokenFor);
    const disconnected = next(client, 'disconnect');
    await disconnect();
    await disconnected;
  };
  await connectAndExpectDisconnect(async () => invoke({ action: 'ban', ...about('cid') }));

  // As Amazon SQS sends it, a minute later.
  const body = JSON.stringify({ ...about('cid'), roomIds: [outputs.RoomId] });
  const event = { Records: [{ messageId: '1', eventSource: 'aws:sqs', body }] };
  await connectAndExpectDisconnect(async () => expect(await invoke(event)).toEqual({ batchItemFailures: [] }));
});

test('names the error of an invalid request', async () => {
  expect(await invoke({ action: 'ban', room: outputs.RoomId })).toBe('InvalidBanRequest');
});
