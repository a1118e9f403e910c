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
Outputs:
  Url: { Value: !GetAtt Url.FunctionUrl }
`;

let directory: string;
let server: LocalServer;
let urlPath: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'server-random-'));
  fs.writeFileSync(path.join(directory, 'chat.yaml'), TEMPLATE);
  const [stack] = loadAssembly(path.join(directory, 'chat.yaml'));
  server = await LocalServer.start({ environment: stack.environment, dataDirectory: directory, throttle: false });
  const { outputs } = await server.deployment.deploy(stack);
  urlPath = new URL(outputs.Url).pathname;
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true });
});

const failures = () => server.liveLog.recent.filter(({ level, kind }) => level === 'error' && kind !== 'function');

async function send(method: string, target: string, service: string, body: Buffer): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(server.url);
  const authorization = `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
  return new Promise((resolve, reject) => {
    const headers = { ...service && { authorization }, 'content-length': body.length };
    http.request({ hostname, port, path: target, method, headers, agent: false }, response => {
      let text = '';
      response.on('data', chunk => { text += String(chunk); }).on('end', () => resolve({ status: response.statusCode!, text }));
    }).once('error', reject).end(body);
  });
}

const services = fc.constantFrom('', 'ivschat', 'lambda', 'sts', 's3');
const pieces = fc.oneof(
  fc.constantFrom('/', '//', '/cfn/', '/lambda-url/', '/2015-03-31/functions/', '/invocations', '/configuration', 'echo', '%zz', '%', '%00', '/tags/', 'ListRooms', '?', '&', '='),
  fc.constantFrom('?Qualifier=', '[', '..', ':', '@', 'arn:aws:lambda:us-east-1:111122223333:function:echo', '#'),
  fc.webSegment(),
);
const targets = fc.oneof(
  fc.array(pieces, { maxLength: 6 }).map(parts => `/${parts.join('')}`),
  fc.array(pieces, { maxLength: 4 }).map(parts => `${urlPath}${parts.join('')}`),
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
