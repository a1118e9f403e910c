import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { startIvsChat, type IvsChat } from '../../src';

/** Sends what it receives to the queue in its environment, with the permissions of its role. */
const SENDER = `const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
exports.handler = async event => new SQSClient({}).send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, ...event }));`;

/** Prints the bodies of messages, and fails for one that is bad. */
const WORKER = `exports.handler = async ({ Records }) => {
  for (const { body } of Records) console.log('got ' + body);
  return { batchItemFailures: Records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

function app(outdir: string) {
  const it = new App({ outdir, analyticsReporting: false });
  const stack = new Stack(it, 'Chat');
  const dead = new Queue(stack, 'Dead', { enforceSSL: true });
  const queue = new Queue(stack, 'Jobs', { visibilityTimeout: Duration.seconds(1), deadLetterQueue: { queue: dead, maxReceiveCount: 2 } });
  const functionOf = (id: string, code: string, props = {}) => new Function(stack, id, {
    functionName: id, runtime: Runtime.NODEJS_20_X, handler: 'index.handler', code: Code.fromInline(code), timeout: Duration.seconds(1), environment: { QUEUE_URL: queue.queueUrl }, ...props,
  });
  queue.grantSendMessages(functionOf('sender', SENDER, { timeout: Duration.seconds(30) }));
  functionOf('stranger', SENDER, { timeout: Duration.seconds(30) });
  functionOf('worker', WORKER).addEventSource(new SqsEventSource(queue, { reportBatchItemFailures: true, maxConcurrency: 2 }));
  functionOf('failing', 'exports.handler = async () => { throw new Error("no"); };', { onFailure: new SqsDestination(dead), retryAttempts: 0, timeout: Duration.seconds(30) });
  new CfnOutput(stack, 'QueueUrl', { value: queue.queueUrl });
  new CfnOutput(stack, 'DeadUrl', { value: dead.queueUrl });
  return it.synth();
}

let outdir: string;
let local: IvsChat;
let sqs: SQSClient;
let lambda: LambdaClient;

beforeAll(async () => {
  outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'sqs-test-'));
  local = await startIvsChat({ app: app(outdir) });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  sqs = new SQSClient({ region: 'us-east-1', endpoint: local.endpoints.sqs, credentials });
  lambda = new LambdaClient({ region: 'us-east-1', endpoint: local.endpoints.lambda, credentials });
}, 60_000);

afterAll(async () => {
  sqs.destroy();
  lambda.destroy();
  await local.close();
  fs.rmSync(outdir, { recursive: true, force: true });
});

const logged = async (event: string, text: string) => new Promise<any>(resolve => {
  const stop = local.onLogEntry(entry => {
    if (entry.data?.event !== event || !entry.text.includes(text)) return;
    stop();
    resolve(entry.data);
  });
});
const invoke = async (FunctionName: string, event: object) => {
  const { Payload } = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }));
  return JSON.parse(Buffer.from(Payload!).toString());
};
const deadLetter = async () => {
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: local.outputs.Chat.DeadUrl, WaitTimeSeconds: 20 }));
  return Messages![0];
};

test('a function sends a message by its role, and another one processes it', async () => {
  const processed = logged('output', 'got hello');
  expect(await invoke('sender', { MessageBody: 'hello' })).toMatchObject({ MessageId: expect.any(String) });
  await processed;
});

test('fails for a function whose role may not send', async () => {
  expect(await invoke('stranger', { MessageBody: 'hello' })).toMatchObject({
    errorType: 'AccessDeniedException', errorMessage: expect.stringMatching(/is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:111122223333:Chat-Jobs/),
  });
});

test('a message that fails twice moves to the dead-letter queue', async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl: local.outputs.Chat.QueueUrl, MessageBody: 'bad' }));
  expect(await deadLetter()).toMatchObject({ Body: 'bad' });
}, 30_000);

test('a failed event of a function is sent to its destination', async () => {
  await lambda.send(new InvokeCommand({ FunctionName: 'failing', InvocationType: 'Event', Payload: '{"n":1}' }));
  const { Body } = await deadLetter();
  expect(JSON.parse(Body!)).toMatchObject({ requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 }, requestPayload: { n: 1 } });
}, 30_000);
