import { API_ID, ECHO, RestApiHarness } from '../support/rest-api-harness';

const VALUE = 'abcdefghij0123456789';

let harness: RestApiHarness;

beforeAll(async () => {
  harness = await RestApiHarness.start();
  harness.method('GET /', await harness.put(ECHO), { isApiKeyRequired: true });
  harness.deploy();
});

beforeEach(() => {
  harness.restApis.putKey({ id: 'key', value: VALUE, isEnabled: true });
  harness.restApis.putUsagePlan({ id: 'plan', stages: [{ apiId: API_ID, stage: 'prod' }] });
  harness.restApis.addKeyToPlan('plan', 'key');
});

afterAll(async () => harness.close());

const call = async (value: string = VALUE) => fetch(`${harness.url}/prod`, { headers: value === '' ? {} : { 'x-api-key': value } });

test('a key of a usage plan for the stage is accepted, and the event has it', async () => {
  const response = await call();
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ requestContext: { identity: { apiKey: VALUE, apiKeyId: 'key' } } });
});

test.each<[string, () => void, string]>([
  ['without a key', () => undefined, ''],
  ['with another key', () => undefined, 'another'],
  ['with a disabled key', () => harness.restApis.putKey({ id: 'key', value: VALUE, isEnabled: false }), VALUE],
  ['with a deleted key', () => harness.restApis.deleteKey('key'), VALUE],
  ['with a key of no plan', () => harness.restApis.removeKeyFromPlan('plan', 'key'), VALUE],
  ['with a deleted plan', () => harness.restApis.deleteUsagePlan('plan'), VALUE],
  ['with a plan for another stage', () => harness.restApis.putUsagePlan({ id: 'plan', stages: [{ apiId: API_ID, stage: 'dev' }] }), VALUE],
  ['with a plan for another API', () => harness.restApis.putUsagePlan({ id: 'plan', stages: [{ apiId: 'other', stage: 'prod' }] }), VALUE],
])('is 403 %s', async (_what, change, value) => {
  change();
  const response = await call(value);
  expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  expect(harness.lambda.data('function')).toEqual([]);
});

test('is 501 for keys from authorizers', async () => {
  harness.putApi({ apiKeySource: 'AUTHORIZER' });
  harness.deploy();
  expect((await call()).status).toBe(501);
});
