import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LocalServer } from '../../../src/server';
import { deployTemplate } from '../../support/deploy-template';
import { pythonPackages } from '../../support/python-packages';

/** Functions that run the code of their event. */
const TEMPLATE = `
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] }
      Policies:
        - PolicyName: Chat
          PolicyDocument:
            Statement:
              - { Effect: Allow, Action: 'ivschat:ListRooms', Resource: '*' }
              - { Effect: Allow, Action: 'lambda:InvokeFunction', Resource: !Sub 'arn:aws:lambda:\${AWS::Region}:\${AWS::AccountId}:function:echo' }
              - { Effect: Allow, Action: ['dynamodb:PutItem', 'dynamodb:GetItem'], Resource: !GetAtt Scores.Arn }
              - { Effect: Allow, Action: ['sqs:GetQueueUrl', 'sqs:SendMessage', 'sqs:ReceiveMessage'], Resource: !GetAtt Jobs.Arn }
              - { Effect: Allow, Action: 'comprehend:DetectToxicContent', Resource: '*' }
              - { Effect: Allow, Action: 'bedrock:ApplyGuardrail', Resource: !GetAtt Guardrail.GuardrailArn }
  Guardrail: { Type: AWS::Bedrock::Guardrail, Properties: { Name: chat, BlockedInputMessaging: No, BlockedOutputsMessaging: No } }
  Jobs: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Scores:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: scores
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
      KeySchema: [{ AttributeName: id, KeyType: HASH }]
  Lobby: { Type: AWS::IVSChat::Room, Properties: { Name: lobby } }
  Echo:
    Type: AWS::Lambda::Function
    Properties: { FunctionName: echo, Runtime: nodejs20.x, Handler: index.handler, Role: !GetAtt Role.Arn, Code: { ZipFile: 'exports.handler = async event => event;' } }
  Node:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: node
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 60
      Role: !GetAtt Role.Arn
      Environment: { Variables: { GUARDRAIL: !GetAtt Guardrail.GuardrailId, PACKAGES: ${JSON.stringify(path.join(__dirname, '..', '..', '..', 'node_modules'))} } }
      Code:
        ZipFile: |
          const AsyncFunction = (async () => {}).constructor;
          exports.handler = ({ code }) => new AsyncFunction('require', code)(require);
  Python:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: python
      Runtime: python3.11
      Handler: index.handler
      Timeout: 60
      Role: !GetAtt Role.Arn
      # boto3 reads AWS_ENDPOINT_URL since 1.28.
      Environment: { Variables: { PYTHONPATH: ${JSON.stringify(`${pythonPackages('boto3==1.26.165')}:${pythonPackages('requests==2.34.2', 'urllib3==2.8.0')}`)} } }
      Code:
        ZipFile: |
          def handler(event, context):
              scope = {}
              exec(event['code'], scope)
              return scope['run']()
`;

let directory: string;
let server: LocalServer;
let roleId: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clients-test-'));
  ({ server } = await deployTemplate(TEMPLATE, directory, { throttle: false }));
  roleId = server.deployment.describe()[0].resources.Role.attributes.RoleId as string;
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

async function run(name: 'node' | 'python', code: string): Promise<any> {
  const { payload } = await server.functions.invoke(name, JSON.stringify({ code }));
  return JSON.parse(payload);
}

const userId = (name: string) => `${roleId}:${name}`;

/** JavaScript that signs a request to ListRooms with the SDK of the package, for clients without an SDK. */
const SIGNED = `
  const AWS = require(process.env.PACKAGES + '/aws-sdk');
  const request = new AWS.HttpRequest('https://ivschat.us-east-1.amazonaws.com/ListRooms', 'us-east-1');
  Object.assign(request, { method: 'POST', body: '{}' });
  Object.assign(request.headers, { host: request.endpoint.host, 'Content-Type': 'application/json' });
  new AWS.Signers.V4(request, 'ivschat').addAuthorization(new AWS.EnvironmentCredentials('AWS'), new Date());
  const { body, headers, method } = request;
  const url = request.endpoint.href;
`;

