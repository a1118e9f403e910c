import { LOBBY, useTokenEndpoint } from '../../../support/token-endpoint/endpoint';
import { CLIENT, DISCOVERY, KEYS } from '../../../support/token-endpoint/identity-provider';

const { create, provider } = useTokenEndpoint();
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Moves the clock of the function, and of the tokens. */
let skipped = 0;
const skip = (milliseconds: number) => { skipped += milliseconds; };
const realNow = Date.now.bind(Date);

beforeEach(() => {
  skipped = 0;
  jest.spyOn(Date, 'now').mockImplementation(() => realNow() + skipped);
});

const fetches = (path: string) => provider.requests.filter(url => url === path).length;
const unknown = () => provider.token({}, { header: { kid: `unknown-${Math.random()}` } });
const unavailable = { status: 503, body: { error: 'keys_unavailable' }, headers: { 'retry-after': '10' }, line: { Failed: 1 } };

function endpoint(authentication = {}) {
  const created = create({ authentication: { type: 'jwt', issuer: provider.issuer, audience: [CLIENT], ...authentication } });
  return async (token = provider.token()) => created.post({ room: LOBBY }, { token });
}

describe('the keys', () => {
  test('are found with the discovery document, and fetched once', async () => {
    const ask = endpoint();
    expect(await ask()).toMatchObject({ status: 200 });
    expect(await ask()).toMatchObject({ status: 200 });
    expect(provider.requests).toEqual([DISCOVERY, KEYS]);
  });

  test('are found without it, if their address is set', async () => {
    expect(await endpoint({ jwksUri: `${provider.issuer}${KEYS}` })()).toMatchObject({ status: 200 });
    expect(provider.requests).toEqual([KEYS]);
  });

  test('are fetched once for concurrent requests', async () => {
    const created = create();
    const { identification } = (created as any).endpoint;
    const log = { add: () => undefined };
    const headers = { authorization: `Bearer ${provider.token()}` };
    await Promise.all(Array.from({ length: 5 }, () => identification.identify({ headers }, log)));
    expect(provider.requests).toEqual([DISCOVERY, KEYS]);
  });

  test('are renewed after an hour, and withdrawn ones are no longer accepted', async () => {
    const ask = endpoint();
    provider.addKey('withdrawn', 'ES256');
    const token = () => provider.token({}, { kid: 'withdrawn' });
    await ask(token());
    provider.on(KEYS, res => res.end(JSON.stringify({ keys: [provider.keys.get('rsa')!.jwk] })));
    skip(HOUR - SECOND);
    expect(await ask(token())).toMatchObject({ status: 200 });
    skip(SECOND);
    expect(await ask(token())).toMatchObject({ status: 401, line: { reason: 'its key is not among the keys of the identity provider' } });
    expect(provider.requests).toEqual([DISCOVERY, KEYS, DISCOVERY, KEYS]);
    provider.keys.delete('withdrawn');
  });

  test('include a new key as soon as a token is signed with it', async () => {
    const ask = endpoint();
    await ask();
    skip(11 * SECOND);
    provider.addKey('rotated', 'ES256');
    expect(await ask(provider.token({}, { kid: 'rotated' }))).toMatchObject({ status: 200 });
    expect(provider.requests).toEqual([DISCOVERY, KEYS, KEYS]);
  });

  test('are replaced when the provider uses a key ID again', async () => {
    const ask = endpoint();
    provider.addKey('reused', 'ES256');
    expect(await ask(provider.token({}, { kid: 'reused' }))).toMatchObject({ status: 200 });
    const old = provider.token({}, { kid: 'reused' });
    provider.addKey('reused', 'ES256');
    skip(HOUR);
    const iat = Math.floor(Date.now() / SECOND);
    expect(await ask(provider.token({ iat }, { kid: 'reused' }))).toMatchObject({ status: 200 });
    skip(-HOUR);
    expect(await ask(old)).toMatchObject({ status: 401, line: { reason: 'its signature is wrong' } });
    provider.keys.delete('reused');
  });
});

