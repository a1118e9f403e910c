import { API_ID, ECHO, HttpApiHarness } from '../../support/http-api-harness';
import { TokenKey } from '../../support/signed-token';

const ISSUER = 'https://login.example.com/';
const now = Math.floor(Date.now() / 1000);
const CLAIMS = { iss: ISSUER, aud: 'chat', sub: 'ada', iat: now - 10, exp: now + 600 };
const key = new TokenKey();
const otherKey = new TokenKey();

let harness: HttpApiHarness;

beforeAll(async () => {
  harness = await HttpApiHarness.start();
  harness.keys.set(ISSUER, [otherKey.publicKey, key.publicKey]);
  const arn = await harness.put(ECHO);
  const authorizer = { kind: 'JWT', name: 'users', issuer: ISSUER, audience: ['other', 'chat'] } as const;
  harness.httpApis.putAuthorizer(API_ID, { ...authorizer, id: 'header', identitySources: ['$request.header.Authorization'] });
  harness.httpApis.putAuthorizer(API_ID, { ...authorizer, id: 'query', identitySources: ['$request.querystring.token'] });
  harness.httpApis.putAuthorizer(API_ID, { ...authorizer, id: 'unknown', identitySources: ['$request.header.Authorization'], issuer: 'https://unknown.example.com' });
  const routes = { me: ['header'], query: ['query'], unknown: ['unknown'], scoped: ['header', 'chat/read', 'chat/write'] };
  for (const [path, [authorizerId, ...scopes]] of Object.entries(routes)) harness.route(`GET /${path}`, arn, { authorizationType: 'JWT', authorizerId, scopes });
  harness.route('GET /v1', await harness.put('exports.handler = async event => ({ statusCode: 200, body: JSON.stringify(event) });', 'V1'), {
    authorizationType: 'JWT', authorizerId: 'header', payloadVersion: '1.0',
  });
});

afterAll(async () => harness.close());

const call = async (token?: string, path = '/me') => fetch(harness.url + path, { headers: token === undefined ? {} : { authorization: token } });
const without = (...names: string[]) => Object.fromEntries(Object.entries(CLAIMS).filter(([name]) => !names.includes(name)));

describe('accepts', () => {
  test.each([
    ['a token', key.token(CLAIMS)],
    ['a token after "Bearer"', `Bearer ${key.token(CLAIMS)}`],
    ['a token after "bearer"', `bearer ${key.token(CLAIMS)}`],
    ['another key of the issuer', otherKey.token(CLAIMS)],
    ['RS384', key.token(CLAIMS, { alg: 'RS384' })],
    ['RS512', key.token(CLAIMS, { alg: 'RS512' })],
    ['one of many audiences', key.token({ ...CLAIMS, aud: ['x', 'chat'] })],
    ['a client_id without an audience, as in access tokens of Amazon Cognito', key.token({ ...without('aud'), client_id: 'chat' })],
    ['a token without optional times', key.token(without('iat'))],
    ['a time from which it is valid in the past', key.token({ ...CLAIMS, nbf: now - 1 })],
  ])('%s', async (_what, token) => {
    expect((await call(token)).status).toBe(200);
  });

  test('a token in the query string', async () => {
    expect((await call(undefined, `/query?token=${key.token(CLAIMS)}`)).status).toBe(200);
    expect((await call(key.token(CLAIMS), '/query')).status).toBe(401);
  });

  test.each([[{ scope: 'x chat/write' }], [{ scp: ['chat/read'] }], [{ scp: 'chat/read' }]])('one of the scopes of the route in %j', async claims => {
    expect((await call(key.token({ ...CLAIMS, ...claims }), '/scoped')).status).toBe(200);
  });
});