describe('Node.js', () => {
  test.each([
    ['rooms with aws-sdk v2', 'new AWS.Ivschat()', 'listRooms()', { rooms: [{ name: 'lobby' }] }],
    ['functions with aws-sdk v2', 'new AWS.Lambda()', 'invoke({ FunctionName: "echo", Payload: "[1]" })', { StatusCode: 200, Payload: '[1]' }],
    ['AWS STS with aws-sdk v2', 'new AWS.STS({ region: "us-east-1", stsRegionalEndpoints: "regional" })', 'getCallerIdentity()', { UserId: 'node' }],
    ['the global endpoint of AWS STS with aws-sdk v2', 'new AWS.STS()', 'getCallerIdentity()', { UserId: 'node' }],
    ['Amazon Comprehend with aws-sdk v2', 'new AWS.Comprehend()', 'detectToxicContent({ LanguageCode: "en", TextSegments: [{ Text: "hi" }] })', { ResultList: [{ Toxicity: expect.any(Number) }] }],
    ['guardrails of Amazon Bedrock with aws-sdk v2', 'new AWS.BedrockRuntime()',
      'applyGuardrail({ guardrailIdentifier: process.env.GUARDRAIL, guardrailVersion: "DRAFT", source: "INPUT", content: [{ text: { text: "hi" } }] })', { action: 'NONE' }],
  ])('%s', async (_what, client, call, expected) => {
    const result = await run('node', `
      process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
      const AWS = require(process.env.PACKAGES + '/aws-sdk');
      return ${client}.${call}.promise();
    `);
    expect(result).toMatchObject('UserId' in expected ? { UserId: userId('node') } : expected);
  });

  test('a table and a queue with aws-sdk v2', async () => {
    const result = await run('node', `
      process.env.AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE = '1';
      const AWS = require(process.env.PACKAGES + '/aws-sdk');
      const scores = new AWS.DynamoDB.DocumentClient();
      await scores.put({ TableName: 'scores', Item: { id: 'ada', points: 7 } }).promise();
      const { Item } = await scores.get({ TableName: 'scores', Key: { id: 'ada' } }).promise();
      const jobs = new AWS.SQS();
      const { QueueUrl } = await jobs.getQueueUrl({ QueueName: 'jobs' }).promise();
      await jobs.sendMessage({ QueueUrl, MessageBody: 'hello' }).promise();
      const { Messages } = await jobs.receiveMessage({ QueueUrl }).promise();
      return { hosts: [scores.service.endpoint.host, jobs.endpoint.host], item: Item, bodies: Messages.map(({ Body }) => Body) };
    `);
    expect(result).toEqual({
      hosts: ['dynamodb.us-east-1.amazonaws.com', 'sqs.us-east-1.amazonaws.com'], item: { id: 'ada', points: 7 }, bodies: ['hello'],
    });
  });

  test.each([
    ['https', `
      return new Promise((resolve, reject) => require('https').request(url, { method, headers }, async response => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      }).on('error', reject).end(body));
    `],
    ['https with an agent of its own that keeps connections', `
      const https = require('https');
      const agent = new https.Agent({ keepAlive: true });
      const call = () => new Promise((resolve, reject) => https.request(url, { agent, method, headers }, async response => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      }).on('error', reject).end(body));
      await call();
      return call();
    `],
    ['global fetch', 'return (await fetch(url, { method, headers, body })).json();'],
    ['the package undici', 'return (await require(process.env.PACKAGES + "/undici").request(url, { method, headers, body })).body.json();'],
    ['a trailing dot and capitals', 'return (await fetch(url.replace(".com", ".COM."), { method, headers, body })).json();'],
    ['a worker thread', `
      const { Worker } = require('worker_threads');
      const code = 'const { url, ...init } = require("worker_threads").workerData;'
        + 'fetch(url, init).then(r => r.json()).then(result => require("worker_threads").parentPort.postMessage(result));';
      return new Promise((resolve, reject) => new Worker(code, { eval: true, env: {}, execArgv: [], workerData: { url, method, headers, body } }).on('message', resolve).on('error', reject));
    `],
    ['tls.connect with its other arguments, imported by name', `
      const { connect } = await import('node:tls');
      return new Promise((resolve, reject) => {
        let text = '';
        const lines = [method + ' /ListRooms HTTP/1.1', ...Object.entries(headers).map(([name, value]) => name + ': ' + value), 'Connection: close', 'Content-Length: ' + body.length, '', body];
        const socket = connect(443, 'ivschat.us-east-1.amazonaws.com', {}, () => socket.end(lines.join('\\r\\n')));
        socket.on('data', data => text += data).on('error', reject).on('close', () => resolve(JSON.parse(/{.*}/.exec(text)[0])));
      });
    `],
  ])('rooms with %s', async (_client, code) => {
    expect(await run('node', SIGNED + code)).toMatchObject({ rooms: [{ name: 'lobby' }] });
  });

  test('a call that the role does not allow is denied', async () => {
    const code = 'return new (require(process.env.PACKAGES + "/aws-sdk").Ivschat)().getRoom({ identifier: "arn:aws:ivschat:us-east-1:111122223333:room/AAAAAAAAAAAA" }).promise();';
    expect(await run('node', code)).toMatchObject({ errorType: 'AccessDeniedException' });
  });
});

