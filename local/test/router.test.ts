import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { deployTemplate } from './support/deploy-template';
import { Sessions } from '../src/iam/sessions';
import type { LocalServer } from '../src/server';

/** A role without permissions, and a function with URLs. */
const TEMPLATE = `
Resources:
  Powerless: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: echo
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 20
      Role: !GetAtt Powerless.Arn
      Code: { ZipFile: 'exports.handler = async event => event.show ? { key: process.env.AWS_ACCESS_KEY_ID } : event;' }
  Version: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Function } }
  Url: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !Ref Function, AuthType: AWS_IAM } }
  PublicUrl: { Type: AWS::Lambda::Url, Properties: { TargetFunctionArn: !Ref Version, AuthType: NONE } }
  Public:
    Type: AWS::Lambda::Permission
    Properties: { FunctionName: !Ref Version, Action: 'lambda:*', Principal: '*' }
Outputs:
  RoleArn: { Value: !GetAtt Powerless.Arn }
  Url: { Value: !GetAtt Url.FunctionUrl }
  PublicUrl: { Value: !GetAtt PublicUrl.FunctionUrl }
`;

/** The clock of the sessions. */
let now = Date.parse('2026-11-20T12:00:00.000Z');

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'router-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory, { throttle: false, clock: () => now }));
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: http.OutgoingHttpHeaders;
}

interface Response {
  readonly status: number;
  readonly errorType?: string;
  readonly text: string;
}

async function send({ body, headers, method, path: target }: Request): Promise<Response> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    http.request({ hostname, port, path: target, method, headers, agent: false }, response => {
      let text = '';
      response.on('data', chunk => { text += String(chunk); }).on('end', () => {
        const errorType = (response.headers['x-amzn-errortype'] as string | undefined) ?? /<Code>(.*)<\/Code>/.exec(text)?.[1];
        resolve({ status: response.statusCode!, errorType, text });
      });
    }).once('error', reject).end(body);
  });
}

/** One request to each service that authorizes its callers. */
const REQUESTS: Readonly<Record<string, () => Request & { readonly service: string }>> = {
  'Amazon IVS Chat': () => ({ service: 'ivschat', method: 'POST', path: '/ListRooms', body: '{}' }),
  'the Lambda API': () => ({ service: 'lambda', method: 'GET', path: '/2015-03-31/functions/echo' }),
  'a function URL': () => ({ service: 'lambda', method: 'GET', path: new URL(outputs.Url).pathname }),
  'AWS STS': () => ({
    service: 'sts',
    method: 'POST',
    path: '/',
    body: `Action=AssumeRole&RoleArn=${encodeURIComponent(outputs.RoleArn)}&RoleSessionName=ada`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  }),
};

/** The ARN of a session of the role. */
const sessionArn = (name: string) => `arn:aws:sts::111122223333:assumed-role/${outputs.RoleArn.split('/')[1]}/${name}`;

type Sign = (accessKeyId: string, service: string) => { readonly authorization?: string; readonly query?: string };

const header = (authorization: (scope: string, regionless: string) => string): Sign => (key, service) =>
  ({ authorization: authorization(`${key}/20260101/us-east-1/${service}/aws4_request`, `${key}/20260101/${service}/aws4_request`) });

const query = (parameters: (scope: string, regionless: string) => Record<string, string>): Sign => (key, service) =>
  ({ query: String(new URLSearchParams(parameters(`${key}/20260101/us-east-1/${service}/aws4_request`, `${key}/20260101/${service}/aws4_request`))) });

