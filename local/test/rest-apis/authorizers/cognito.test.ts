import { API_ID, ECHO, RestApiHarness } from '../../support/rest-api-harness';
import { TokenKey } from '../../support/signed-token';

const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc';
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { 'iss': ISSUER, 'aud': 'web', 'sub': 'ada', 'token_use': 'id', 'iat': 1_500_000_000, 'exp': now + 600, 'cognito:groups': ['a', 'b'], 'email_verified': true };
const ACCESS = { ...CLAIMS, token_use: 'access', scope: 'chat/read openid' };
const key = new TokenKey();

let harness: RestApiHarness;

beforeAll(async () => {
  harness = await RestApiHarness.start();
  harness.keys.set(ISSUER, [key.publicKey]);
  const arn = await harness.put(ECHO);
  harness.restApis.putPart(API_ID, 'authorizer', 'users', { kind: 'COGNITO_USER_POOLS', name: 'users', header: 'Authorization', issuers: [ISSUER] });
  const settings = { authorizationType: 'COGNITO_USER_POOLS', authorizerId: 'users' } as const;
  harness.method('GET /me', arn, settings);
  harness.method('GET /scoped', arn, { ...settings, scopes: ['chat/read', 'chat/write'] });
  harness.method('GET /missing', arn, { ...settings, authorizerId: 'missing' });
  harness.deploy();
});

afterAll(async () => harness.close());

const call = async (token?: string, path = '/me') => fetch(`${harness.url}/prod${path}`, { headers: token === undefined ? {} : { authorization: token } });

test.each([['/me', key.token(CLAIMS)], ['/me', `Bearer ${key.token(CLAIMS)}`], ['/scoped', key.token(ACCESS)]])('%s accepts a token of the pool', async (path, token) => {
  expect((await call(token, path)).status).toBe(200);
});

test('the event has the claims as strings', async () => {
  const { requestContext: { authorizer } } = await (await call(key.token(CLAIMS))).json() as any;
  expect(authorizer).toEqual({
    claims: {
      ...CLAIMS, 'cognito:groups': 'a,b', 'email_verified': 'true', 'exp': expect.stringMatching(/^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/), 'iat': 'Fri Jul 14 02:40:00 UTC 2017',
    },
  });
});

test.each([
  ['no token', undefined, '/me'],
  ['a token of another key', new TokenKey().token(CLAIMS), '/me'],
  ['a token of another issuer', key.token({ ...CLAIMS, iss: 'https://other' }), '/me'],
  ['an access token without scopes of the method', key.token(ACCESS), '/me'],
  ['an id token with scopes of the method', key.token(CLAIMS), '/scoped'],
  ['an access token without one of the scopes', key.token({ ...ACCESS, scope: 'openid' }), '/scoped'],
  ['a text', 'hello', '/me'],
])('refuses %s', async (_what, token, path) => {
  const response = await call(token, path);
  expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
});

test('refuses a token that has expired', async () => {
  const response = await call(key.token({ ...CLAIMS, exp: now - 1 }));
  expect([response.status, await response.json()]).toEqual([401, { message: 'The incoming token has expired' }]);
});

test('is 500 without the authorizer', async () => {
  expect((await call(key.token(CLAIMS), '/missing')).status).toBe(500);
});