describe('Python', () => {
  test.each([
    ['rooms with an old boto3', 'boto3.client("ivschat").list_rooms()', { rooms: [{ name: 'lobby' }] }],
    ['functions with an old boto3', 'json.load(boto3.client("lambda").invoke(FunctionName="echo", Payload="[1]")["Payload"])', [1]],
    ['tables with an old boto3', 'boto3.client("dynamodb").get_item(TableName="scores", Key={"id": {"S": "nobody"}})["ResponseMetadata"]', { HTTPStatusCode: 200 }],
    ['queues with an old boto3', 'boto3.client("sqs").get_queue_url(QueueName="jobs")', { QueueUrl: expect.stringMatching(/\/111122223333\/jobs$/) }],
    ['AWS STS with an old boto3', 'boto3.client("sts").get_caller_identity()', { UserId: 'python' }],
  ])('%s', async (_what, call, expected) => {
    const result = await run('python', `
import boto3, json
def run(): return json.loads(json.dumps(${call}, default=str))
`);
    expect(result).toMatchObject('UserId' in expected ? { UserId: userId('python') } : expected);
  });

  const signed = `
import json, os
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
url = 'https://ivschat.us-east-1.amazonaws.com/ListRooms'
request = AWSRequest('POST', url, {'Content-Type': 'application/json'}, b'{}')
credentials = Credentials(*(os.environ['AWS_' + name] for name in ('ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN')))
SigV4Auth(credentials, 'ivschat', 'us-east-1').add_auth(request)
headers = dict(request.headers)
`;
  test.each([
    ['requests', `
import requests
def run(): return requests.post(url, data=b'{}', headers=headers).json()
`],
    ['requests with urllib3 2', `
import sys
sys.path = [entry for entry in sys.path if 'boto3' not in entry]
for name in [name for name in sys.modules if name.split('.')[0] in ('requests', 'urllib3')]: del sys.modules[name]
import requests, urllib3
assert urllib3.__version__.startswith('2.')
session = requests.Session()
def run(): return [session.post(url, data=b'{}', headers=headers).json() for _ in range(2)][1]
`],
    ['urllib', `
import urllib.request
def run(): return json.load(urllib.request.urlopen(urllib.request.Request(url, b'{}', headers)))
`],
    ['http.client, a trailing dot and capitals', `
import http.client
def run():
    connection = http.client.HTTPSConnection('IVSCHAT.us-east-1.amazonaws.com.')
    connection.request('POST', '/ListRooms', b'{}', headers)
    return json.load(connection.getresponse())
`],
    ['a socket that is wrapped before it connects', `
import http.client, socket, ssl
def run():
    connection = http.client.HTTPSConnection('ivschat.us-east-1.amazonaws.com')
    connection.sock = ssl.create_default_context().wrap_socket(socket.socket(), server_hostname='ivschat.us-east-1.amazonaws.com')
    connection.sock.connect(('ivschat.us-east-1.amazonaws.com', 443))
    connection.request('POST', '/ListRooms', b'{}', headers)
    return json.load(connection.getresponse())
`],
    ['asyncio', `
import asyncio
async def call():
    reader, writer = await asyncio.open_connection('ivschat.us-east-1.amazonaws.com', 443, ssl=True)
    lines = ['POST /ListRooms HTTP/1.1', 'Host: ivschat.us-east-1.amazonaws.com', 'Connection: close', 'Content-Length: 2', *(name + ': ' + value for name, value in headers.items())]
    writer.write(('\\r\\n'.join(lines) + '\\r\\n\\r\\n{}').encode())
    text = (await reader.read()).decode()
    writer.close()
    return json.loads(text[text.index('{'):text.rindex('}') + 1])
def run(): return asyncio.run(call())
`],
  ])('rooms with %s', async (_client, code) => {
    expect(await run('python', signed + code)).toMatchObject({ rooms: [{ name: 'lobby' }] });
  });
});
