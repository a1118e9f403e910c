import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';

/** A function that sends a request to a URL. */
const TEMPLATE = `
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Users: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: users } }
  Web: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Users, ClientName: web } }
  Fetch:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: fetch
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 60
      Role: !GetAtt Role.Arn
      Code:
        ZipFile: |
          exports.handler = async ({ url, ...init }) => {
            const response = await fetch(url, init);
            return { status: response.status, body: await response.json() };
          };
Outputs:
  PoolId: { Value: !Ref Users }
  Issuer: { Value: !GetAtt Users.ProviderURL }
`;

let directory: string;
let server: LocalServer;
let outputs: Record<string, string>;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'user-pools-test-'));
  ({ outputs, server } = await deployTemplate(TEMPLATE, directory, {
    issuers: ['https://login.example.com/', 'https://login.example.com/realms/chat'], allowedHosts: ['app.test'],
  }));
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

interface Request { readonly method?: string; readonly path?: string; readonly headers?: http.OutgoingHttpHeaders; readonly body?: string }

async function send({ body, headers, method = 'POST', path: target = '/sign-in' }: Request) {
  const { hostname, port } = new URL(server.url);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.request({ hostname, port, path: target, method, headers, agent: false }, resolve).once('error', reject).end(body);
  });
  const content = await text(response);
  return { status: response.statusCode, headers: response.headers, body: content === '' ? undefined : JSON.parse(content) };
}

const ADA = JSON.stringify({ username: 'ada' });

describe('a sign-in', () => {
  test.each([
    ['a program', undefined],
    ['a page on this machine', 'http://localhost:5173'],
    ['a page on a host that is allowed', 'http://app.test:5173'],
  ])('of %s has tokens, which are not stored', async (_who, origin) => {
    const { body, headers, status } = await send({ body: ADA, headers: { 'content-type': 'application/json', ...origin && { origin } } });
    expect(status).toBe(200);
    expect(body).toEqual({ idToken: expect.stringMatching(/^eyJ/), accessToken: expect.stringMatching(/^eyJ/), sub: expect.any(String), expiresIn: 3600 });
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'vary': 'Origin' });
    expect(headers['access-control-allow-origin']).toBe(origin);
  });

  test.each([
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page without an origin', { origin: 'null' }],
    ['a site that resolves its name to this machine', { host: 'evil.example' }],
  ])('of %s is refused', async (_who, headers) => {
    for (const method of ['POST', 'OPTIONS']) {
      const response = await send({ method, body: method === 'POST' ? ADA : undefined, headers });
      expect(response.status).toBe(403);
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
      expect(response.body).not.toHaveProperty('idToken');
    }
  });

  test('a page may send JSON', async () => {
    const { headers, status } = await send({ method: 'OPTIONS', headers: { 'origin': 'http://localhost:5173', 'access-control-request-method': 'POST' } });
    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': 'http://localhost:5173', 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': 'POST',
    });
  });

  test.each([
    ['that is not JSON', '{', 400, 'The body must be JSON such as { "username": "ada" }.'],
    ['without a user name', '{}', 400, 'username must be a string of 1 to 128 characters, got undefined.'],
    ['for an unknown pool', '{ "username": "ada", "pool": "other" }', 400, 'pool must be the ID, name or ARN of one user pool, got other'],
    ['over 64 KB', `"${'x'.repeat(65_536)}"`, 413, 'The body must have at most 65536 bytes.'],
  ])('%s fails', async (_what, body, status, message) => {
    const response = await send({ body, headers: { origin: 'http://localhost:5173' } });
    expect([response.status, response.body.message]).toEqual([status, expect.stringContaining(message)]);
    expect(response.headers['access-control-allow-origin']).toBe('http://localhost:5173');
  });

  test('with another method fails', async () => {
    expect(await send({ method: 'GET' })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});

describe('for functions', () => {
  const fetchBy = async (url: string, init: object = {}) => JSON.parse((await server.functions.invoke('fetch', JSON.stringify({ url, ...init }))).payload);

  test('a user pool has its discovery document and its keys', async () => {
    const { body, status } = await fetchBy(`${outputs.Issuer}/.well-known/openid-configuration`);
    expect([status, body]).toEqual([200, expect.objectContaining({
      issuer: outputs.Issuer, jwks_uri: `${outputs.Issuer}/.well-known/jwks.json`, id_token_signing_alg_values_supported: ['RS256'],
    })]);
    const { keys } = (await fetchBy(body.jwks_uri)).body;
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  test.each([
    ['at the root', '', 'https://login.example.com/', '/.well-known/jwks.json'],
    ['with a path', '/realms/chat', 'https://login.example.com/realms/chat', '/protocol/openid-connect/certs'],
  ])('another issuer %s has its own', async (_where, prefix, issuer, keyPath) => {
    const base = `https://login.example.com${prefix}`;
    expect((await fetchBy(`${base}/.well-known/openid-configuration`)).body).toMatchObject({ issuer, jwks_uri: `${base}/.well-known/jwks.json` });
    const { idToken } = await server.userPools.signIn({ issuer, client: 'chat', username: 'ada' });
    const { kid } = JSON.parse(Buffer.from(idToken.split('.')[0], 'base64url').toString());
    expect((await fetchBy(base + keyPath)).body.keys.map((key: any) => key.kid)).toContain(kid);
  });

  test.each([
    ['the keys of an unknown pool', 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Unknown/.well-known/jwks.json', {}],
    ['another path of an issuer', 'https://login.example.com/oauth/token', { method: 'POST' }],
    ['a sign-in at an issuer', 'https://login.example.com/sign-in', { method: 'POST', body: ADA }],
  ])('%s is not found, and reported', async (_what, url, init) => {
    const { body, status } = await fetchBy(url, init);
    expect([status, body.message]).toEqual([404, expect.stringContaining(`https://${new URL(url).host}`)]);
    expect(server.liveLog.recent.at(-1)).toMatchObject({ level: 'warning', data: { event: 'unsupported-path', host: new URL(url).host, path: new URL(url).pathname } });
  });

  test('an operation of Amazon Cognito is refused by name', async () => {
    const init = { method: 'POST', headers: { 'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth' }, body: '{}' };
    for (const { body, status } of [await fetchBy('https://cognito-idp.us-east-1.amazonaws.com/', init), await send({ ...init, path: '/' })]) {
      expect([status, body.__type, body.message]).toEqual([501, 'NotImplementedException', expect.stringContaining('does not support InitiateAuth of Amazon Cognito')]);
    }
  });
});

test('the documents of a user pool are at the same path of this server', async () => {
  const prefix = `/${outputs.PoolId}/.well-known`;
  expect((await send({ method: 'GET', path: `${prefix}/openid-configuration` })).body).toMatchObject({ issuer: outputs.Issuer });
  expect((await send({ method: 'GET', path: `${prefix}/jwks.json` })).body.keys).toHaveLength(2);
  expect((await send({ method: 'GET', path: '/realms/chat/.well-known/jwks.json' })).status).toBe(404);
  expect((await send({ method: 'GET', path: '/us-east-1_Unknown/.well-known/jwks.json' })).status).toBe(404);
});
