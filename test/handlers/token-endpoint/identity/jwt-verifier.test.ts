import { LOBBY, useTokenEndpoint } from '../../../support/token-endpoint/endpoint';
import { CLIENT } from '../../../support/token-endpoint/identity-provider';

const { aws, create, provider } = useTokenEndpoint();
const ask = async (token: string, authentication = {}) => create({
  authentication: { type: 'jwt', issuer: provider.issuer, audience: [CLIENT], ...authentication },
}).post({ room: LOBBY }, { token });

describe('accepts', () => {
  test.each(['rsa', 'ec'])('a token that is signed with the key %s', async kid => {
    expect(await ask(provider.token({}, { kid }))).toMatchObject({ status: 200 });
  });

  test('one of several audiences, on both sides', async () => {
    expect(await ask(provider.token({ aud: ['other', CLIENT] }), { audience: ['third', CLIENT] })).toMatchObject({ status: 200 });
  });

  test.each([['exp', -3], ['nbf', 3]])('a clock that differs by seconds: %s', async (claim, seconds) => {
    expect(await ask(provider.token({ [claim]: Math.floor(Date.now() / 1_000) + seconds }))).toMatchObject({ status: 200 });
  });

  test('an ID token of a user pool', async () => {
    expect(await ask(provider.token({ token_use: 'id' }), { tokenUse: 'id' })).toMatchObject({ status: 200 });
  });

  test('the same token twice, because ID tokens can be used until they expire', async () => {
    const token = provider.token();
    const endpoint = create();
    expect(await endpoint.post({ room: LOBBY }, { token })).toMatchObject({ status: 200 });
    expect(await endpoint.post({ room: LOBBY }, { token })).toMatchObject({ status: 200 });
  });
});

describe('does not let the header choose the key', () => {
  test('with jku, jwk, x5u and x5c', async () => {
    const { jwk } = provider.keys.get('ec')!;
    const header = { jku: 'https://evil.example/keys', jwk, x5u: 'https://evil.example/cert', x5c: ['AAAA'] };
    expect(await ask(provider.token({}, { header }))).toMatchObject({ status: 200 });
    // Signed with another key than the ID says.
    expect(await ask(provider.token({}, { kid: 'ec', header: { ...header, kid: 'rsa', alg: 'ES256' } }))).toMatchObject({ status: 401 });
  });
});

describe('refuses', () => {
  afterEach(() => expect(aws.calls('CreateChatToken')).toEqual([]));

  const now = Math.floor(Date.now() / 1_000);
  const tampered = () => {
    const [header, , signature] = provider.token().split('.');
    return `${header}.${provider.unsigned({ sub: 'root' }, {}).split('.')[1]}.${signature}`;
  };

  test.each<[string, () => string, string, string | undefined]>([
    ['an expired token', () => provider.token({ exp: now - 10 }), 'token_expired', undefined],
    ['a token that is not valid yet', () => provider.token({ nbf: now + 1_000 }), 'token_not_yet_valid', undefined],
    ['a token without an expiration time', () => provider.token({ exp: undefined }), 'invalid_token', 'it has no expiration time'],
    ['an expiration time that is not a number', () => provider.token({ exp: '9999999999' }), 'invalid_token', 'it is not a JSON Web Token'],
    ['another issuer', () => provider.token({ iss: 'https://secret.example' }), 'invalid_token', 'it has another issuer'],
    ['the issuer with a slash', () => provider.token({ iss: `${provider.issuer}/` }), 'invalid_token', 'it has another issuer'],
    ['no issuer', () => provider.token({ iss: undefined }), 'invalid_token', 'it has another issuer'],
    ['another audience', () => provider.token({ aud: 'secret-client' }), 'invalid_token', 'it is for another audience'],
    ['no audience', () => provider.token({ aud: undefined }), 'invalid_token', 'it is for another audience'],
    ['a tampered payload', tampered, 'invalid_token', 'its signature is wrong'],
    ['the algorithm none with a signature', () => provider.token({}, { header: { alg: 'none' } }), 'invalid_token', 'its algorithm is not allowed, or not that of the key'],
    ['the algorithm none without a signature', () => `${provider.unsigned({}, { alg: 'none', kid: 'rsa' })}.`, 'invalid_token', undefined],
    ['HS256 with the public key', () => provider.tokenWithHmac(), 'invalid_token', 'its algorithm is not allowed, or not that of the key'],
    ['no algorithm', () => provider.token({}, { header: { alg: undefined } }), 'invalid_token', 'its algorithm is not allowed, or not that of the key'],
    ['the algorithm of another key', () => provider.token({}, { header: { alg: 'ES256' } }), 'invalid_token', 'its algorithm is not allowed, or not that of the key'],
    ['the ID of another key', () => provider.token({}, { header: { kid: 'ec' } }), 'invalid_token', 'its algorithm is not allowed, or not that of the key'],
    ['ID and algorithm of another key', () => provider.token({}, { header: { kid: 'ec', alg: 'ES256' } }), 'invalid_token', 'its key or its signature cannot be used'],
    ['the signature of another token', () => [...provider.token({ sub: 'root' }).split('.').slice(0, 2), provider.token().split('.')[2]].join('.'), 'invalid_token', 'its signature is wrong'],
    ['critical extensions', () => provider.token({}, { header: { crit: ['exp'] } }), 'invalid_token', 'it has critical extensions'],
    ['no key ID', () => provider.token({}, { header: { kid: undefined } }), 'invalid_token', 'it has no key ID'],
    ['a key ID of Object.prototype', () => provider.token({}, { header: { kid: '__proto__' } }), 'invalid_token', 'its key is not among the keys of the identity provider'],
    ['an unknown key', () => provider.token({}, { header: { kid: 'unknown' } }), 'invalid_token', 'its key is not among the keys of the identity provider'],
    ['what is not JSON', () => 'YQ.YQ.YQ', 'invalid_token', 'it is not a JSON Web Token'],
    ['more than 8,192 characters', () => provider.token({ filler: 'x'.repeat(8_000) }), 'invalid_token', 'it has more than 8192 characters'],
  ])('%s', async (_, token, error, reason) => {
    const answer = await ask(token());
    expect(answer).toMatchObject({ status: 401, body: { error }, headers: { 'www-authenticate': 'Bearer' }, line: { outcome: error, Refused: 1 } });
    expect(answer.line.reason).toBe(reason);
    expect(JSON.stringify(answer.body)).not.toMatch(/issuer|audience|signature|algorithm/);
  });

  test.each(['access', undefined, ['id']])('a token of a user pool with token_use %j', async use => {
    expect(await ask(provider.token({ token_use: use }), { tokenUse: 'id' }))
      .toMatchObject({ status: 401, body: { error: 'invalid_token' }, line: { reason: 'the claim token_use is not id' } });
  });

  test('a symmetric key among the keys of the provider', async () => {
    provider.on('/keys', res => res.end(JSON.stringify({ keys: [{ kty: 'oct', kid: 'rsa', k: 'c2VjcmV0', alg: 'HS256' }] })));
    expect(await ask(provider.tokenWithHmac())).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  });
});

test('claims named __proto__ change nothing', async () => {
  const endpoint = create({ userIdClaim: 'sub', roles: [{ role: 'moderator', when: { claim: 'admin', equals: 'true' } }] });
  const claims = JSON.parse('{"__proto__":{"admin":"true"},"constructor":{"prototype":{"admin":"true"}}}');
  expect(await endpoint.post({ room: LOBBY }, { token: provider.token(claims) })).toMatchObject({ status: 200, body: { role: 'participant' } });
  expect(({} as any).admin).toBeUndefined();
});
