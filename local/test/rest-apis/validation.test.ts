import { API_ID, ECHO, RestApiHarness } from '../support/rest-api-harness';

const SCHEMA = {
  $schema: 'http://json-schema.org/draft-04/schema#',
  title: 'Join',
  type: 'object',
  properties: { user: { type: 'string', minLength: 1 }, age: { type: 'number', minimum: 0, exclusiveMinimum: true }, tags: { type: 'array', items: { enum: ['a', 'b'] } } },
  required: ['user'],
};

let harness: RestApiHarness;

beforeAll(async () => {
  harness = await RestApiHarness.start();
  const arn = await harness.put(ECHO);
  harness.restApis.putPart(API_ID, 'model', 'Join', { schema: SCHEMA });
  harness.restApis.putPart(API_ID, 'model', 'Many', { schema: { type: 'array', items: { $ref: `https://apigateway.amazonaws.com/restapis/${API_ID}/models/Join` } } });
  harness.restApis.putPart(API_ID, 'validator', 'body', { validatesBody: true, validatesParameters: false });
  harness.restApis.putPart(API_ID, 'validator', 'parameters', { validatesBody: false, validatesParameters: true });
  harness.method('POST /join', arn, { validatorId: 'body', models: { 'application/json': 'Join' } });
  harness.method('POST /many', arn, { validatorId: 'body', models: { 'application/json': 'Many' } });
  harness.method('POST /any', arn, { validatorId: 'body', models: { $default: 'Join' } });
  harness.method('POST /unvalidated', arn, { models: { 'application/json': 'Join' } });
  harness.method('GET /rooms/{id}', arn, {
    validatorId: 'parameters', requiredParameters: ['method.request.path.id', 'method.request.querystring.page', 'method.request.header.X-User'],
  });
  harness.deploy();
});

afterAll(async () => harness.close());

const post = async (path: string, body: string, contentType: string) => {
  return fetch(`${harness.url}/prod${path}`, { method: 'POST', body, headers: { 'content-type': contentType } });
};

test.each([
  ['/join', '{"user":"ada","age":1,"tags":["a"],"more":1}', 'application/json'],
  ['/many', '[{"user":"ada"}]', 'application/json'],
  ['/any', '{"user":"ada"}', 'text/plain'],
  // AWS documents that such a body is not validated.
  ['/join', 'hello', 'text/plain'],
  ['/unvalidated', '{}', 'application/json'],
])('POST %s accepts %s of %s', async (path, body, contentType) => {
  expect((await post(path, body, contentType)).status).toBe(200);
});

test.each([
  ['/join', '{}', 'application/json'],
  ['/join', '', 'application/json'],
  ['/join', 'hello', 'application/json'],
  ['/join', '{}', 'application/json; charset=utf-8'],
  ['/join', '[]', 'application/json'],
  ['/join', '{"user":""}', 'application/json'],
  // Draft 4 has a boolean exclusiveMinimum.
  ['/join', '{"user":"ada","age":0}', 'application/json'],
  ['/join', '{"user":"ada","tags":["c"]}', 'application/json'],
  ['/many', '[{"user":"ada"},{}]', 'application/json'],
  ['/any', '{}', 'text/plain'],
])('POST %s refuses %j of %s', async (path, body, contentType) => {
  const response = await post(path, body, contentType);
  expect([response.status, await response.json(), response.headers.get('x-amzn-errortype')]).toEqual([400, { message: 'Invalid request body' }, 'BadRequestException']);
  expect(harness.requests.at(-1).reason).toMatch(/^the body (does not match the model|is not JSON)/);
});

test('required parameters must have a value', async () => {
  const get = async (query: string, headers = {}) => fetch(`${harness.url}/prod/rooms/a${query}`, { headers });
  expect((await get('?page=1', { 'x-user': 'ada' })).status).toBe(200);
  const response = await get('?page=');
  expect([response.status, await response.json()]).toEqual([400, { message: 'Missing required request parameters: [page, X-User]' }]);
});
