import { roleId, type Permission } from '../../../src/lambda/functions';
import { Harness, ROLE } from '../../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';
const ECHO = 'exports.handler = async event => event;';

let harness: Harness;
beforeEach(async () => harness = await Harness.start());
afterEach(async () => harness.close());

const anyone = { id: 'anyone', principal: '*', action: 'lambda:InvokeFunctionUrl', functionUrlAuthType: 'NONE' };
const throughUrl = { id: 'through-url', principal: '*', action: 'lambda:InvokeFunction', invokedViaFunctionUrl: true };
const signedBy = (accessKeyId: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/eu-west-1/lambda/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123`,
});

async function eventOf(url: string, init?: RequestInit): Promise<any> {
  return (await fetch(url, init)).json();
}

async function open(code: Record<string, string> | string, cors?: object): Promise<string> {
  await harness.put(code);
  for (const permission of [anyone, throughUrl]) harness.functions.addPermission('Function', permission);
  return harness.functions.putUrl(ARN, 'NONE', cors);
}

describe('the event', () => {
  test('of a call without credentials', async () => {
    const url = await open(ECHO);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/lambda-url\/[0-9a-f]{32}\/$/);
    const answer = await fetch(`${url}a%20b/c?x=1&x=2&y=%C3%BC`, {
      method: 'POST', body: '{"ü":1}', headers: { 'content-type': 'application/json', 'cookie': 'a=1; b=2', 'X-Mine': 'yes', 'user-agent': 'test' },
    });
    const id = url.split('/')[4];
    const host = new URL(url).host;
    expect(await answer.json()).toMatchObject({
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
        requestId: answer.headers.get('x-amzn-requestid'),
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
  });

  test('without a body, a path and a query', async () => {
    const event = await eventOf(await open(ECHO));
    expect(event).toMatchObject({ rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    for (const name of ['body', 'cookies', 'queryStringParameters']) expect(event).not.toHaveProperty(name);
    expect(event).not.toHaveProperty('requestContext.authorizer');
  });

  test('a body that is no text is in Base64', async () => {
    const body = Buffer.from([0, 255, 128]);
    const event = await eventOf(await open(ECHO), { method: 'POST', body, headers: { 'content-type': 'application/octet-stream' } });
    expect(event).toMatchObject({ body: body.toString('base64'), isBase64Encoded: true });
  });
});

describe('the response', () => {
  test('with everything', async () => {
    const url = await open(`exports.handler = async () => ({
      statusCode: 201, headers: { 'Content-Type': 'text/plain', 'X-Mine': 7 }, cookies: ['a=1', 'b=2; Secure'], body: 'aMO8', isBase64Encoded: true,
    });`);
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([201, 'hü']);
    expect(answer.headers.get('content-type')).toBe('text/plain');
    expect(answer.headers.get('x-mine')).toBe('7');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure']);
  });

  test.each([
    ['an object without a statusCode', '{ hello: "world" }', '{"hello":"world"}'],
    ['a text', '"hello"', '"hello"'],
    ['nothing', 'null', 'null'],
  ])('%s is the body', async (_what, result, body) => {
    const answer = await fetch(await open(`exports.handler = async () => (${result});`));
    expect([answer.status, answer.headers.get('content-type'), await answer.text()]).toEqual([200, 'application/json', body]);
  });

  test.each([
    ['an error', 'Promise.reject(new Error("no"))'],
    ['a status that is none', '{ statusCode: "many" }'],
    ['a body that is no text', '{ statusCode: 200, body: {} }'],
    ['a header that is none', '{ statusCode: 200, headers: { "a b": "c" } }'],
  ])('%s is an Internal Server Error', async (_what, result) => {
    const answer = await fetch(await open(`exports.handler = async () => (${result});`));
    expect([answer.status, await answer.text()]).toEqual([502, '{"Message":"Internal Server Error"}']);
  });

  test('at the bound is 429', async () => {
    const url = await open(ECHO);
    await harness.put(ECHO, { reservedConcurrency: 0 });
    expect((await fetch(url)).status).toBe(429);
  });
});

describe('who may call', () => {
  test('without a permission nobody, even without authentication', async () => {
    await harness.put(ECHO);
    const answer = await fetch(harness.functions.putUrl(ARN, 'NONE'));
    expect([answer.status, await answer.json()]).toEqual([403, { Message: 'Forbidden' }]);
  });

  test('the permission is for the qualifier of the URL', async () => {
    await harness.put(ECHO);
    harness.functions.publishVersion('Function');
    const alias = harness.functions.putAlias('Function', 'live', '1');
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
  ])('without authentication not without a permission on %s, and the live log says which', async (_what, action, permissions) => {
    await harness.put(ECHO);
    const url = harness.functions.putUrl(ARN, 'NONE');
    for (const permission of permissions) harness.functions.addPermission('Function', permission);
    const answer = await fetch(`${url}a?token=secret`);
    expect([answer.status, await answer.json()]).toEqual([403, { Message: 'Forbidden' }]);
    expect(harness.texts('request')).toEqual([expect.stringMatching(`^GET /a of the URL of Function → 403: the policy of the function allows ${action} not to`)]);
  });

  test('one permission for every action is enough', async () => {
    await harness.put(ECHO);
    harness.functions.addPermission('Function', { id: 'all', principal: '*', action: 'lambda:*' });
    expect((await fetch(harness.functions.putUrl(ARN, 'NONE'))).status).toBe(200);
  });

  test('a call is one line of the live log', async () => {
    const url = await open(ECHO);
    await fetch(`${url}a%20b?token=secret`);
    expect(harness.liveLog.recent.filter(({ kind }) => kind === 'request')).toMatchObject([
      { level: 'info', text: 'GET /a%20b of the URL of Function → 200', data: { target: ARN, status: 200 } },
    ]);
  });

  test('with AWS_IAM who signs and is allowed', async () => {
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

  test.each(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'])('with AWS_IAM not who lacks %s', async action => {
    await harness.put(ECHO);
    harness.authorize = (_req, call) => {
      if (call.action === action) throw Object.assign(new Error('secret reason'), { name: 'AccessDeniedException', status: 403, fields: {} });
    };
    const answer = await fetch(harness.functions.putUrl(ARN, 'AWS_IAM'), { headers: signedBy('AKIADEVELOPER') });
    expect([answer.status, answer.headers.get('x-amzn-errortype'), await answer.text()]).toEqual([403, 'AccessDeniedException', '{"Message":"Forbidden"}']);
    expect(harness.texts('request')).toEqual(['GET / of the URL of Function → 403: secret reason']);
  });

  test('a function that calls is a session of its role', async () => {
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

  test('the server can say who else signs', async () => {
    await harness.close();
    harness = await Harness.start({
      identify: accessKeyId => accessKeyId === 'alice' ? { accountId: '123456789012', userArn: 'arn', userId: 'AROAROLE:alice' } : undefined,
    });
    await harness.put(ECHO);
    const url = harness.functions.putUrl(ARN, 'AWS_IAM');
    const events = await Promise.all(['alice', 'other'].map(async id => eventOf(url, { headers: signedBy(id) })));
    expect(events.map(event => event.requestContext.authorizer.iam.userId)).toEqual(['AROAROLE:alice', 'AIDALOCALDEVELOPER000']);
  });
});

describe('CORS', () => {
  const CORS = { AllowOrigins: ['http://localhost:3000'], AllowMethods: ['POST'], AllowHeaders: ['content-type'], ExposeHeaders: ['x-mine'], AllowCredentials: true, MaxAge: 60 };

  test('a preflight is answered without the function', async () => {
    const url = await open('exports.handler = async () => { console.log("ran"); };', CORS);
    const headers = { 'origin': 'http://localhost:3000', 'access-control-request-method': 'POST' };
    const answer = await fetch(url, { method: 'OPTIONS', headers });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': 'http://localhost:3000',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
    });
    expect(harness.texts()).toEqual([]);
  });

  test('an origin that is not allowed gets no headers', async () => {
    const url = await open(ECHO, CORS);
    const allowed = await fetch(url, { headers: { origin: 'http://localhost:3000' } });
    expect(allowed.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
    expect(allowed.headers.get('access-control-expose-headers')).toBe('x-mine');
    const refused = await fetch(url, { headers: { origin: 'http://localhost:4000' } });
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('a URL stays the same, and goes when it is deleted', async () => {
  const url = await open(ECHO);
  expect(harness.functions.putUrl('Function', 'NONE')).toBe(url);
  harness.functions.deleteUrl(ARN);
  expect((await fetch(url)).status).toBe(403);
});