describe('the event', () => {
  test('has the claims as strings, and lists in brackets', async () => {
    const token = key.token({ ...CLAIMS, 'cognito:groups': ['moderators', 'admins'], 'email_verified': true });
    expect((await (await call(token)).json() as any).requestContext.authorizer).toEqual({
      jwt: {
        claims: { 'iss': ISSUER, 'aud': 'chat', 'sub': 'ada', 'iat': String(CLAIMS.iat), 'exp': String(CLAIMS.exp), 'cognito:groups': '[moderators admins]', 'email_verified': 'true' },
        scopes: null,
      },
    });
  });

  test('has the scopes of the token if the route has scopes', async () => {
    const event = await (await call(key.token({ ...CLAIMS, scope: 'chat/read x' }), '/scoped')).json() as any;
    expect(event.requestContext.authorizer.jwt.scopes).toEqual(['chat/read', 'x']);
  });

  test('in payload format 1.0 has the claims in its authorizer', async () => {
    const event = await (await call(key.token(CLAIMS), '/v1')).json() as any;
    expect(event.requestContext.authorizer).toMatchObject({ claims: { sub: 'ada' }, scopes: null });
  });
});

describe('fails with 401 for', () => {
  const [header, payload, signature] = key.token(CLAIMS).split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  test.each([
    ['text that is not a token', 'Bearer hello'],
    ['a part that is not JSON', `x.${payload}.${signature}`],
    ['claims that are a list', `${header}.${encode([])}.${signature}`],
    ['changed claims', `${header}.${encode({ ...CLAIMS, sub: 'eve' })}.${signature}`],
    ['a token without a signature', `${encode({ alg: 'none', kid: key.kid })}.${payload}.`],
    ['the public key as a shared secret', `${encode({ alg: 'HS256', kid: key.kid })}.${payload}.${signature}`],
    ['the name of a member of objects as the algorithm', `${encode({ alg: 'constructor', kid: key.kid })}.${payload}.${signature}`],
    ['an algorithm that is not a string', `${encode({ alg: { toString: 1, valueOf: 1 }, kid: key.kid })}.${payload}.${signature}`],
    ['a key of another issuer', new TokenKey().token(CLAIMS)],
    ['a token without a key id', key.token(CLAIMS, { kid: undefined })],
    ['the id of another key', key.token(CLAIMS, { kid: otherKey.kid })],
    ['another issuer', key.token({ ...CLAIMS, iss: 'https://login.example.com' })],
    ['another audience', key.token({ ...CLAIMS, aud: 'x' })],
    ['another audience, even with a valid client_id', key.token({ ...CLAIMS, aud: 'x', client_id: 'chat' })],
    ['no audience', key.token(without('aud'))],
    ['an expired token', key.token({ ...CLAIMS, exp: now - 1 })],
    ['a token without an expiry', key.token(without('exp'))],
    ['a token that is valid later', key.token({ ...CLAIMS, nbf: now + 600 })],
    ['a token that is issued later', key.token({ ...CLAIMS, iat: now + 600 })],
    ['times that are no numbers', key.token({ ...CLAIMS, nbf: { toString: 1, valueOf: 1 } })],
  ])('%s', async (_what, token) => {
    const response = await call(token);
    expect([response.status, await response.json()]).toEqual([401, { message: 'Unauthorized' }]);
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer scope="" error="invalid_token" error_description="[a-z ]+"$/);
  });

  test('a request without a token', async () => {
    const response = await call();
    expect([response.status, response.headers.get('www-authenticate'), await response.json()]).toEqual([401, 'Bearer', { message: 'Unauthorized' }]);
  });

  test('an issuer that this runtime does not play, and logs it', async () => {
    expect((await call(key.token(CLAIMS), '/unknown')).status).toBe(401);
    expect(harness.requests.at(-1)).toMatchObject({ reason: 'ivschat-local does not issue tokens of https://unknown.example.com, the issuer of the authorizer users' });
  });
});

test('fails with 403 for a token without a scope of the route', async () => {
  for (const claims of [{}, { scope: 'chat' }, { scope: 'chat/reader' }]) {
    const response = await call(key.token({ ...CLAIMS, ...claims }), '/scoped');
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
    expect(response.headers.get('www-authenticate')).toBe('Bearer scope="chat/read chat/write" error="insufficient_scope"');
  }
});

test('the live log has no token', () => {
  expect(JSON.stringify(harness.lambda.liveLog.recent.filter(({ kind }) => kind === 'request'))).not.toContain('eyJ');
});
