import { API_ID, ECHO, HttpApiHarness, SOURCE_ARN } from '../support/http-api-harness';
import { ENVIRONMENT } from '../support/lambda-harness';

let harness: HttpApiHarness;
beforeEach(async () => harness = await HttpApiHarness.start());
afterEach(async () => harness.close());

async function eventOf(path: string, init?: RequestInit): Promise<any> {
  const response = await fetch(harness.url + path, init);
  expect(response.status).toBe(200);
  return response.json();
}

const ECHO_IN_BODY = 'exports.handler = async event => ({ statusCode: 200, body: JSON.stringify(event) });';

describe('payload format 2.0', () => {
  test('has the documented event', async () => {
    harness.route('POST /rooms/{room}/{proxy+}', await harness.put(ECHO));
    harness.httpApis.putStage(API_ID, { name: '$default', isDeployed: true, variables: { mode: 'test' } });
    const event = await eventOf('/rooms/a%20b/c/d?x=1&x=2&y=%C3%BC', {
      method: 'POST', body: '{"ü":1}', headers: { 'content-type': 'application/json', 'cookie': 'a=1; b=2', 'X-Mine': 'yes', 'user-agent': 'test' },
    });
    const { host } = new URL(harness.url);
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /rooms/{room}/{proxy+}',
      rawPath: '/rooms/a%20b/c/d',
      rawQueryString: 'x=1&x=2&y=%C3%BC',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({ 'x-mine': 'yes', 'content-type': 'application/json', host, 'x-forwarded-for': '127.0.0.1' }),
      queryStringParameters: { x: '1,2', y: 'ü' },
      pathParameters: { room: 'a b', proxy: 'c/d' },
      stageVariables: { mode: 'test' },
      requestContext: {
        accountId: ENVIRONMENT.account,
        apiId: API_ID,
        domainName: host,
        domainPrefix: API_ID,
        http: { method: 'POST', path: '/rooms/a%20b/c/d', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'POST /rooms/{room}/{proxy+}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"ü":1}',
      isBase64Encoded: false,
    });
    expect(event.headers).not.toHaveProperty('cookie');
  });

  test('omits the members without a value', async () => {
    harness.route('$default', await harness.put(ECHO));
    const event = await eventOf('');
    expect(event).toMatchObject({ routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false });
    for (const name of ['body', 'cookies', 'pathParameters', 'queryStringParameters', 'stageVariables']) expect(event).not.toHaveProperty(name);
  });

  test('infers the response of a result without a statusCode', async () => {
    harness.route('GET /', await harness.put('exports.handler = async () => "hello";'));
    const response = await fetch(harness.url);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, 'application/json', '"hello"']);
  });

  test('has a response with a status, headers, cookies and a Base64 body', async () => {
    harness.route('GET /', await harness.put(`exports.handler = async () => ({
      statusCode: 201, headers: { 'Content-Type': 'text/plain' }, cookies: ['a=1', 'b=2; Secure'], body: 'aMO8', isBase64Encoded: true,
    });`));
    const response = await fetch(`${harness.url}/`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([201, 'text/plain', 'hü']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2; Secure']);
    expect(response.headers.get('apigw-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('payload format 1.0', () => {
  test('has the documented event', async () => {
    harness.route('POST /rooms/{room}', await harness.put(ECHO_IN_BODY), { payloadVersion: '1.0' });
    const event = await eventOf('/rooms/a?x=1&x=2', { method: 'POST', body: Buffer.from([0, 255]), headers: { 'content-type': 'application/octet-stream', 'cookie': 'a=1' } });
    const { host } = new URL(harness.url);
    expect(event).toEqual({
      version: '1.0',
      resource: '/rooms/{room}',
      path: '/rooms/a',
      httpMethod: 'POST',
      headers: expect.objectContaining({ cookie: 'a=1', host }),
      multiValueHeaders: expect.objectContaining({ cookie: ['a=1'], host: [host] }),
      queryStringParameters: { x: '1' },
      multiValueQueryStringParameters: { x: ['1', '2'] },
      pathParameters: { room: 'a' },
      stageVariables: null,
      requestContext: {
        accountId: ENVIRONMENT.account,
        apiId: API_ID,
        authorizer: { claims: null, scopes: null },
        domainName: host,
        domainPrefix: API_ID,
        extendedRequestId: event.requestContext.requestId,
        httpMethod: 'POST',
        identity: expect.objectContaining({ accessKey: null, sourceIp: '127.0.0.1', userArn: null }),
        path: '/rooms/a',
        protocol: 'HTTP/1.1',
        requestId: expect.any(String),
        requestTime: expect.stringMatching(/ \+0000$/),
        requestTimeEpoch: expect.any(Number),
        resourceId: null,
        resourcePath: '/rooms/{room}',
        stage: '$default',
      },
      body: 'AP8=',
      isBase64Encoded: true,
    });
  });

  test('has null for members without a value', async () => {
    harness.route('$default', await harness.put(ECHO_IN_BODY), { payloadVersion: '1.0' });
    expect(await eventOf('/x')).toMatchObject({
      resource: '$default', body: null, pathParameters: null, queryStringParameters: null, multiValueQueryStringParameters: null, stageVariables: null,
    });
  });

  test('has headers with multiple values in the response', async () => {
    harness.route('GET /', await harness.put(`exports.handler = async () => ({
      statusCode: 200, headers: { 'x-one': '1' }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: 'x',
    });`), { payloadVersion: '1.0' });
    const response = await fetch(harness.url);
    expect([response.headers.getSetCookie(), response.headers.get('x-one')]).toEqual([['a=1', 'b=2'], '1']);
  });
});

describe('fails', () => {
  test.each([
    ['1.0', '"hello"'],
    ['1.0', '{ body: "x" }'],
    ['1.0', '{ statusCode: 200, multiValueHeaders: { "x": "y" } }'],
    ['1.0', '{ statusCode: 200, multiValueHeaders: { "x": ["a\\nb"] } }'],
    ['2.0', '{ statusCode: "many" }'],
    ['2.0', 'Promise.reject(new Error("no"))'],
  ] as const)('with 500 if in payload format %s the result is %s', async (payloadVersion, result) => {
    harness.route('GET /', await harness.put(`exports.handler = async () => (${result});`), { payloadVersion });
    const response = await fetch(harness.url);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  test('with 500 without the permission of the function, and logs what is missing', async () => {
    const arn = await harness.lambda.put(ECHO);
    harness.route('GET /rooms/{id}', arn);
    for (const [principal, sourceArn] of [['*', undefined], ['ivschat.amazonaws.com', undefined], ['apigateway.amazonaws.com', `${SOURCE_ARN}/*/*/other`]] as const) {
      harness.lambda.functions.addPermission('Function', { id: `${principal}`, principal, action: 'lambda:InvokeFunction', sourceArn });
    }
    const response = await fetch(`${harness.url}/rooms/a?secret=1`);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(harness.requests).toEqual([{
      operation: 'HttpApi',
      method: 'GET',
      path: '/rooms/a',
      target: API_ID,
      status: 500,
      reason: `the resource policy of ${arn} must allow apigateway.amazonaws.com to call lambda:InvokeFunction with the source ARN ${SOURCE_ARN}/$default/GET/rooms/{id}`,
    }]);
    harness.allow('Function', `${SOURCE_ARN}/*/*/rooms/{id}`);
    expect((await fetch(`${harness.url}/rooms/a`)).status).toBe(200);
  });

  test('with 404 without a route, an API or a stage', async () => {
    harness.route('GET /rooms', await harness.put(ECHO));
    harness.httpApis.putStage(API_ID, { name: 'draft', isDeployed: false, variables: {} });
    for (const url of [`${harness.url}/other`, `${harness.url}x/rooms`, `${harness.url}/draft/rooms`]) {
      const response = await fetch(url);
      expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
    }
    harness.httpApis.deleteStage(API_ID, '$default');
    expect((await fetch(`${harness.url}/rooms`)).status).toBe(404);
  });

  test('with 404 if the endpoint is disabled', async () => {
    harness.route('GET /', await harness.put(ECHO));
    harness.httpApis.put({ id: API_ID, name: 'chat', isEndpointDisabled: true });
    expect((await fetch(harness.url)).status).toBe(404);
  });

  test('with 503 if the function takes longer than the integration allows, or is at its concurrency limit', async () => {
    const arn = await harness.put('exports.handler = async () => new Promise(resolve => setTimeout(resolve, 20_000));');
    harness.route('GET /', arn, { timeoutMilliseconds: 50 });
    const slow = await fetch(harness.url);
    expect([slow.status, await slow.json()]).toEqual([503, { message: 'Service Unavailable' }]);
    await harness.lambda.put(ECHO, { reservedConcurrency: 0 });
    expect((await fetch(harness.url)).status).toBe(503);
  });

  test('with 413 for a body over 10 MB', async () => {
    harness.route('POST /', await harness.put(ECHO));
    const response = await fetch(harness.url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
  });
});

test('a stage with a name is the first segment of the path, which the event has', async () => {
  harness.route('GET /rooms', await harness.put(ECHO));
  harness.httpApis.putStage(API_ID, { name: 'prod', isDeployed: true, variables: {} });
  expect(await eventOf('/prod/rooms')).toMatchObject({ rawPath: '/prod/rooms', routeKey: 'GET /rooms', requestContext: { stage: 'prod', http: { path: '/prod/rooms' } } });
  expect(await eventOf('/rooms')).toMatchObject({ rawPath: '/rooms', requestContext: { stage: '$default' } });
});

test('the permission of the $default route has the source ARN …/STAGE/$default', async () => {
  harness.route('$default', await harness.lambda.put(ECHO));
  harness.allow('Function', `${SOURCE_ARN}/$default/$default`);
  expect((await fetch(`${harness.url}/any`)).status).toBe(200);
});

test('a request is logged in one line, without its query string', async () => {
  harness.route('GET /rooms', await harness.put(ECHO));
  await fetch(`${harness.url}/rooms?token=secret`);
  expect(harness.lambda.liveLog.recent.filter(({ kind }) => kind === 'request')).toMatchObject([
    { level: 'info', text: 'GET /rooms on chat → 200', data: { operation: 'HttpApi', path: '/rooms', status: 200 } },
  ]);
});
