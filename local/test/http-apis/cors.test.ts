import { API_ID, ECHO, HttpApiHarness } from '../support/http-api-harness';

const CORS = { AllowOrigins: ['http://localhost:3000'], AllowMethods: ['POST'], AllowHeaders: ['content-type'], ExposeHeaders: ['x-mine'], AllowCredentials: true, MaxAge: 60 };

let harness: HttpApiHarness;
beforeEach(async () => harness = await HttpApiHarness.start());
afterEach(async () => harness.close());

async function preflight(origin = 'http://localhost:3000'): Promise<Response> {
  return fetch(`${harness.url}/rooms`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
}

test('a preflight request is answered without a route', async () => {
  harness.putApi(CORS);
  const response = await preflight();
  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': 'http://localhost:3000',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'content-type',
    'access-control-allow-credentials': 'true',
    'access-control-max-age': '60',
  });
});

test('a preflight request does not invoke the function of a matching route', async () => {
  harness.putApi(CORS);
  harness.route('ANY /rooms', await harness.put('exports.handler = async () => { console.log("ran"); };'));
  expect((await preflight()).status).toBe(204);
  expect(harness.lambda.data()).toEqual([]);
});

test('fails to answer a preflight request of a $default route with an authorizer, as AWS documents', async () => {
  harness.putApi(CORS);
  const arn = await harness.put(ECHO);
  harness.httpApis.putAuthorizer(API_ID, { kind: 'JWT', id: 'jwt', name: 'users', identitySources: ['$request.header.Authorization'], issuer: 'https://issuer', audience: [] });
  harness.route('$default', arn, { authorizationType: 'JWT', authorizerId: 'jwt' });
  expect((await preflight()).status).toBe(401);
  harness.route('OPTIONS /{proxy+}', arn);
  expect((await preflight()).status).toBe(204);
});

test('without CORS, a preflight request is an ordinary one', async () => {
  expect((await preflight()).status).toBe(404);
  harness.route('OPTIONS /rooms', await harness.put('exports.handler = async () => ({ statusCode: 204, headers: { "Access-Control-Allow-Origin": "*" } });'));
  const response = await preflight();
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
});

test('the headers of the API replace those of the function', async () => {
  harness.putApi(CORS);
  harness.route('POST /rooms', await harness.put('exports.handler = async () => ({ statusCode: 200, headers: { "Access-Control-Allow-Origin": "*", "access-control-max-age": "9", "x-mine": "1" } });'));
  const post = async (origin: string) => (await fetch(`${harness.url}/rooms`, { method: 'POST', headers: { origin } })).headers;
  const allowed = await post('http://localhost:3000');
  expect([allowed.get('access-control-allow-origin'), allowed.get('access-control-expose-headers'), allowed.get('x-mine')]).toEqual(['http://localhost:3000', 'x-mine', '1']);
  const refused = await post('https://app.example.com');
  expect([refused.get('access-control-allow-origin'), refused.get('access-control-max-age'), refused.get('x-mine')]).toEqual([null, null, '1']);
});

test.each([
  [['*'], 'http://localhost:1', '*'],
  [['http://*'], 'http://localhost:1', 'http://localhost:1'],
  [['https://*'], 'http://app.example.com', null],
  [['https://*', 'http://localhost:1'], 'http://localhost:1', 'http://localhost:1'],
])('with the origins %j, %s is allowed as %s', async (AllowOrigins, origin, expected) => {
  harness.putApi({ AllowOrigins });
  expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe(expected);
});

test('a page of this machine is allowed although AWS would refuse it, and the live log reports it', async () => {
  harness.putApi({ ...CORS, AllowOrigins: ['https://*'] });
  expect((await preflight()).headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  expect(harness.lambda.texts('request')).toEqual([expect.stringMatching(/^OPTIONS .* → 204: pages of http:\/\/localhost:3000 are allowed here only/)]);
});

test('errors have the headers as well', async () => {
  harness.putApi(CORS);
  const response = await fetch(`${harness.url}/missing`, { headers: { origin: 'http://localhost:3000' } });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([404, 'http://localhost:3000']);
});