/** The ways to sign a request. */
const SIGNATURES: Readonly<Record<string, Sign>> = {
  'a header': header(scope => `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`),
  'a header without spaces': header(scope => `AWS4-HMAC-SHA256 Credential=${scope},SignedHeaders=host,Signature=0`),
  'a header with more spaces': header(scope => `AWS4-HMAC-SHA256   SignedHeaders = host ,  Credential = ${scope} ,Signature = 0 `),
  'a header in lower case': header(scope => `aws4-hmac-sha256 credential=${scope}, signedheaders=host, signature=0`),
  'a header with SigV4A': header((_scope, regionless) => `AWS4-ECDSA-P256-SHA256 Credential=${regionless}, SignedHeaders=host, Signature=0`),
  'a presigned URL': query(scope => ({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256', 'X-Amz-Credential': scope, 'X-Amz-SignedHeaders': 'host', 'X-Amz-Signature': '0',
  })),
  'a presigned URL in lower case': query(scope => ({
    'x-amz-algorithm': 'AWS4-HMAC-SHA256', 'x-amz-credential': scope, 'x-amz-signedheaders': 'host', 'x-amz-signature': '0',
  })),
  'a presigned URL with SigV4A': query((_scope, regionless) => ({
    'X-Amz-Algorithm': 'AWS4-ECDSA-P256-SHA256', 'X-Amz-Credential': regionless, 'X-Amz-SignedHeaders': 'host', 'X-Amz-Signature': '0',
  })),
};

function signed(service: string, signature: string, accessKeyId: string): Request {
  const { service: name, ...request } = REQUESTS[service]();
  const { authorization, query: parameters } = SIGNATURES[signature](accessKeyId, name);
  return {
    ...request,
    path: parameters === undefined ? request.path : `${request.path}?${parameters}`,
    headers: { ...request.headers, ...authorization !== undefined && { authorization } },
  };
}

const combinations = Object.keys(REQUESTS).flatMap(service => Object.keys(SIGNATURES).map(signature => [service, signature] as const));

test.each(combinations)('%s, signed with %s: a role without permissions is denied, the developer is not', async (service, signature) => {
  const { accessKeyId } = server.sessions.assume(outputs.RoleArn, 'ada');
  const denied = await send(signed(service, signature, accessKeyId));
  expect([denied.status, denied.errorType]).toEqual([403, service === 'AWS STS' ? 'AccessDenied' : 'AccessDeniedException']);

  expect((await send(signed(service, signature, 'local'))).status).toBe(200);
});

