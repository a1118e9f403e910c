import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { loadAssembly } from '../src/app/assembly';
import { LocalServer } from '../src/server';

/** For random requests to all services. */
const TEMPLATE = `
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: echo
      Runtime: nodejs20.x
      Handler: index.handler
      Role: !GetAtt Role.Arn
      Code: { ZipFile: 'exports.handler = async event => event;' }
  Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !Ref Function, AuthType: AWS_IAM } }
  Room: { Type: AWS::IVSChat::Room, Properties: { Name: lobby } }
  Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: jobs } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties: { TableName: items, AttributeDefinitions: [{ AttributeName: id, AttributeType: S }], KeySchema: [{ AttributeName: id, KeyType: HASH }] }
  Guardrail: { Type: AWS::Bedrock::Guardrail, Properties: { Name: polite, BlockedInputMessaging: no, BlockedOutputsMessaging: no } }
  Users: { Type: AWS::Cognito::UserPool }
  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: items } }
  Item: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: '{item}' } }
  Text:
    Type: AWS::ApiGateway::Model
    Properties: { RestApiId: !Ref Api, Name: Text, Schema: { type: object, properties: { a: { type: string } }, required: [a] } }
  Validator: { Type: AWS::ApiGateway::RequestValidator, Properties: { RestApiId: !Ref Api, ValidateRequestBody: true } }
  Any:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref Item
      HttpMethod: ANY
      RequestModels: { application/json: Text }
      RequestValidatorId: !Ref Validator
      Integration: { Type: MOCK, IntegrationResponses: [{ StatusCode: '200' }] }
  Deployment: { Type: AWS::ApiGateway::Deployment, DependsOn: Any, Properties: { RestApiId: !Ref Api, StageName: prod } }
  Client: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Users } }
Outputs:
  Url: { Value: !GetAtt Url.FunctionUrl }
  Api: { Value: !Sub 'https://\${Api}.execute-api.us-east-1.amazonaws.com/prod/' }
  RoomArn: { Value: !GetAtt Room.Arn }
  GuardrailId: { Value: !GetAtt Guardrail.GuardrailId }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;
let urlPath: string;
let apiPath: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'server-random-'));
  fs.writeFileSync(path.join(directory, 'chat.yaml'), TEMPLATE);
  const [stack] = loadAssembly(path.join(directory, 'chat.yaml'));
  server = await LocalServer.start({ environment: stack.environment, dataDirectory: directory, throttle: false });
  ({ outputs } = await server.deployment.deploy(stack));
  urlPath = new URL(outputs.Url).pathname;
  apiPath = new URL(outputs.Api).pathname;
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true });
});

const failures = () => server.liveLog.recent.filter(({ level, kind }) => level === 'error' && kind !== 'function');

async function send(method: string, target: string, service: string, body: Buffer, moreHeaders = {}): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(server.url);
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  return new Promise((resolve, reject) => {
    const headers = { ...service && { authorization }, 'content-length': body.length, ...moreHeaders };
    http.request({ hostname, port, path: target, method, headers, agent: false }, response => {
      let text = '';
      response.on('data', chunk => { text += String(chunk); }).on('end', () => resolve({ status: response.statusCode!, text }));
    }).once('error', reject).end(body);
  });
}

const services = fc.constantFrom('', 'ivs', 'ivschat', 'lambda', 'sts', 's3');
const pieces = fc.oneof(
  fc.constantFrom('/', '//', '/cfn/', '/lambda-url/', '/2015-03-31/functions/', '/invocations', '/configuration', 'echo', '%zz', '%', '%00', '/tags/', 'CreateStage', 'ListRooms', '?', '&', '='),
  fc.constantFrom('?Qualifier=', '[', '..', ':', '@', 'arn:aws:lambda:us-east-1:111122223333:function:echo', '#'),
  fc.webSegment(),
);
const targets = fc.oneof(
  fc.array(pieces, { maxLength: 6 }).map(parts => `/${parts.join('')}`),
  fc.array(pieces, { maxLength: 4 }).map(parts => `${urlPath}${parts.join('')}`),
  fc.array(pieces, { maxLength: 4 }).map(parts => `${apiPath}${parts.join('')}`),
);
const bodies = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
  fc.json().map(text => Buffer.from(text)),
  fc.constantFrom('', 'Action=AssumeRole', 'Action=AssumeRole&RoleArn=x&RoleSessionName=%', 'Action=GetCallerIdentity', '{}').map(text => Buffer.from(text)),
);

test('every request gets a response, none an internal error', async () => {
  const methods = fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD');
  await fc.assert(fc.asyncProperty(methods, targets, services, bodies, async (method, target, service, body) => {
    const { status, text } = await send(method, target, service, body);
    expect(status === 501 || status < 500).toBe(true);
    expect(text).not.toMatch(/\n\s+at /);
    expect(failures()).toEqual([]);
  }), { numRuns: 400 });
});

test.each(['lambda', 'sts', 'ivschat'])('an incomplete body for %s is not an internal error', async service => {
  const target = service === 'lambda' ? '/2015-03-31/functions/echo/invocations' : service === 'sts' ? '/' : '/ListRooms';
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  for (const where of [target, ...service === 'lambda' ? [urlPath] : []]) {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    const head = `POST ${where} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\nAuthorization: ${authorization}\r\n\r\n{`;
    await new Promise<void>(resolve => socket.write(head, () => resolve()));
    // A second connection, whose response proves that the server has read what came before.
    expect((await send('POST', '/ListRooms', 'ivschat', Buffer.from('{}'))).status).toBe(200);
    await new Promise<void>(resolve => socket.once('close', () => resolve()).destroy());
    expect((await send('POST', '/ListRooms', 'ivschat', Buffer.from('{}'))).status).toBe(200);
  }
  expect(failures()).toEqual([]);
});

test('a body for STS that is too large gets a response', async () => {
  const { status, text } = await send('POST', '/', 'sts', Buffer.alloc(1024 * 1024, 'Action=AssumeRole&'));
  expect(status).toBe(413);
  expect(text).toContain('<Code>RequestEntityTooLarge</Code>');
});

/** Values that functions such as `JSON.stringify` and `String` cannot handle. */
const UNUSUAL = {
  'a list within lists': `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
  'an object within objects': `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`,
  'an object without a text': '{"toString":1,"valueOf":1}',
};

