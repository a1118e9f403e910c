import type { RestApiAuthorizer } from '../../../src/contracts/rest-api';
import { API_ID, ECHO, RestApiHarness, SOURCE_ARN } from '../../support/rest-api-harness';

let harness: RestApiHarness;
beforeEach(async () => harness = await RestApiHarness.start());
afterEach(async () => harness.close());

const POLICY = `exports.handler = async event => {
  console.log("authorizing");
  const Effect = (event.authorizationToken ?? event.headers.key) === "secret" ? "Allow" : "Deny";
  return { principalId: 'ada', policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect, Resource: event.methodArn }] }, context: { event: JSON.stringify(event), number: 1 } };
};`;

async function authorizeBy(code: string, settings: Partial<RestApiAuthorizer & { kind: 'REQUEST' | 'TOKEN' }>): Promise<void> {
  const functionArn = await harness.lambda.put(code, { functionName: 'Authorizer' });
  harness.allow('Authorizer', `${SOURCE_ARN}/authorizers/own`);
  harness.restApis.putPart(API_ID, 'authorizer', 'own', { kind: 'TOKEN', name: 'own', identitySources: ['method.request.header.key'], functionArn, cacheSeconds: 0, ...settings });
  const target = await harness.put(ECHO);
  for (const path of ['/rooms', '/users']) harness.method(`GET ${path}`, target, { authorizationType: 'CUSTOM', authorizerId: 'own' });
  harness.deploy();
}

const call = async (key?: string, path = '/rooms') => fetch(`${harness.url}/prod${path}`, { headers: key === undefined ? {} : { key } });
const invocations = () => harness.lambda.texts().filter(text => text.includes('authorizing')).length;

test('a TOKEN authorizer gets the token, and its context is in the event', async () => {
  await authorizeBy(POLICY, {});
  const { requestContext: { authorizer } } = await (await call('secret')).json() as any;
  expect(authorizer).toMatchObject({ principalId: 'ada', number: 1 });
  expect(JSON.parse(authorizer.event)).toEqual({ type: 'TOKEN', methodArn: `${SOURCE_ARN}/prod/GET/rooms`, authorizationToken: 'secret' });
});

test('a REQUEST authorizer gets the request', async () => {
  await authorizeBy(POLICY, { kind: 'REQUEST' });
  const { requestContext: { authorizer } } = await (await call('secret', '/rooms?a=1')).json() as any;
  expect(JSON.parse(authorizer.event)).toMatchObject({
    type: 'REQUEST',
    methodArn: `${SOURCE_ARN}/prod/GET/rooms`,
    resource: '/rooms',
    path: '/rooms',
    httpMethod: 'GET',
    queryStringParameters: { a: '1' },
    requestContext: { stage: 'prod', resourcePath: '/rooms' },
  });
});

test.each([
  ['without an identity source', undefined, {}, 401, 'Unauthorized'],
  ['with a token of another form', 'other', { tokenPattern: '^secret$' }, 401, 'Unauthorized'],
  ['that the policy denies', 'other', {}, 403, 'User is not authorized to access this resource'],
])('refuses a request %s', async (_what, key, settings, status, message) => {
  await authorizeBy(POLICY, settings);
  const response = await call(key);
  expect([response.status, await response.json()]).toEqual([status, { message }]);
});

test.each(['exports.handler = async () => ({ isAuthorized: true });', 'exports.handler = async () => { throw new Error(); };'])('is an error for the authorizer %s', async code => {
  await authorizeBy(code, {});
  const response = await call('secret');
  expect(response.status).toBeGreaterThanOrEqual(500);
  expect(await response.json()).toEqual({ message: 'Internal server error' });
});

test('a cached policy is evaluated for each method', async () => {
  await authorizeBy(POLICY, { cacheSeconds: 60 });
  expect([(await call('secret')).status, (await call('secret')).status, (await call('secret', '/users')).status]).toEqual([200, 200, 403]);
  expect(invocations()).toBe(1);
});
