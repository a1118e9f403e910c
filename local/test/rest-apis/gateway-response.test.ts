import { API_ID, ECHO, RestApiHarness } from '../support/rest-api-harness';

let harness: RestApiHarness;

beforeAll(async () => {
  harness = await RestApiHarness.start();
  harness.method('GET /key', await harness.put(ECHO), { isApiKeyRequired: true });
  harness.method('GET /fails', await harness.put('exports.handler = async () => "no";', 'Fails'));
  harness.restApis.putPart(API_ID, 'gatewayResponse', 'DEFAULT_4XX', { headers: { 'Access-Control-Allow-Origin': '*' } });
  harness.restApis.putPart(API_ID, 'gatewayResponse', 'INVALID_API_KEY', {
    headers: { 'X-Mine': 'yes' }, status: 401, template: '{"error":$context.error.messageString,"type":"$context.error.responseType","other":"$context.other"}',
  });
  harness.deploy();
});

afterAll(async () => harness.close());

const call = async (path: string) => fetch(`${harness.url}/prod${path}`);

test('the response of the type has another status, body and headers', async () => {
  const response = await call('/key');
  expect([response.status, await response.json(), response.headers.get('x-mine')])
    .toEqual([401, { error: 'Forbidden', type: 'INVALID_API_KEY', other: '$context.other' }, 'yes']);
});

test('a default response adds its headers, for pages of other origins', async () => {
  const response = await call('/missing');
  expect([response.status, await response.json(), response.headers.get('access-control-allow-origin')]).toEqual([403, { message: 'Missing Authentication Token' }, '*']);
});

test('another class of responses stays as it is', async () => {
  const response = await call('/fails');
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([502, null]);
});