/** Requests with such a value, and the operation in the header `X-Amz-Target`. */
const REQUESTS: [name: string, path: () => string, service: string, body: (value: string) => string, operation: string][] = [
  ['a room', () => '/CreateRoom', 'ivschat', value => `{"name":${value}}`, ''],
  ['a chat token', () => '/CreateChatToken', 'ivschat', value => `{"roomIdentifier":"${outputs.RoomArn}","userId":"a","attributes":{"a":${value}}}`, ''],
  ['an item', () => '/', 'dynamodb', value => `{"TableName":"items","Item":{"id":{"S":"a"},"a":${value}}}`, 'DynamoDB_20120810.PutItem'],
  ['a limit', () => '/', 'dynamodb', value => `{"TableName":"items","Limit":${value}}`, 'DynamoDB_20120810.Scan'],
  ['a delay', () => '/', 'sqs', value => `{"QueueUrl":"/111122223333/jobs","MessageBody":"a","DelaySeconds":${value}}`, 'AmazonSQS.SendMessage'],
  ['a message attribute', () => '/', 'sqs', value => `{"QueueUrl":"/111122223333/jobs","MessageBody":"a","MessageAttributes":{"a":{"DataType":${value}}}}`, 'AmazonSQS.SendMessage'],
  ['a language', () => '/', 'comprehend', value => `{"LanguageCode":${value},"TextSegments":[{"Text":"a"}]}`, 'Comprehend_20171127.DetectToxicContent'],
  ['a source', () => `/guardrail/${outputs.GuardrailId}/version/DRAFT/apply`, 'bedrock', value => `{"source":${value},"content":[{"text":{"text":"a"}}]}`, ''],
  ['a session policy', () => '/', 'sts', value => `Action=AssumeRole&RoleArn=arn:aws:iam::111122223333:role/a&RoleSessionName=ab&Policy=${encodeURIComponent(value)}`, ''],
  ['a channel', () => '/CreateChannel', 'ivs', value => `{"name":${value}}`, ''],
  ['participants', () => '/CreateStage', 'ivs', value => `{"participantTokenConfigurations":${value}}`, ''],
  ['a participant', () => '/CreateStage', 'ivs', value => `{"participantTokenConfigurations":[${value},{"duration":${value}}]}`, ''],
  ['stages', () => '/ListStages', 'ivs', value => `{"maxResults":${value}}`, ''],
  ['a body with a model', () => `${apiPath}items`, '', value => `{"a":${value}}`, ''],
  ['a user', () => '/sign-in', '', value => `{"username":${value}}`, ''],
  ['a group', () => '/sign-in', '', value => `{"username":"ada","groups":[${value}]}`, ''],
];

describe.each(Object.entries(UNUSUAL))('%s is refused, and is not an internal error', (_what, value) => {
  test.each(REQUESTS)('as %s', async (_name, target, service, body, operation) => {
    const { status } = await send('POST', target(), service, Buffer.from(body(value)), operation === '' ? {} : { 'x-amz-target': operation });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    expect(failures()).toEqual([]);
  });
});

test.each([
  ['many parts', `${'a.'.repeat(100_000)}b=1`],
  ['no value', 'MessageAttribute.1.Name=a'],
])('a parameter of the query protocol with %s is refused, and is not an internal error', async (_what, parameter) => {
  const form = `Action=SendMessage&MessageBody=a&QueueUrl=${encodeURIComponent('/111122223333/jobs')}&${parameter}`;
  expect(await send('POST', '/', 'sqs', Buffer.from(form))).toMatchObject({ status: 400, text: expect.stringContaining('<Code>SerializationException</Code>') });
  expect(failures()).toEqual([]);
});

test('a claim within lists is refused, and is not an internal error', async () => {
  const { status, text } = await send('POST', '/sign-in', '', Buffer.from(`{"username":"ada","claims":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}}`));
  expect([status, text]).toEqual([400, '{"message":"The body must be JSON such as { \\"username\\": \\"ada\\" }."}']);
  expect(failures()).toEqual([]);
});
