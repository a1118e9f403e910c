import * as http from 'node:http';
import { ENVIRONMENT } from '../support/lambda-harness';
import { API_ID, ECHO, RestApiHarness, SOURCE_ARN } from '../support/rest-api-harness';

let harness: RestApiHarness;
beforeEach(async () => harness = await RestApiHarness.start());
afterEach(async () => harness.close());

const call = async (path: string, init?: RequestInit) => fetch(`${harness.url}/prod${path}`, init);

async function eventOf(path: string, init?: RequestInit): Promise<any> {
  const response = await call(path, init);
  expect(response.status).toBe(200);
  return response.json();
}

/** Sends headers in the case in which they are written. */
async function eventOfRaw(path: string, headers: string[]): Promise<any> {
  const url = new URL(`${harness.url}/prod${path}`);
  return new Promise((resolve, reject) => {
    // Node.js accepts a flat list of names and values.
    const request = http.request({ host: url.hostname, port: url.port, path: url.pathname, headers: headers as any }, response => {
      response.setEncoding('utf8').once('data', text => resolve(JSON.parse(text)));
    });
    request.on('error', reject).end();
  });
}

describe('the event', () => {
  test('has the members of the example of AWS', async () => {
    harness.method('POST /{proxy+}', await harness.put(ECHO));
    harness.deploy({ stageVariableName: 'stageVariableValue' });
    const event = await eventOf('/hello/world?name=me&multivalueName=you&multivalueName=me', {
      method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json', 'user-agent': 'test' },
    });
    const { host } = new URL(harness.url);
    expect(event).toEqual({
      resource: '/{proxy+}',
      path: '/hello/world',
      httpMethod: 'POST',
      headers: expect.objectContaining({
        'Host': host,
        'content-type': 'application/json',
        'X-Amzn-Trace-Id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'X-Forwarded-For': '127.0.0.1',
        'X-Forwarded-Port': expect.stringMatching(/^\d+$/),
        'X-Forwarded-Proto': 'http',
      }),
      multiValueHeaders: expect.objectContaining({ 'Host': [host], 'content-type': ['application/json'] }),
      queryStringParameters: { name: 'me', multivalueName: 'me' },
      multiValueQueryStringParameters: { name: ['me'], multivalueName: ['you', 'me'] },
      pathParameters: { proxy: 'hello/world' },
      stageVariables: { stageVariableName: 'stageVariableValue' },
      requestContext: {
        accountId: ENVIRONMENT.account,
        apiId: API_ID,
        domainName: host,
        domainPrefix: API_ID,
        extendedRequestId: expect.any(String),
        httpMethod: 'POST',
        identity: {
          accessKey: null,
          accountId: null,
          apiKey: null,
          caller: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: '127.0.0.1',
          user: null,
          userAgent: 'test',
          userArn: null,
        },
        path: '/prod/hello/world',
        protocol: 'HTTP/1.1',
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        requestTimeEpoch: expect.any(Number),
        resourceId: 'root/{proxy+}',
        resourcePath: '/{proxy+}',
        stage: 'prod',
      },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  test('has null for members without a value', async () => {
    await harness.serve('GET /');
    expect(await eventOf('/')).toMatchObject({
      resource: '/',
      path: '/',
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
  });

  test('keeps the case of headers, has the last value of each, and none of the connection', async () => {
    await harness.serve('GET /');
    const { headers, multiValueHeaders } = await eventOfRaw('/', ['Host', '127.0.0.1', 'X-Mine', 'one', 'x-mine', 'two', 'Connection', 'close', 'x-forwarded-for', 'forged']);
    expect(headers).toMatchObject({ 'X-Mine': 'two', 'X-Forwarded-For': '127.0.0.1' });
    expect(multiValueHeaders).toMatchObject({ 'X-Mine': ['one', 'two'] });
    expect(Object.keys(headers).filter(name => /^(connection|x-mine|host|x-forwarded-for)$/i.test(name)).sort()).toEqual(['Host', 'X-Forwarded-For', 'X-Mine']);
  });

  test.each([
    [[], 'image/png', false],
    [['image/png'], 'image/png', true],
    [['image/*'], 'image/png; charset=x', true],
    [['image/png'], 'application/json', false],
    [['*/*'], 'application/json', true],
  ])('with the binary media types %j has a body of %s in Base64: %s', async (binaryMediaTypes, contentType, isBase64Encoded) => {
    harness.putApi({ binaryMediaTypes });
    await harness.serve('POST /');
    const event = await eventOf('/', { method: 'POST', body: 'hü', headers: { 'content-type': contentType } });
    expect(event).toMatchObject({ isBase64Encoded, body: isBase64Encoded ? 'aMO8' : 'hü' });
  });
});

describe('the response', () => {
  test('has the status, the headers and the body of the function', async () => {
    await harness.serve('GET /', `exports.handler = async () => ({
      statusCode: '201', headers: { 'Content-Type': 'text/plain', 'X-One': '1' }, multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] }, body: 'hello',
    });`);
    const response = await call('/');
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-one'), await response.text()]).toEqual([201, 'text/plain', '1', 'hello']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each([
    [[], '*/*', 'aMO8'],
    [['image/png'], 'image/png, */*', 'hü'],
    [['image/png'], '*/*, image/png', 'aMO8'],
    [['*/*'], 'text/html', 'hü'],
  ])('with the binary media types %j and accept: %s is %s', async (binaryMediaTypes, accept, expected) => {
    harness.putApi({ binaryMediaTypes });
    await harness.serve('GET /', 'exports.handler = async () => ({ statusCode: 200, body: "aMO8", isBase64Encoded: true });');
    expect(await (await call('/', { headers: { accept } })).text()).toBe(expected);
  });

  test.each([
    ['a text', '"hello"'],
    ['nothing', 'undefined'],
    ['another member', '{ statusCode: 200, message: "hello" }'],
    ['a body that is an object', '{ statusCode: 400, body: { error: "no" } }'],
    ['an invalid status', '{ statusCode: "ok" }'],
    ['an invalid header', '{ statusCode: 200, headers: { "x y": "1" } }'],
  ])('is 502 for a function that returns %s', async (_what, result) => {
    await harness.serve('GET /', `exports.handler = async () => (${result});`);
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([502, { message: 'Internal server error' }]);
    expect(response.headers.get('x-amzn-errortype')).toBe('InternalServerErrorException');
  });

  test('is 502 for a function that fails', async () => {
    await harness.serve('GET /', 'exports.handler = async () => { throw new Error("oops"); };');
    expect([(await call('/')).status, harness.requests.at(-1).reason]).toEqual([502, expect.stringMatching(/function:Function failed$/)]);
  });

  test('is 504 for a function that takes longer than the integration', async () => {
    harness.method('GET /', { kind: 'lambda', functionArn: await harness.put('exports.handler = () => new Promise(() => undefined);'), timeoutMilliseconds: 50 });
    harness.deploy();
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([504, { message: 'Endpoint request timed out' }]);
  });

  test('is 500 for a function without the permission, which the live log names', async () => {
    harness.method('GET /rooms/{id}', await harness.lambda.put(ECHO));
    harness.deploy();
    const response = await call('/rooms/a');
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal server error' }]);
    expect(harness.requests.at(-1)).toMatchObject({ operation: 'RestApi', method: 'GET', path: '/prod/rooms/a', status: 500, reason: expect.stringContaining(`${SOURCE_ARN}/prod/GET/rooms/{id}`) });
    harness.allow('Function', `${SOURCE_ARN}/prod/GET/rooms/*`);
    expect((await call('/rooms/a')).status).toBe(200);
    expect((await call('/rooms/a', { method: 'DELETE' })).status).toBe(403);
  });

  test('is 413 for a body of more than 10 MB', async () => {
    await harness.serve('POST /');
    const response = await call('/', { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect([response.status, await response.json()]).toEqual([413, { message: 'HTTP content length exceeded 10485760 bytes.' }]);
  });

  test('is 501 for an integration that only AWS has', async () => {
    harness.method('GET /', { kind: 'unsupported', reason: 'ivschat-local does not support integrations of type HTTP.' });
    harness.deploy();
    const response = await call('/');
    expect([response.status, await response.json()]).toEqual([501, { message: 'ivschat-local does not support integrations of type HTTP.' }]);
  });
});

describe('the path', () => {
  test('is 403 Missing Authentication Token without a resource or a method', async () => {
    await harness.serve('GET /rooms');
    for (const [path, method] of [['/', 'GET'], ['/users', 'GET'], ['/rooms', 'POST']]) {
      const response = await call(path, { method });
      expect([response.status, await response.json(), response.headers.get('x-amzn-errortype')])
        .toEqual([403, { message: 'Missing Authentication Token' }, 'MissingAuthenticationTokenException']);
    }
  });

  test('is 403 Forbidden without a stage, or with a disabled endpoint', async () => {
    await harness.serve('GET /rooms');
    for (const path of ['', '/', '/dev/rooms', '/rooms']) {
      const response = await fetch(harness.url + path);
      expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
    }
    harness.putApi({ isEndpointDisabled: true });
    expect((await call('/rooms')).status).toBe(403);
  });

  test('is that of another API without an id of this runtime', async () => {
    expect((await fetch(`${harness.lambda.endpoint}/execute-api/unknown/prod`)).status).toBe(404);
  });
});

test('a stage serves what was deployed to it, until the next deployment', async () => {
  await harness.serve('GET /one');
  harness.method('GET /two', await harness.put(ECHO, 'Two'));
  harness.restApis.putPart(API_ID, 'gatewayResponse', 'DEFAULT_4XX', { status: 400, headers: {} });
  expect((await call('/two')).status).toBe(403);
  harness.deploy({}, 'next');
  expect([(await call('/two')).status, (await fetch(`${harness.url}/next/two`)).status]).toEqual([403, 200]);
});

test('stage variables name functions', async () => {
  const arn = await harness.put('exports.handler = async () => ({ statusCode: 200, body: "blue" });', 'blue');
  harness.method('GET /', arn.replace(/blue$/, '${stageVariables.color}'));
  harness.deploy({ color: 'blue' });
  expect(await (await call('/')).text()).toBe('blue');
});
