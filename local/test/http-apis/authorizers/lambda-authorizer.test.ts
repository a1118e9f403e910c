import type { LambdaAuthorizer } from '../../../src/contracts/http-api';
import { API_ID, ECHO, HttpApiHarness, SOURCE_ARN } from '../../support/http-api-harness';

let harness: HttpApiHarness;
beforeEach(async () => harness = await HttpApiHarness.start());
afterEach(async () => harness.close());

/** Adds the routes /rooms and /users with an authorizer. */
async function authorizeBy(code: string, settings: Partial<LambdaAuthorizer> = {}): Promise<string> {
  const functionArn = await harness.lambda.put(code, { functionName: 'Authorizer' });
  harness.allow('Authorizer', `${SOURCE_ARN}/authorizers/own`);
  harness.httpApis.putAuthorizer(API_ID, {
    kind: 'CUSTOM', id: 'own', name: 'own', identitySources: ['$request.header.key'], functionArn, payloadVersion: '2.0', hasSimpleResponses: true, cacheSeconds: 0, ...settings,
  });
  const target = await harness.put(ECHO);
  for (const path of ['/rooms', '/users/{id}']) harness.route(`GET ${path}`, target, { authorizationType: 'CUSTOM', authorizerId: 'own' });
  return functionArn;
}

const call = async (path = '/rooms', key = 'secret') => fetch(harness.url + path, { headers: { key } });
const invocations = () => harness.lambda.texts().filter(text => text.includes('authorizing')).length;

const SIMPLE = 'exports.handler = async event => { console.log("authorizing"); return { isAuthorized: event.headers.key === "secret", context: { event, number: 1 } }; };';
const POLICY = `exports.handler = async event => {
  console.log("authorizing");
  const Resource = event.routeArn ?? event.methodArn;
  return { principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource }] }, context: { event } };
};`;

test('a simple response authorizes a request, and its context is in the event', async () => {
  await authorizeBy(SIMPLE, { identitySources: ['$request.header.Key', '$request.querystring.tenant', '$stageVariables.mode'] });
  harness.httpApis.putStage(API_ID, { name: '$default', isDeployed: true, variables: { mode: 'test' } });
  const { requestContext: { authorizer: { lambda } } } = await (await call('/rooms?tenant=a')).json() as any;
  expect(lambda).toMatchObject({ number: 1 });
  expect(lambda.event).toMatchObject({
    version: '2.0',
    type: 'REQUEST',
    routeArn: `${SOURCE_ARN}/$default/GET/rooms`,
    identitySource: ['secret', 'a', 'test'],
    routeKey: 'GET /rooms',
    rawPath: '/rooms',
    queryStringParameters: { tenant: 'a' },
    stageVariables: { mode: 'test' },
    requestContext: { apiId: API_ID, http: { method: 'GET', path: '/rooms' }, stage: '$default' },
  });
  expect(lambda.event.requestContext).not.toHaveProperty('authorizer');
});

test('a policy authorizes a request, in payload format 1.0 for the authorizer and the integration', async () => {
  await authorizeBy(POLICY, { payloadVersion: '1.0', hasSimpleResponses: false });
  const target = await harness.put('exports.handler = async event => ({ statusCode: 200, body: JSON.stringify(event) });', 'V1');
  harness.route('GET /v1/{id}', target, { authorizationType: 'CUSTOM', authorizerId: 'own', payloadVersion: '1.0' });
  const { requestContext: { authorizer } } = await (await call('/v1/a')).json() as any;
  expect(authorizer).toMatchObject({ principalId: 'ada' });
  expect(authorizer.event).toMatchObject({
    version: '1.0',
    type: 'REQUEST',
    methodArn: `${SOURCE_ARN}/$default/GET/v1/a`,
    identitySource: 'secret',
    authorizationToken: 'secret',
    resource: '/v1/{id}',
    path: '/v1/a',
    httpMethod: 'GET',
    pathParameters: { id: 'a' },
  });
});

