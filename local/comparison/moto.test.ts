import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { deployTemplate } from '../test/support/deploy-template';
import { compareRequests, type Implementation } from '../test/support/dynamodb/comparison';
import { RandomTransactions } from '../test/support/dynamodb/random-transactions';

const REQUESTS = 8000;
const MINUTES = 60_000;

const PACKAGES = ['moto[dynamodb]==5.2.5', 'flask==3.1.2', 'flask-cors==6.0.1'];

let directory: string;

/** A command of the Python environment with moto, which has boto3. */
const command = (name: string) => path.join(directory, 'bin', name);

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'moto-test-'));
  execFileSync('python3', ['-m', 'venv', directory]);
  execFileSync(command('pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES], { stdio: 'inherit' });
}, 30 * MINUTES);

afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function startMoto(): Promise<Implementation> {
  const port = await freePort();
  const moto: ChildProcess = spawn(command('moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  const exit = once(moto, 'exit');
  const isListening = async () => fetch(`http://127.0.0.1:${port}/moto-api/data.json`).then(({ ok }) => ok, () => false);
  while (!await isListening()) {
    if (moto.exitCode !== null) throw new Error(`moto ended with the exit code ${moto.exitCode}.`);
    await new Promise(resolve => setTimeout(resolve, 100));
  }
  return {
    port,
    close: async () => {
      moto.kill();
      await exit;
    },
  };
}

// moto is a second implementation. Its transactions are tested, its error messages less than those of dynalite.
test('8000 random transactions have the same responses as in moto', async () => {
  const { differences, failed, operations, succeeded } = await compareRequests(new RandomTransactions(1), REQUESTS, await startMoto());

  expect(differences).toEqual([]);
  expect(succeeded).toBeGreaterThan(0.3 * REQUESTS);
  expect(failed).toBeGreaterThan(0.2 * REQUESTS);
  expect([...operations].sort()).toEqual(['TransactGetItems', 'TransactWriteItems']);
}, 30 * MINUTES);

const TEMPLATE = `
Resources:
  Bans:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: Bans
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: user, AttributeType: S }]
      KeySchema: [{ AttributeName: user, KeyType: HASH }]
`;

const SCRIPT = `
import boto3
from decimal import Decimal
from boto3.dynamodb.conditions import Attr

table = boto3.resource('dynamodb').Table('Bans')
table.put_item(Item={'user': 'ada', 'minutes': Decimal('1.5'), 'reasons': {'spam'}, 'raw': b'x'})
table.update_item(Key={'user': 'ada'}, UpdateExpression='ADD minutes :m', ExpressionAttributeValues={':m': 1})
try:
    table.put_item(Item={'user': 'ada'}, ConditionExpression=Attr('user').not_exists())
except table.meta.client.exceptions.ConditionalCheckFailedException as error:
    print(error.response['Error']['Message'])
print(table.table_status, table.get_item(Key={'user': 'ada'})['Item']['minutes'], table.scan(FilterExpression=Attr('reasons').contains('spam'))['Count'])
`;

test('boto3 uses a table', async () => {
  const { server } = await deployTemplate(TEMPLATE, fs.mkdtempSync(path.join(directory, 'data-')));
  const python = spawn(command('python'), ['-c', SCRIPT], {
    env: { AWS_ENDPOINT_URL_DYNAMODB: server.url, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local', AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of python.stdout) output += String(chunk);
  await server.close();

  expect(output).toBe('The conditional request failed\nACTIVE 2.5 1\n');
}, MINUTES);
