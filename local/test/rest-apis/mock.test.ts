import { methodOf } from '../../src/cloudformation/types/api-gateway-methods';
import { RestApiHarness } from '../support/rest-api-harness';

let harness: RestApiHarness;
beforeEach(async () => harness = await RestApiHarness.start());
afterEach(async () => harness.close());

/** In the form in which the CDK writes it. */
function mock(origin: string, responseTemplates?: object): void {
  const { integration } = methodOf({
    Integration: {
      IntegrationResponses: [{
        ResponseParameters: {
          'method.response.header.Access-Control-Allow-Headers': "'Content-Type,X-Api-Key'",
          'method.response.header.Access-Control-Allow-Origin': `'${origin}'`,
          'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,POST'",
        },
        ResponseTemplates: responseTemplates,
        StatusCode: '204',
      }],
      RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
      Type: 'MOCK',
    },
  });
  harness.method('OPTIONS /rooms', integration);
  harness.deploy();
}

const templateOf = (...origins: string[]) => ({
  'application/json': `#set($origin = $input.params().header.get("Origin"))
#if($origin == "")
  #set($origin = $input.params().header.get("origin"))
#end
#if(${origins.map(origin => `$origin.matches("${origin}")`).join(' || ')})
  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#end`,
});

const preflight = async (origin: string) => fetch(`${harness.url}/prod/rooms`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });

test('has the status and the headers', async () => {
  mock('*');
  const response = await preflight('http://localhost:3000');
  expect([response.status, await response.text()]).toEqual([204, '']);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-headers': 'Content-Type,X-Api-Key', 'access-control-allow-origin': '*', 'access-control-allow-methods': 'OPTIONS,POST',
  });
  expect(harness.requests.at(-1).reason).toBeUndefined();
});

test('allows pages of this machine besides the origin of the API, which the live log reports', async () => {
  mock('https://example.com');
  expect((await preflight('http://localhost:3000')).headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
  expect(harness.requests.at(-1)).toMatchObject({ status: 204, reason: 'pages of http://localhost:3000 are allowed here only, because the API allows https://example.com' });
  expect((await preflight('https://other.example.com')).headers.get('access-control-allow-origin')).toBe('https://example.com');
});

test('allows each of several origins', async () => {
  mock('https://one.example.com', templateOf('https://one.example.com', 'https://.*.two.example.com'));
  for (const origin of ['https://one.example.com', 'https://a.two.example.com']) {
    expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBe(origin);
  }
  expect((await preflight('https://three.example.com')).headers.get('access-control-allow-origin')).toBe('https://one.example.com');
});


test('is 501 with another mapping template', async () => {
  mock('*', { 'application/json': '$input.json("$")' });
  const response = await preflight('http://localhost:3000');
  expect([response.status, await response.json()]).toEqual([501, { message: 'ivschat-local does not support mapping templates of a mock integration, except those of the CDK for CORS.' }]);
});