describe.each(Object.keys(REQUESTS))('%s', service => {
  const isSts = service === 'AWS STS';

  test.each(['a header', 'a presigned URL'])('signed with %s, fails for an expired session, with the remedy', async signature => {
    const { accessKeyId } = server.sessions.assume(outputs.RoleArn, 'ada', 900);
    const expires = new Date(now + 900_000).toISOString();
    now += 899_999;
    expect((await send(signed(service, signature, accessKeyId))).errorType).toBe(isSts ? 'AccessDenied' : 'AccessDeniedException');
    now += 1;
    const { errorType, status, text } = await send(signed(service, signature, accessKeyId));
    expect([status, errorType]).toEqual([403, isSts ? 'ExpiredToken' : 'ExpiredTokenException']);
    expect(text).toContain(`The security token included in the request is expired: the session ${sessionArn('ada')} with the access key ${accessKeyId} ended at ${expires}. Assume the role again.`);
  });

  test.each(['a header', 'a presigned URL'])('signed with %s, fails for a key of another run, in any case, with the remedy', async signature => {
    const other = new Sessions().assume(outputs.RoleArn, 'ada').accessKeyId;
    for (const key of [other, other.toLowerCase()]) {
      const { errorType, status, text } = await send(signed(service, signature, key));
      expect([status, errorType]).toEqual([403, isSts ? 'InvalidClientTokenId' : 'UnrecognizedClientException']);
      expect(text).toContain(`The security token included in the request is invalid: the access key ${key} is of another run of ivschat-local. Assume the role again.`);
    }
  });

  test('fails without a signature, with the error of AWS', async () => {
    const { service: _service, ...request } = REQUESTS[service]();
    const { errorType, status, text } = await send(request);
    expect([status, errorType, text]).toEqual({
      'Amazon IVS Chat': [403, 'MissingAuthenticationTokenException', '{"message":"Missing Authentication Token"}'],
      'the Lambda API': [403, 'MissingAuthenticationTokenException', '{"message":"Missing Authentication Token","Message":"Missing Authentication Token"}'],
      'a function URL': [403, 'AccessDeniedException', '{"Message":"Forbidden"}'],
      'AWS STS': [403, 'MissingAuthenticationToken', expect.stringContaining('<Message>Request is missing Authentication Token</Message>')],
    }[service]);
  });

  test.each([
    ['without a credential', 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0'],
    ['with two credentials', 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/SERVICE/aws4_request, Credential=local/20260101/us-east-1/SERVICE/aws4_request, SignedHeaders=host, Signature=0'],
    ['without a signature', 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/SERVICE/aws4_request, SignedHeaders=host'],
    ['with an unknown algorithm', 'AWS4-HMAC-SHA512 Credential=local/20260101/us-east-1/SERVICE/aws4_request, SignedHeaders=host, Signature=0'],
    ['of version 2', 'AWS local:signature'],
  ])('fails for a signature %s', async (_what, authorization) => {
    const { service: name, ...request } = REQUESTS[service]();
    const { errorType, status, text } = await send({ ...request, headers: { ...request.headers, authorization: authorization.replaceAll('SERVICE', name) } });
    expect([status, errorType]).toEqual([403, isSts ? 'IncompleteSignature' : 'IncompleteSignatureException']);
    expect(text).toContain('The request signature does not conform to AWS standards: ');
  });

  test('accepts any other key as the developer, and reports it once', async () => {
    const key = `AKIAIOSFODNN7EXAMP${service.length}`;
    for (const signature of ['a header', 'a presigned URL']) expect((await send(signed(service, signature, key))).status).toBe(200);
    const reports = server.liveLog.recent.filter(({ data }) => data?.event === 'developer-key' && data.accessKey === `AKIA…${key.slice(-4)}`);
    expect(reports).toHaveLength(1);
  });
});

test('a function keeps the permissions of its role, whichever way it signs', async () => {
  const { payload } = await server.functions.invoke('echo', '{"show":true}');
  const { key } = JSON.parse(payload);
  for (const signature of Object.keys(SIGNATURES)) {
    expect((await send(signed('Amazon IVS Chat', signature, key))).errorType).toBe('AccessDeniedException');
  }
  now += 365 * 24 * 3600 * 1000;
  expect((await send(signed('Amazon IVS Chat', 'a header', key))).errorType).toBe('AccessDeniedException');
});

test('GetCallerIdentity can be called with a presigned URL', async () => {
  const { accessKeyId } = server.sessions.assume(outputs.RoleArn, 'ada');
  const { query: parameters } = SIGNATURES['a presigned URL'](accessKeyId, 'sts');
  const { status, text } = await send({ method: 'GET', path: `/?Action=GetCallerIdentity&Version=2011-06-15&${parameters}` });
  expect(status).toBe(200);
  expect(text).toContain(`<Arn>${sessionArn('ada')}</Arn>`);
});

test('a function URL without authentication takes any call', async () => {
  const { pathname } = new URL(outputs.PublicUrl);
  for (const authorization of [undefined, 'Bearer token', 'AWS4-HMAC-SHA256 nonsense']) {
    expect((await send({ method: 'GET', path: pathname, headers: authorization === undefined ? {} : { authorization } })).status).toBe(200);
  }
});

test('fails for a path of no service if the signature cannot be read', async () => {
  const { errorType, status } = await send({ method: 'GET', path: '/nowhere', headers: { authorization: 'AWS4-HMAC-SHA256 nonsense' } });
  expect([status, errorType]).toEqual([403, 'IncompleteSignatureException']);
});

test('fails for a presigned request to another service', async () => {
  const { query: parameters } = SIGNATURES['a presigned URL']('local', 's3');
  expect((await send({ method: 'GET', path: `/?${parameters}` })).status).toBe(501);
});
