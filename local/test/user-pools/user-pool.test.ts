import { createPublicKey, verify } from 'node:crypto';
import { LiveLog } from '../../src/live-log/live-log';
import { UserPools } from '../../src/user-pools/user-pools';

const ENVIRONMENT = { account: '123456789012', region: 'eu-west-1' };
const POOL = 'eu-west-1_AbCdEf123';
const ISSUER = `https://cognito-idp.eu-west-1.amazonaws.com/${POOL}`;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** Seconds. */
const NOW = 1_800_000_000;

// The keys of one pool: generating them takes a while.
const liveLog = new LiveLog();
const userPools = new UserPools({
  liveLog, environment: ENVIRONMENT, clock: () => NOW * 1000 + 999, issuers: ['https://login.example.com', 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Imported1'],
});
userPools.putPool(POOL, 'Users');
userPools.putClient(POOL, { id: 'web', name: 'Web', accessTokenSeconds: 300, idTokenSeconds: 86_400, isRevocable: true });
userPools.putGroup(POOL, { name: 'moderators', precedence: 1, roleArn: 'arn:aws:iam::123456789012:role/moderator' });
userPools.putGroup(POOL, { name: 'helpers', precedence: 1, roleArn: 'arn:aws:iam::123456789012:role/helper' });
userPools.putGroup(POOL, { name: 'fans', precedence: 5, roleArn: 'arn:aws:iam::123456789012:role/fan' });
userPools.putGroup(POOL, { name: 'plain' });

beforeEach(() => (liveLog.recent as unknown[]).splice(0));

const partsOf = (token: string) => token.split('.').slice(0, 2).map(part => JSON.parse(Buffer.from(part, 'base64url').toString()));
const claimsOf = (token: string) => partsOf(token)[1];
const notices = () => liveLog.recent.map(({ data }) => data?.event);

test('an ID token has the claims of Amazon Cognito', async () => {
  const { idToken, sub } = await userPools.signIn({ username: 'ada', groups: ['plain'], claims: { 'email': 'ada@example.com', 'custom:tier': 'gold' } });
  expect(claimsOf(idToken)).toEqual({
    'sub': sub,
    'cognito:groups': ['plain'],
    'cognito:username': 'ada',
    'iss': ISSUER,
    'aud': 'web',
    'token_use': 'id',
    'origin_jti': expect.stringMatching(UUID),
    'event_id': expect.stringMatching(UUID),
    'jti': expect.stringMatching(UUID),
    'auth_time': NOW,
    'iat': NOW,
    'exp': NOW + 86_400,
    'email': 'ada@example.com',
    'custom:tier': 'gold',
  });
  expect(sub).toMatch(UUID);
});

test('an access token has the claims of Amazon Cognito', async () => {
  const { accessToken, expiresIn, idToken, sub } = await userPools.signIn({ username: 'ada', groups: ['plain'], claims: { email: 'ada@example.com' } });
  expect(claimsOf(accessToken)).toEqual({
    'sub': sub,
    'cognito:groups': ['plain'],
    'iss': ISSUER,
    'version': 2,
    'client_id': 'web',
    'origin_jti': claimsOf(idToken).origin_jti,
    'event_id': claimsOf(idToken).event_id,
    'token_use': 'access',
    'scope': 'aws.cognito.signin.user.admin',
    'jti': expect.stringMatching(UUID),
    'auth_time': NOW,
    'iat': NOW,
    'exp': NOW + 300,
    'username': 'ada',
  });
  expect(expiresIn).toBe(300);
  expect(claimsOf(accessToken).jti).not.toBe(claimsOf(idToken).jti);
});

test('without groups there is no claim of them, and scopes are joined', async () => {
  const { accessToken, idToken } = await userPools.signIn({ username: 'ada', scopes: ['openid', 'chat/read'] });
  for (const token of [accessToken, idToken]) expect(Object.keys(claimsOf(token)).filter(name => name.startsWith('cognito:') && name !== 'cognito:username')).toEqual([]);
  expect(claimsOf(accessToken).scope).toBe('openid chat/read');
});

test.each([
  ['with the lowest precedence', ['fans', 'moderators', 'plain'], ['fan', 'moderator'], 'moderator'],
  ['unless two of the same precedence have different ones', ['moderators', 'helpers'], ['moderator', 'helper'], undefined],
])('the preferred role is that of the group %s', async (_which, groups, roles, preferred) => {
  const arn = (name: string | undefined) => name && `arn:aws:iam::123456789012:role/${name}`;
  const claims = claimsOf((await userPools.signIn({ username: 'ada', groups })).idToken);
  expect([claims['cognito:roles'], claims['cognito:preferred_role']]).toEqual([roles.map(arn), arn(preferred)]);
});

test('given claims replace those of the issuer, and undefined removes one', async () => {
  const { accessToken, idToken } = await userPools.signIn({ username: 'ada', claims: { exp: 1, token_use: undefined }, accessTokenClaims: { exp: 2, tenant: 'a' } });
  expect(claimsOf(idToken)).toMatchObject({ exp: 1 });
  expect(claimsOf(idToken)).not.toHaveProperty('token_use');
  expect(claimsOf(accessToken)).toMatchObject({ exp: 2, tenant: 'a', token_use: 'access' });
});

test('a user keeps the sub, and another has another', async () => {
  const subs = [];
  for (const username of ['ada', 'ada', 'bob']) subs.push((await userPools.signIn({ username })).sub);
  expect(new Set(subs.slice(0, 2)).size).toBe(1);
  expect(subs[2]).not.toBe(subs[0]);
});

test('ID tokens and access tokens have different keys, which are in the key set', async () => {
  const tokens = await userPools.signIn({ username: 'ada' });
  const { keys } = await userPools.findIssuer(undefined, `/${POOL}/`)!.keySet();
  expect(keys).toEqual([0, 1].map(() => ({ kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String), n: expect.any(String), e: 'AQAB' })));
  for (const [index, token] of [tokens.idToken, tokens.accessToken].entries()) {
    const [header] = partsOf(token);
    const [input, signature] = [token.slice(0, token.lastIndexOf('.')), token.slice(token.lastIndexOf('.') + 1)];
    const isSignedBy = (key: any) => verify('sha256', Buffer.from(input), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'));
    expect(header).toEqual({ kid: keys[index].kid, alg: 'RS256' });
    expect([isSignedBy(keys[index]), isSignedBy(keys[1 - index])]).toEqual([true, false]);
  }
});

describe('the client', () => {
  test('is found by ID or name, and need not be named if it is the only one', async () => {
    userPools.putClient(POOL, { id: 'app', name: 'Mobile', accessTokenSeconds: 300, idTokenSeconds: 300, isRevocable: false });
    const tokens = await userPools.signIn({ username: 'ada', client: 'Mobile' });
    expect(claimsOf(tokens.idToken)).toMatchObject({ aud: 'app' });
    expect(claimsOf(tokens.idToken)).not.toHaveProperty('origin_jti');
    expect(claimsOf((await userPools.signIn({ username: 'ada', client: 'web' })).accessToken)).toMatchObject({ client_id: 'web' });
    await expect(userPools.signIn({ username: 'ada' })).rejects
      .toThrow('client must be the ID or name of one client of the user pool, got undefined: choose one of web (Web), app (Mobile).');
    userPools.deleteClient(POOL, 'app');
  });

  test('must exist', async () => {
    await expect(userPools.signIn({ username: 'ada', client: 'other' })).rejects.toThrow('got other: choose one of web (Web).');
  });
});

test('a sign-in is logged without the tokens, with a warning about an unknown group', async () => {
  const { idToken } = await userPools.signIn({ username: 'ada', groups: ['moderator'] });
  expect(claimsOf(idToken)['cognito:groups']).toEqual(['moderator']);
  expect(liveLog.recent.map(({ data, level }) => ({ data, level }))).toEqual([
    { data: expect.objectContaining({ event: 'sign-in', issuer: ISSUER, username: 'ada', groups: ['moderator'] }) },
    { level: 'warning', data: expect.objectContaining({ event: 'unknown-group', groups: ['moderator'] }) },
  ]);
  expect(JSON.stringify(liveLog.recent)).not.toMatch(/eyJ/);
});

describe('a pool that is managed elsewhere', () => {
  test('has any client and any group', async () => {
    const { idToken } = await userPools.signIn({ pool: 'us-west-2_Imported1', client: 'abc', username: 'ada', groups: ['any'] });
    expect(claimsOf(idToken)).toMatchObject({
      'iss': 'https://cognito-idp.us-west-2.amazonaws.com/us-west-2_Imported1', 'aud': 'abc', 'exp': NOW + 3600, 'cognito:groups': ['any'], 'token_use': 'id',
    });
    expect(notices()).toEqual(['sign-in']);
    await expect(userPools.signIn({ pool: 'us-west-2_Imported1', username: 'ada' })).rejects.toThrow('got undefined: set it to the ID of a client.');
  });
});

describe('another issuer', () => {
  test('has the claims of OpenID Connect and RFC 9068', async () => {
    const tokens = await userPools.signIn({ issuer: 'https://login.example.com', client: 'api', username: 'auth0|ada', groups: ['fans'], scopes: ['a', 'b'], claims: { name: 'Ada' } });
    const common = { iss: 'https://login.example.com', sub: 'auth0|ada', aud: 'api', iat: NOW, exp: NOW + 3600, jti: expect.stringMatching(UUID), groups: ['fans'] };
    expect(claimsOf(tokens.idToken)).toEqual({ ...common, auth_time: NOW, name: 'Ada' });
    expect(claimsOf(tokens.accessToken)).toEqual({ ...common, client_id: 'api', scope: 'a b' });
    expect([tokens.sub, tokens.expiresIn]).toEqual(['auth0|ada', 3600]);
    expect(notices()).toEqual(['sign-in']);
  });

  test('needs an audience, and must be one of the option', async () => {
    await expect(userPools.signIn({ issuer: 'https://login.example.com', username: 'ada' })).rejects.toThrow('client must be the audience of the tokens of https://login.example.com, got undefined.');
    await expect(userPools.signIn({ issuer: 'https://login.example.com/', client: 'api', username: 'ada' })).rejects
      .toThrow('issuer must be the URL of an issuer that ivschat-local plays, got https://login.example.com/: choose one of https://login.example.com.');
  });
});

describe('the pool', () => {
  const several = new UserPools({ liveLog, environment: ENVIRONMENT });

  test('must be deployed', async () => {
    await expect(several.signIn({ username: 'ada' })).rejects.toThrow('pool must be the ID, name or ARN of one user pool, got undefined: no user pool is deployed.');
    await expect(several.signIn({ issuer: 'https://login.example.com', username: 'ada' })).rejects.toThrow('start ivschat-local with --issuer https://login.example.com, or with the option issuers.');
  });

  test('must be named if there are several', async () => {
    several.putPool('eu-west-1_One', 'One');
    several.putPool('eu-west-1_Two', 'Two');
    await expect(several.signIn({ username: 'ada' })).rejects.toThrow('got undefined: choose one of eu-west-1_One (One), eu-west-1_Two (Two).');
    for (const pool of ['Two', 'eu-west-1_Two', 'arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Two']) {
      await expect(several.signIn({ pool, username: 'ada' })).rejects.toThrow('client must be the ID or name of one client of the user pool, got undefined: the user pool Two has no client.');
    }
  });
});