test('fails with 403 if the function denies the request', async () => {
  await authorizeBy(SIMPLE);
  const response = await call('/rooms', 'wrong');
  expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
});

test.each([
  ['denies', '{ Effect: "Deny", Action: "*", Resource: "*" }'],
  ['allows another action', '{ Effect: "Allow", Action: "execute-api:Other", Resource: "*" }'],
  ['has an action that is not a string', '{ Effect: "Allow", Action: { toString: 1, valueOf: 1 }, Resource: "*" }'],
  ['allows another method', '{ Effect: "Allow", Action: "execute-api:Invoke", Resource: event.routeArn.replace("GET", "POST") }'],
])('fails with 403 if the policy %s', async (_what, statement) => {
  await authorizeBy(`exports.handler = async event => ({ principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: ${statement} } });`, { hasSimpleResponses: false });
  expect((await call()).status).toBe(403);
});

test('fails with 401 without an identity source, and does not invoke the function', async () => {
  await authorizeBy(SIMPLE, { identitySources: ['$request.header.key', '$request.querystring.tenant'] });
  for (const path of ['/rooms', '/rooms?tenant=']) {
    const response = await call(path);
    expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
  }
  expect(invocations()).toBe(0);
});

test.each([
  ['fails', true, 'Promise.reject(new Error("no"))'],
  ['returns null', true, 'null'],
  ['returns no isAuthorized', true, '{}'],
  ['returns a string as isAuthorized', true, '{ isAuthorized: "true" }'],
  ['returns a simple response instead of a policy', false, '{ isAuthorized: true }'],
  ['returns an invalid statement', false, '{ policyDocument: { Statement: [null] } }'],
])('fails with 500 if the function %s', async (_what, hasSimpleResponses, result) => {
  await authorizeBy(`exports.handler = async () => (${result});`, { hasSimpleResponses });
  const response = await call();
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
});

test('fails with 500 without the permission of the authorizer', async () => {
  const arn = await authorizeBy(SIMPLE, { id: 'own' });
  harness.httpApis.putAuthorizer(API_ID, {
    kind: 'CUSTOM', id: 'other', name: 'other', identitySources: [], functionArn: arn, payloadVersion: '2.0', hasSimpleResponses: true, cacheSeconds: 0,
  });
  harness.route('GET /other', arn, { authorizationType: 'CUSTOM', authorizerId: 'other' });
  expect((await call('/other')).status).toBe(500);
  expect(harness.requests).toMatchObject([{ reason: expect.stringContaining(`with the source ARN ${SOURCE_ARN}/authorizers/other`) }]);
});

describe('caching', () => {
  test('by identity sources, for its duration', async () => {
    await authorizeBy(SIMPLE, { cacheSeconds: 300 });
    const statuses = async () => [(await call()).status, (await call('/users/a')).status, (await call('/rooms', 'wrong')).status];
    expect([await statuses(), await statuses()]).toEqual([[200, 200, 403], [200, 200, 403]]);
    expect(invocations()).toBe(2);
    harness.now += 300_000;
    await call();
    expect(invocations()).toBe(3);
  });

  test('of a policy for one route denies the others, as in AWS', async () => {
    await authorizeBy(POLICY, { cacheSeconds: 300, hasSimpleResponses: false });
    expect([(await call('/users/a')).status, (await call('/users/b')).status, (await call('/users/a')).status]).toEqual([200, 403, 200]);
    expect(invocations()).toBe(1);
  });

  test.each([[0, ['$request.header.key']], [300, []]])('is off with %d seconds and the identity sources %j', async (cacheSeconds, identitySources) => {
    await authorizeBy(SIMPLE, { cacheSeconds, identitySources });
    await call();
    await call();
    expect(invocations()).toBe(2);
  });

  test('does not keep failures', async () => {
    await authorizeBy('exports.handler = async () => { console.log("authorizing"); throw new Error("no"); };', { cacheSeconds: 300 });
    await call();
    await call();
    expect(invocations()).toBe(2);
  });
});
