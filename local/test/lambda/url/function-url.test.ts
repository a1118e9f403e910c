import type { Permission } from '../../../src/contracts/permission';
import { HttpError } from '../../../src/http/http-error';
import { roleId } from '../../../src/iam/identity';
import { LambdaHarness, ROLE } from '../../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';
const ECHO = 'exports.handler = async event => event;';

let harness: LambdaHarness;
beforeEach(async () => harness = await LambdaHarness.start());
afterEach(async () => harness.close());

const anyone = { id: 'anyone', principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'NONE' };
const throughUrl = { id: 'through-url', principal: '*', action: 'lambda:InvokeFunction', invokedViaFunctionUrl: true };
const signedBy = (accessKeyId: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123`,
});

async function eventOf(url: string, init?: RequestInit): Promise<any> {
  return (await fetch(url, init)).json();
}

async function putPublicUrl(code: Record<string, string> | string, cors?: object): Promise<string> {
  await harness.put(code);
  for (const permission of [anyone, throughUrl]) harness.functions.addPermission('Function', permission);
  return harness.functions.putUrl(ARN, 'NONE', cors);
}

describe('the event', () => {
  test('of an unsigned call', async () => {
    const url = await putPublicUrl(ECHO);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/lambda-url\/[0-9a-f]{32}\/$/);
    const response = await fetch(`${url}a%20b/c?x=1&x=2&y=%C3%BC`, {
      method: 'POST', body: '{"ü":1}', headers: { 'content-type': 'application/json', 'cookie': 'a=1; b=2', 'X-Mine': 'yes', 'user-agent': 'test' },
    });
    const id = url.split('/')[4];
    const host = new URL(url).host;
    expect(await response.json()).toMatchObject({
      version: '2.0',
      routeKey: '$default',
      rawPath: '/a%20b/c',
      rawQueryString: 'x=1&x=2&y=%C3%BC',
      cookies: ['a=1', 'b=2'],
      headers: { host, 'x-mine': 'yes', 'content-type': 'application/json', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
      queryStringParameters: { x: '1,2', y: 'ü' },
      requestContext: {
        accountId: 'anonymous',
        apiId: id,
        domainName: host,
        domainPrefix: id,
        http: { method: 'POST', path: '/a%20b/c', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: response.headers.get('x-amzn-requestid'),
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])('with the query parameter %s', async name => {
    const event = await eventOf(`${await putPublicUrl(ECHO)}?${name}=1&${name}=2`);
    expect(Object.entries(event.queryStringParameters)).toEqual([[name, '1,2']]);
  });

  test('without a body, a path and a query', async () => {
    const event = await eventOf(await putPublicUrl(ECHO));
    expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    for (const name of ['body', 'cookies', 'queryStringParameters']) expect(event).not.toHaveProperty(name);
    expect(event).not.toHaveProperty('requestContext.authorizer');
  });

  test('encodes a binary body in Base64', async () => {
    const body = Buffer.from([0, 255, 128]);
    const event = await eventOf(await putPublicUrl(ECHO), { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } });
    expect(event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });
});

describe('the response', () => {
  test('with a status, headers, cookies and a Base64 body', async () => {
    const url = await putPublicUrl(`exports.handler = async () => ({
      statusCode: 201, headers: { 'Content-Type': 'text/plain', 'X-Mine': 7 }, cookies: ['a=1', 'b=2; Secure'], body: 'aMO8', isBase64Encoded: true,
    });`);
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([201, 'hü']);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(response.headers.get('x-mine')).toBe('7');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure']);
  });

  test.each([
    ['an object without a statusCode', '{ hello: "world" }', '{"hello":"world"}'],
    ['a string', '"hello"', '"hello"'],
    ['null', 'null', 'null'],
  ])('of a handler that returns %s, which is the body', async (_what, result, body) => {
    const response = await fetch(await putPublicUrl(`exports.handler = async () => (${result});`));
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'application/json', body]);
  });

  test.each([
    ['members that are null', '{ statusCode: 200, headers: null, cookies: null, body: null }'],
    ['headers that describe the connection', '{ statusCode: 200, headers: { trailer: "x", upgrade: "h2c", te: "trailers", "Transfer-Encoding": "chunked" } }'],
  ])('may have %s', async (_what, result) => {
    const response = await fetch(await putPublicUrl(`exports.handler = async () => (${result});`));
    expect([response.status, await response.text(), response.headers.get('trailer')]).toEqual([200, '', null]);
  });

  test.each([
    ['that fails', 'Promise.reject(new Error("no"))'],
    ['with an invalid status', '{ statusCode: "many" }'],
    ['with an object without a text as the status', '{ statusCode: { toString: 1, valueOf: 1 } }'],
    ['with too many levels', 'JSON.parse(`{"statusCode":200,"a":${"[".repeat(2000)}${"]".repeat(2000)}}`)'],
    ['with a body that is not a string', '{ statusCode: 200, body: {} }'],
    ['with an invalid header name', '{ statusCode: 200, headers: { "a b": "c" } }'],
    ['with a line break in a cookie', '{ statusCode: 200, cookies: ["a=1\\nb=2"] }'],
    ['with a cookie that is not a string', '{ statusCode: 200, cookies: [{ a: 1 }] }'],
  ])('of a handler %s is an Internal Server Error', async (_what, result) => {
    const response = await fetch(await putPublicUrl(`exports.handler = async () => (${result});`));
    expect([response.status, await response.text()]).toEqual([502, '{"Message":"Internal Server Error"}']);
  });

  test('at the concurrency limit is 429', async () => {
    const url = await putPublicUrl(ECHO);
    await harness.put(ECHO, { reservedConcurrency: 0 });
    expect((await fetch(url)).status).toBe(429);
  });
});

describe('authorization', () => {
  test('fails without a permission, even without authentication', async () => {
    await harness.put(ECHO);
    const response = await fetch(harness.functions.putUrl(ARN, 'NONE'));
    expect([response.status, await response.json()]).toEqual([403, { Message: 'Forbidden' }]);
  });

  test('requires a permission on the qualifier of the URL', async () => {
    await harness.put(ECHO);
    harness.functions.publishVersion('Function');
    const alias = harness.functions.putAlias('Function', 'prod', '1');
    const url = harness.functions.putUrl(alias, 'NONE');
    for (const permission of [anyone, throughUrl]) harness.functions.addPermission('Function', permission);
    expect((await fetch(url)).status).toBe(403);
    for (const permission of [anyone, throughUrl]) harness.functions.addPermission(alias, permission);
    expect((await fetch(url)).status).toBe(200);
  });

  test.each<[string, string, Permission[]]>([
    ['the URL', 'lambda:InvokeFunctionUrl', [throughUrl]],
    ['the function', 'lambda:InvokeFunction', [anyone]],
    ['the URL for signed requests', 'lambda:InvokeFunctionUrl', [{ ...anyone, functionUrlAuthType: 'AWS_IAM' }, throughUrl]],
    ['the URL for an organization', 'lambda:InvokeFunctionUrl', [{ ...anyone, principalOrgId: 'o-1234567890' }, throughUrl]],
    ['the URL for an account', 'lambda:InvokeFunctionUrl', [{ ...anyone, sourceAccount: '123456789012' }, throughUrl]],
    ['the function for a source', 'lambda:InvokeFunction', [anyone, { ...throughUrl, sourceArn: 'arn:aws:s3:::bucket' }]],
    ['the function for a role', 'lambda:InvokeFunction', [anyone, { ...throughUrl, principal: ROLE }]],
  ])('without authentication fails without a public permission on %s, and logs the missing action', async (_what, action, permissions) => {
    await harness.put(ECHO);
    const url = harness.functions.putUrl(ARN, 'NONE');
    for (const permission of permissions) harness.functions.addPermission('Function', permission);
    const response = await fetch(`${url}a?token=secret`);
    expect([response.status, await response.json()]).toEqual([403, { Message: 'Forbidden' }]);
    expect(harness.data('request')).toEqual([{
      operation: 'FunctionUrl', method: 'GET', path: '/a', target: ARN, status: 403, reason: expect.stringContaining(`must allow ${action} to everyone`),
    }]);
  });

  test('one permission for all actions is enough', async () => {
    await harness.put(ECHO);
    harness.functions.addPermission('Function', { id: 'all', principal: '*', action: 'lambda:*' });
    expect((await fetch(harness.functions.putUrl(ARN, 'NONE'))).status).toBe(200);
  });

  test('a call is logged in one line, without its query string', async () => {
    const url = await putPublicUrl(ECHO);
    await fetch(`${url}a%20b?token=secret`);
    expect(harness.liveLog.recent.filter(({ kind }) => kind === 'request')).toMatchObject([
      { level: 'info', text: 'GET /a%20b on the function URL of Function → 200', data: { method: 'GET', path: '/a%20b', target: ARN, status: 200 } },
    ]);
  });

  test('with AWS_IAM requires a signed request of an authorized caller', async () => {
    await harness.put(ECHO);
    const url = harness.functions.putUrl(ARN, 'AWS_IAM');
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { headers: { authorization: 'Bearer token' } })).status).toBe(403);
    expect(harness.authorized).toEqual([]);

    const event = await eventOf(url, { headers: signedBy('AKIADEVELOPER') });
    expect(harness.authorized).toEqual([
      { action: 'lambda:InvokeFunctionUrl', resource: ARN, context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } },
      { action: 'lambda:InvokeFunction', resource: ARN, context: { 'lambda:InvokedViaFunctionUrl': 'true' } },
    ]);
    expect(event.requestContext).toMatchObject({
      accountId: '123456789012',
      authorizer: { iam: { accessKey: 'AKIADEVELOPER', accountId: '123456789012', userArn: 'arn:aws:iam::123456789012:user/developer' } },
    });
    expect(event.headers).not.toHaveProperty('authorization');
  });

  test.each(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'])('with AWS_IAM fails without %s', async action => {
    await harness.put(ECHO);
    harness.authorize = (_caller, call) => {
      if (call.action === action) throw new HttpError('AccessDeniedException', 403, 'secret reason');
    };
    const response = await fetch(harness.functions.putUrl(ARN, 'AWS_IAM'), { headers: signedBy('AKIADEVELOPER') });
    expect([response.status, response.headers.get('x-amzn-errortype'), await response.text()]).toEqual([403, 'AccessDeniedException', '{"Message":"Forbidden"}']);
    expect(harness.data('request')).toMatchObject([{ operation: 'FunctionUrl', path: '/', target: ARN, status: 403, reason: 'secret reason' }]);
  });

  test('a calling function is a session of its role', async () => {
    await harness.put('exports.handler = async () => process.env.AWS_ACCESS_KEY_ID;', { functionName: 'Caller' });
    const accessKeyId = await harness.invoke({}, 'Caller');
    await harness.put(ECHO);
    const event = await eventOf(harness.functions.putUrl(ARN, 'AWS_IAM'), { headers: signedBy(accessKeyId) });
    expect(event.requestContext.authorizer.iam).toEqual({
      accessKey: accessKeyId,
      accountId: '123456789012',
      callerId: `${roleId(ROLE)}:Caller`,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: 'arn:aws:sts::123456789012:assumed-role/Role/Caller',
      userId: `${roleId(ROLE)}:Caller`,
    });
    expect(event.requestContext.authorizer.iam.userId).toMatch(/^AROA[0-9A-F]{17}:Caller$/);
  });
});

describe('CORS', () => {
  const CORS = { AllowOrigins: ['http://localhost:3000'], AllowMethods: ['POST'], AllowHeaders: ['content-type'], ExposeHeaders: ['x-mine'], AllowCredentials: true, MaxAge: 60 };

  test('a preflight request is answered without invoking the function', async () => {
    const url = await putPublicUrl('exports.handler = async () => { console.log("ran"); };', CORS);
    const headers = { 'origin': 'http://localhost:3000', 'access-control-request-method': 'POST' };
    const response = await fetch(url, { method: 'OPTIONS', headers });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
    });
    expect(harness.data()).toEqual([]);
  });

  test('an origin that is not allowed gets no CORS headers', async () => {
    const url = await putPublicUrl(ECHO, CORS);
    const allowed = await fetch(url, { headers: { origin: 'http://localhost:3000' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(allowed.headers.get('access-control-expose-headers')).toBe('x-mine');
    const refused = await fetch(url, { headers: { origin: 'https://app.example.com' } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('a page of this machine is allowed although AWS would refuse it, and the live log reports it', async () => {
    const url = await putPublicUrl(ECHO, { ...CORS, AllowOrigins: ['https://app.example.com'] });
    const headers = { 'origin': 'http://localhost:5173', 'access-control-request-method': 'POST' };
    const response = await fetch(url, { method: 'OPTIONS', headers });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    expect(harness.texts('request')).toEqual([expect.stringMatching(/^OPTIONS .* → 200: pages of http:\/\/localhost:5173 are allowed here only/)]);
  });
});

test('a URL is stable until it is deleted', async () => {
  const url = await putPublicUrl(ECHO);
  expect(harness.functions.putUrl('Function', 'NONE')).toBe(url);
  harness.functions.deleteUrl(ARN);
  expect((await fetch(url)).status).toBe(403);
});