test('tokens of another issuer do not cause a fetch', async () => {
  const ask = endpoint();
  await ask();
  skip(11 * SECOND);
  const foreign = provider.token({ iss: 'https://other.example' }, { header: { kid: 'theirs' } });
  expect(await ask(foreign)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  expect(await ask(foreign)).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
  expect(fetches(KEYS)).toBe(1);
});

describe('a flood of unknown keys', () => {
  test('costs one fetch in ten seconds, is answered with 503, and leaves other users unaffected', async () => {
    const ask = endpoint();
    await ask();
    skip(11 * SECOND);
    expect(await ask(unknown())).toMatchObject({ status: 401, body: { error: 'invalid_token' } });
    for (let index = 0; index < 20; index++) expect(await ask(unknown())).toMatchObject(unavailable);
    expect(fetches(KEYS)).toBe(2);
    expect(await ask()).toMatchObject({ status: 200 });

    provider.addKey('rotated-meanwhile', 'ES256');
    const rotated = () => provider.token({}, { kid: 'rotated-meanwhile' });
    expect(await ask(rotated())).toMatchObject(unavailable);
    skip(10 * SECOND);
    expect(await ask(rotated())).toMatchObject({ status: 200 });
    expect(fetches(DISCOVERY)).toBe(1);
  });

  test('costs no further fetch when it is the first request', async () => {
    const ask = endpoint();
    expect(await ask(unknown())).toMatchObject({ status: 401 });
    for (let index = 0; index < 3; index++) expect(await ask(unknown())).toMatchObject(unavailable);
    expect(fetches(KEYS)).toBe(1);
  });
});

describe('a provider that does not answer', () => {
  const down = () => {
    for (const path of [DISCOVERY, KEYS]) provider.on(path, res => res.writeHead(503).end());
  };

  test('leaves the keys in use for 24 hours, which the log reports', async () => {
    const ask = endpoint();
    await ask();
    down();
    skip(2 * HOUR);
    expect(await ask()).toMatchObject({ status: 200, line: { staleKeys: `${provider.issuer}${DISCOVERY} answered with status 503` } });
    // Not tried with each request.
    expect(await ask()).toMatchObject({ status: 200, line: { staleKeys: expect.any(String) } });
    expect(fetches(DISCOVERY)).toBe(2);

    provider.addKey('new', 'ES256');
    expect(await ask(provider.token({}, { kid: 'new' }))).toMatchObject(unavailable);

    skip(22 * HOUR - 10 * SECOND);
    expect(await ask()).toMatchObject({ status: 200 });
    skip(10 * SECOND);
    expect(await ask()).toMatchObject(unavailable);

    provider.reset();
    skip(10 * SECOND);
    const answer = await ask();
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.line.staleKeys).toBeUndefined();
  });

  test('refuses everyone at first, and is tried again after a second', async () => {
    const ask = endpoint();
    down();
    expect(await ask()).toMatchObject(unavailable);
    expect(await ask()).toMatchObject(unavailable);
    expect(provider.requests).toEqual([DISCOVERY]);
    provider.reset();
    skip(SECOND);
    expect(await ask()).toMatchObject({ status: 200 });
  });

  test('is not waited for longer than two seconds', async () => {
    provider.on(KEYS, res => void res.writeHead(200).write('{'));
    const start = performance.now();
    expect(await endpoint()()).toMatchObject(unavailable);
    expect(performance.now() - start).toBeLessThan(3_500);
  });

  test('is reported when it cannot be reached', async () => {
    expect(await endpoint({ issuer: 'https://localhost:1' })(provider.token({ iss: 'https://localhost:1' }))).toMatchObject({ ...unavailable, line: { reason: expect.stringContaining('ECONNREFUSED') } });
  });
});

describe('is unavailable with', () => {
  test.each<[string, string, object | string, RegExp]>([
    ['the discovery document of another issuer', DISCOVERY, { issuer: 'https://evil.example', jwks_uri: 'https://evil.example/keys' }, /is the document of another issuer$/],
    ['a discovery document without keys', DISCOVERY, {}, /is the document of another issuer$/],
    ['a discovery document that is not JSON', DISCOVERY, '<html>', /JSON/],
    ['a discovery document that is a list', DISCOVERY, [], /is the document of another issuer$/],
    ['keys that are not JSON', KEYS, '<html>', /JSON/],
    ['keys that are not a key set', KEYS, { rsa: {} }, /JWKS does not include keys/],
    ['keys of more than 256 KiB', KEYS, { keys: [], filler: 'x'.repeat(256 * 1024) }, /is larger than 262144 bytes$/],
  ])('%s', async (_, path, document, reason) => {
    provider.on(path, res => res.end(typeof document === 'string' ? document : JSON.stringify(document)));
    expect(await endpoint()()).toMatchObject({ ...unavailable, line: { reason: expect.stringMatching(reason) } });
  });

  test.each(['http://localhost/keys', 'file:///keys', undefined, 7])('keys at %s', async uri => {
    provider.on(DISCOVERY, res => res.end(JSON.stringify({ issuer: provider.issuer, jwks_uri: uri })));
    expect(await endpoint()()).toMatchObject({ ...unavailable, line: { reason: expect.stringMatching(/has no jwks_uri that begins with https:\/\/$/) } });
  });

  test.each([DISCOVERY, KEYS])('a redirect of %s, which is not followed', async path => {
    provider.on(path, res => res.writeHead(302, { location: `${provider.issuer}/elsewhere` }).end());
    provider.on('/elsewhere', res => res.end(JSON.stringify({ keys: [...provider.keys.values()].map(({ jwk }) => jwk) })));
    expect(await endpoint()()).toMatchObject({ ...unavailable, line: { reason: expect.stringContaining('answered with status 302') } });
    expect(fetches('/elsewhere')).toBe(0);
  });

  test('a certificate that is not trusted', async () => {
    const { globalAgent } = await import('https');
    const { ca } = globalAgent.options;
    delete globalAgent.options.ca;
    try {
      expect(await endpoint()()).toMatchObject({ ...unavailable, line: { reason: expect.stringContaining('self-signed certificate') } });
    } finally {
      globalAgent.options.ca = ca;
    }
  });
});
