import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { App } from 'aws-cdk-lib';
import { startIvsChat, type ChatUser, type IvsChat, type LogEntry } from '../../src';
import { pythonPackages } from '../support/python-packages';
import { ReportsStack } from '../support/reports-app/reports-stack';

const READ_MESSAGE = path.join(__dirname, '..', 'support', 'reports-app', 'backend', 'read_message.py');

let directory: string;
let pythonPath: string;
let local: IvsChat;
let ada: ChatUser;
let bob: ChatUser;

function synthesize(withoutPermission?: string) {
  const app = new App({ outdir: path.join(directory, 'cdk.out'), analyticsReporting: false });
  new ReportsStack(app, 'Reports', { pythonPath, withoutPermission });
  return app.synth();
}

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'reports-app-test-'));
  pythonPath = pythonPackages('boto3==1.44.8');
  local = await startIvsChat({ app: synthesize() });
  [ada, bob] = [await local.connect({ room: 'lobby', userId: 'ada' }), await local.connect({ room: 'lobby', userId: 'bob' })];
}, 120_000);

afterAll(async () => {
  await local.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Resolves with the first entry of the live log from now on that has this data. */
async function logged(data: object): Promise<LogEntry> {
  return new Promise(resolve => {
    const stop = local.onLogEntry(entry => {
      if (!Object.entries(data).every(([name, value]) => entry.data?.[name] === value)) return;
      stop();
      resolve(entry);
    });
  });
}

/** Reports a message as a page does, with the token of a user. @returns the status */
async function report(messageId: string, idToken: string, reason = 'spam'): Promise<number> {
  const response = await fetch(`${local.outputs.Reports.ApiUrl}/messages/${messageId}/report`, {
    method: 'POST', headers: { authorization: `Bearer ${idToken}` }, body: JSON.stringify({ reason }),
  });
  await response.text();
  return response.status;
}

/** Reads a message as a backend in Python does, with the credentials of a role. */
async function readMessage(messageId: string, roleArn: string): Promise<{ status: number; body: object }> {
  const { accessKeyId, secretAccessKey, sessionToken } = local.assumeRole(roleArn, 'backend');
  const { stdout } = await promisify(execFile)('python3', [READ_MESSAGE, `${local.outputs.Reports.ApiUrl}/messages/${messageId}`], {
    env: {
      ...process.env,
      ...local.environment,
      PYTHONPATH: pythonPath,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
  });
  return JSON.parse(stdout);
}

const signIn = async (username: string, claims = {}) => (await local.signIn({ pool: 'users', username, claims })).idToken;

test('a reported message is archived, judged and deleted, and the backend reads the result', async () => {
  const { id: messageId } = await ada.send('cheap watches');
  const done = Promise.all([
    logged({ event: 'output', functionName: 'archive', line: `archived ${messageId}` }),
    logged({ event: 'output', functionName: 'judge', line: `judged ${messageId}` }),
  ]);
  expect(await report(messageId, await signIn('bob'))).toBe(202);
  await done;

  const message = { messageId, sender: 'ada', content: 'cheap watches', reporter: 'bob', reason: 'spam', verdict: 'delete' };
  expect(await readMessage(messageId, local.outputs.Reports.BackendRoleArn)).toEqual({ status: 200, body: message });
  expect(await bob.events.take()).toMatchObject({ eventName: 'aws:DELETE_MESSAGE', attributes: { MessageID: messageId, Reason: 'Spam' } });
  expect(await scan()).toEqual([message]);
}, 60_000);

/** The items of the table, which the developer reads with the SDK. */
async function scan(): Promise<object[]> {
  const [{ resources }] = local.stacks;
  const table = Object.values(resources).find(({ type }) => type === 'AWS::DynamoDB::Table')!;
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint: local.endpoints.dynamodb, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });
  const { Items } = await DynamoDBDocumentClient.from(client).send(new ScanCommand({ TableName: table.physicalId }));
  client.destroy();
  return Items!;
}

describe('fails', () => {
  test('to report without a valid token', async () => {
    expect(await report('message', await signIn('bob', { exp: 1 }))).toBe(401);
    expect(await report('message', await signIn('bob', { aud: 'other' }))).toBe(401);
    expect(await report('message', '')).toBe(401);
  });

  test('to read with a role that may not invoke the API', async () => {
    expect(await readMessage('message', local.outputs.Reports.StrangerRoleArn)).toEqual({ status: 403, body: { message: 'Forbidden' } });
  }, 20_000);

  test.each([
    ['report', 'dynamodb:UpdateItem', 500],
    ['report', 'sqs:SendMessage', 500],
    ['judge', 'dynamodb:UpdateItem', 202],
    ['judge', 'ivschat:DeleteMessage', 202],
    ['archive', 'dynamodb:UpdateItem', 202],
  ])('without the permission of the function %s to call %s', async (functionName, action, status) => {
    await local.deploy(synthesize(`${functionName} ${action}`));
    const denied = logged({ event: 'denied', action });
    const failed = logged({ event: 'failed', functionName });
    const { id } = await ada.send('hello');
    expect(await report(id, await signIn('bob'))).toBe(status);
    expect((await denied).data!.roleArn).toBe(roleOf(functionName));
    expect((await failed).data!.error).toMatch(new RegExp(`not authorized to perform: ${action}`));
  }, 60_000);

  test('without the permission of the function read to call dynamodb:GetItem', async () => {
    await local.deploy(synthesize('read dynamodb:GetItem'));
    const denied = logged({ event: 'denied', action: 'dynamodb:GetItem' });
    expect(await readMessage('message', local.outputs.Reports.BackendRoleArn)).toMatchObject({ status: 500 });
    expect((await denied).data!.roleArn).toBe(roleOf('read'));
  }, 60_000);
});

/** The ARN of the role that CDK creates for a function. */
function roleOf(functionName: string): unknown {
  const [, role] = Object.entries(local.stacks[0].resources).find(([logicalId]) => logicalId.startsWith(`${functionName}ServiceRole`))!;
  return role.attributes.Arn;
}
