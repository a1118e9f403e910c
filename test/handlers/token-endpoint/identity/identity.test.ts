import { LOBBY, useTokenEndpoint } from '../../../support/token-endpoint/endpoint';

const { aws, create, provider } = useTokenEndpoint();
const room = { room: LOBBY };
const ask = async (claims: object, settings = {}) => create(settings).post(room, { token: provider.token(claims) });
const sentUserId = () => aws.calls('CreateChatToken')[0].input.userId;

describe('the user ID', () => {
  test.each([
    ['of 128 characters', 'x'.repeat(128)],
    ['of 128 emoji, which are 256 UTF-16 units', '😀'.repeat(128)],
    ['with characters of all kinds', ' Ünï:#/\\"\'\n\u0000%2F<b>{} '],
    ['that is a name of Object.prototype', 'constructor'],
  ])('%s is the claim as it is', async (_, sub) => {
    expect(await ask({ sub })).toMatchObject({ status: 200, body: { userId: sub } });
    expect(sentUserId()).toBe(sub);
  });

  test.each([
    ['129 characters', 'x'.repeat(129), 'user_id_too_long'],
    ['129 emoji', '😀'.repeat(129), 'user_id_too_long'],
    ['the prefix of anonymous users', 'anonymous:abc', 'user_id_reserved'],
    ['half a character', 'ada\ud83d', 'invalid_user_id'],
  ])('must not have %s', async (_, sub, error) => {
    expect(await ask({ sub })).toMatchObject({ status: 403, body: { error } });
  });

  test.each(['', undefined, null, 7, ['ada'], { id: 'ada' }])('must be a string, not %j', async value => {
    expect(await ask({ 'custom:id': value }, { userIdClaim: 'custom:id' }))
      .toMatchObject({ status: 403, body: { error: 'no_user_id' }, line: { reason: 'the claim custom:id is not a string' } });
  });

  test.each(['toString', '__proto__', 'constructor'])('is not inherited, as %s', async userIdClaim => {
    expect(await ask({}, { userIdClaim })).toMatchObject({ status: 403, body: { error: 'no_user_id' } });
  });

  test('comes from another claim, with a prefix', async () => {
    expect(await ask({ preferred: 'ada' }, { userIdClaim: 'preferred', userIdPrefix: 'corp:' })).toMatchObject({ status: 200, body: { userId: 'corp:ada' } });
  });

  test('has at most 128 characters with the prefix', async () => {
    expect(await ask({ sub: 'x'.repeat(124) }, { userIdPrefix: 'corp:' })).toMatchObject({ status: 403, body: { error: 'user_id_too_long' } });
  });

  test('does not get the reserved prefix from the prefix and the claim together', async () => {
    expect(await ask({ sub: 'mous:x' }, { userIdPrefix: 'anony' })).toMatchObject({ status: 403, body: { error: 'user_id_reserved' } });
  });

  test.each([true, 'true'])('can be an email address that is verified: %j', async verified => {
    expect(await ask({ email: 'ada@example.com', email_verified: verified }, { userIdClaim: 'email' })).toMatchObject({ status: 200, body: { userId: 'ada@example.com' } });
  });

  test.each([false, 'false', undefined, 1, 'TRUE', ['true']])('cannot be an email address that is not verified: %j', async verified => {
    expect(await ask({ email: 'ada@example.com', email_verified: verified }, { userIdClaim: 'email' })).toMatchObject({ status: 403, body: { error: 'email_not_verified' } });
  });
});

describe('without a token', () => {
  test('is refused with 401 by default', async () => {
    expect(await create().post(room)).toMatchObject({ status: 401, body: { error: 'unauthenticated' }, headers: { 'www-authenticate': 'Bearer' } });
  });

  test('learns nothing about rooms', async () => {
    expect(await create().post({ room: 'Unknown12345' })).toMatchObject({ status: 401 });
  });

  test('gets another random ID with each request', async () => {
    const endpoint = create({ anonymousRole: { role: 'viewer' } });
    const ids = [];
    for (let index = 0; index < 3; index++) ids.push((await endpoint.post(room)).body.userId);
    for (const id of ids) expect(id).toMatch(/^anonymous:[\w-]{22}$/);
    expect(new Set(ids).size).toBe(3);
  });

  test('an empty header is no token either', async () => {
    expect(await create({ anonymousRole: { role: 'viewer' } }).post(room, { headers: { authorization: '' } })).toMatchObject({ status: 200, body: { role: 'viewer' } });
  });

  test('is never a moderator', async () => {
    expect(await create({ anonymousRole: { role: 'moderator', allRooms: true } }).post(room)).toMatchObject({ status: 200, body: { role: 'participant' } });
  });
});

describe('the header authorization', () => {
  test('is not case-sensitive in the scheme', async () => {
    expect(await create().post(room, { headers: { authorization: `bearer  ${provider.token()}` } })).toMatchObject({ status: 200 });
  });

  test.each([
    ['another scheme', () => 'Basic c2VjcmV0'],
    ['two tokens, joined because the header came twice', () => `Bearer ${provider.token()}, Bearer ${provider.token()}`],
    ['two tokens with a comma only', () => `Bearer ${provider.token()},${provider.token()}`],
    ['no token', () => 'Bearer '],
    ['two parts', () => 'Bearer a.b'],
    ['a line break', () => `Bearer ${provider.token()}\n`],
    ['7 KB without an end', () => `Bearer ${'a.'.repeat(3_500)}`],
  ])('must not have %s, not even where anonymous users may enter', async (_, header) => {
    const start = performance.now();
    expect(await create({ anonymousRole: { role: 'viewer' } }).post(room, { headers: { authorization: header() } })).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('with IAM', () => {
  const settings = { authentication: { type: 'iam' as const } };
  const iam = { userId: 'AROAEXAMPLE:bot', userArn: 'arn:aws:sts::111122223333:assumed-role/Bot/bot', accountId: '111122223333' };

  test('the user is the caller', async () => {
    expect(await create(settings).post(room, { authorizer: { iam } })).toMatchObject({ status: 200, body: { userId: 'AROAEXAMPLE:bot' } });
  });

  test('has a prefix, and claims for roles', async () => {
    const roles = [{ role: 'moderator' as const, when: { claim: 'userArn', equals: iam.userArn } }];
    expect(await create({ ...settings, roles, userIdPrefix: 'iam:' }).post(room, { authorizer: { iam } }))
      .toMatchObject({ status: 200, body: { userId: 'iam:AROAEXAMPLE:bot', role: 'moderator' } });
  });

  test('ignores tokens', async () => {
    expect(await create(settings).post(room, { authorizer: { iam }, token: provider.token({ sub: 'ada' }) })).toMatchObject({ body: { userId: iam.userId } });
  });

  test.each([undefined, {}, { iam: null }, { iam: {} }, { iam: { userId: '' } }])('is refused without an identity: %j', async authorizer => {
    expect(await create({ ...settings, anonymousRole: { role: 'viewer' } }).post(room, { authorizer })).toMatchObject({ status: 403, body: { error: 'unsigned' } });
  });
});
