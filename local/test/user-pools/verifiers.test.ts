import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';
import { pythonPackages } from '../support/python-packages';

const PACKAGES = path.join(__dirname, '..', '..', 'node_modules');
/** The functions are bundled with it, so that it is a package of the repository. */
const VERIFIER = require.resolve('aws-jwt-verify');
const ISSUER = 'https://login.example.com/realms/chat';

/** Functions that verify the token of their event, as in AWS: nothing in them is about the local runtime. */
const TEMPLATE = `
Resources:
  Role: { Type: AWS::IAM::Role, Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } }
  Users: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: users } }
  Web: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Users, ClientName: web } }
  Moderators: { Type: AWS::Cognito::UserPoolGroup, Properties: { UserPoolId: !Ref Users, GroupName: moderators } }
  Others: { Type: AWS::Cognito::UserPool, Properties: { UserPoolName: others } }
  OtherClient: { Type: AWS::Cognito::UserPoolClient, Properties: { UserPoolId: !Ref Others, ClientName: other } }
  Node:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: node
      Runtime: nodejs20.x
      Handler: index.handler
      Timeout: 60
      Role: !GetAtt Role.Arn
      Environment: { Variables: { PACKAGES: ${JSON.stringify(PACKAGES)}, VERIFIER: ${JSON.stringify(VERIFIER)}, USER_POOL_ID: !Ref Users, CLIENT_ID: !Ref Web, ISSUER: !GetAtt Users.ProviderURL } }
      Code:
        ZipFile: |
          const { CognitoJwtVerifier, JwtVerifier } = require(process.env.VERIFIER);
          const { CLIENT_ID: clientId, ISSUER, PACKAGES, USER_POOL_ID: userPoolId } = process.env;
          const verifiers = {
            'aws-jwt-verify id': token => CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'id' }).verify(token),
            'aws-jwt-verify access': token => CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse: 'access' }).verify(token),
            'aws-jwt-verify issuer': token => JwtVerifier.create({ issuer: '${ISSUER}', audience: 'chat' }).verify(token),
            'jose id': token => verifyWithJose(token, ISSUER, clientId),
            'jose issuer': token => verifyWithJose(token, '${ISSUER}', 'chat'),
          };
          async function verifyWithJose(token, issuer, audience) {
            const { createRemoteJWKSet, jwtVerify } = await import(PACKAGES + '/jose/dist/webapi/index.js');
            const { jwks_uri } = await (await fetch(issuer + '/.well-known/openid-configuration')).json();
            return (await jwtVerify(token, createRemoteJWKSet(new URL(jwks_uri)), { issuer, audience })).payload;
          }
          exports.handler = ({ token, verifier }) => verifiers[verifier](token);
  Python:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: python
      Runtime: python3.11
      Handler: index.handler
      Timeout: 60
      Role: !GetAtt Role.Arn
      Environment: { Variables: { PYTHONPATH: ${JSON.stringify(pythonPackages('PyJWT==2.15.1', 'cryptography==50.0.2'))}, CLIENT_ID: !Ref Web, ISSUER: !GetAtt Users.ProviderURL } }
      Code:
        ZipFile: |
          import os
          import jwt
          issuers = {
              'PyJWKClient id': (os.environ['ISSUER'], os.environ['CLIENT_ID']),
              'PyJWKClient issuer': ('${ISSUER}', 'chat'),
          }
          def handler(event, context):
              issuer, audience = issuers[event['verifier']]
              key = jwt.PyJWKClient(issuer + '/.well-known/jwks.json').get_signing_key_from_jwt(event['token'])
              return jwt.decode(event['token'], key, algorithms=['RS256'], audience=audience, issuer=issuer)
`;

let directory: string;
let server: LocalServer;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'verifiers-test-'));
  ({ server } = await deployTemplate(TEMPLATE, directory, { issuers: [ISSUER] }));
}, 120_000);

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Returns the claims that the function has verified, or its error. */
async function verify(verifier: string, token: string): Promise<any> {
  const { payload } = await server.functions.invoke(verifier.startsWith('Py') ? 'python' : 'node', JSON.stringify({ verifier, token }));
  return JSON.parse(payload);
}

const users = { pool: 'users', username: 'ada', groups: ['moderators'] };
const issuer = { issuer: ISSUER, client: 'chat', username: 'ada' };

test.each(['aws-jwt-verify id', 'jose id', 'PyJWKClient id'])('%s accepts an ID token of a user pool', async verifier => {
  const { idToken, sub } = await server.userPools.signIn(users);
  expect(await verify(verifier, idToken)).toMatchObject({ sub, 'cognito:username': 'ada', 'cognito:groups': ['moderators'], 'token_use': 'id' });
});

test('aws-jwt-verify accepts an access token of a user pool', async () => {
  const { accessToken, sub } = await server.userPools.signIn(users);
  expect(await verify('aws-jwt-verify access', accessToken)).toMatchObject({ sub, username: 'ada', token_use: 'access' });
});

test.each(['aws-jwt-verify issuer', 'jose issuer', 'PyJWKClient issuer'])('%s accepts a token of another issuer', async verifier => {
  const { idToken } = await server.userPools.signIn(issuer);
  expect(await verify(verifier, idToken)).toMatchObject({ iss: ISSUER, sub: 'ada', aud: 'chat' });
});

/** Replaces claims after the token has been signed. */
function tampered(token: string): string {
  const [header, payload, signature] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [header, Buffer.from(JSON.stringify({ ...claims, 'cognito:groups': ['admins'] })).toString('base64url'), signature].join('.');
}

describe.each(['aws-jwt-verify id', 'jose id', 'PyJWKClient id'])('%s refuses', verifier => {
  test.each<[string, () => Promise<string>, RegExp]>([
    ['a token of another pool', async () => (await server.userPools.signIn({ pool: 'others', username: 'ada' })).idToken, /iss|kid|key|pool/i],
    ['the signature of another pool with the claims of this one', async () => (await server.userPools.signIn({
      pool: 'others', username: 'ada', claims: claimsOf((await server.userPools.signIn(users)).idToken),
    })).idToken, /kid|key|JWK/i],
    ['a token that was changed', async () => tampered((await server.userPools.signIn(users)).idToken), /signature/i],
    ['an expired token', async () => (await server.userPools.signIn({ ...users, claims: { exp: 1 } })).idToken, /expired|exp/i],
  ])('%s', async (_what, token, message) => {
    expect(await verify(verifier, await token())).toMatchObject({ errorMessage: expect.stringMatching(message) });
  });
});

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
}

test('no token is in the live log', () => {
  expect(JSON.stringify(server.liveLog.recent)).toMatch(/sign-in/);
  expect(JSON.stringify(server.liveLog.recent)).not.toMatch(/eyJ/);
});
