import { custom, DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const POOL = { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: 'users' } };
const client = (properties: object = {}) => ({ Type: 'AWS::Cognito::UserPoolClient', Properties: { UserPoolId: { Ref: 'Pool' }, ClientName: 'web', ...properties } });
const group = (properties: object = {}) => ({ Type: 'AWS::Cognito::UserPoolGroup', Properties: { UserPoolId: { Ref: 'Pool' }, GroupName: 'moderators', ...properties } });

const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString());
/** Seconds that the ID token and the access token are valid. */
const validity = async () => {
  const { accessToken, idToken } = await harness.userPools.signIn({ username: 'ada' });
  return [idToken, accessToken].map(claimsOf).map(({ exp, iat }) => exp - iat);
};

test('a user pool, a client and a group have the values of Ref and GetAtt', async () => {
  const { outputs } = await deployed({ Pool: POOL, Client: client({ GenerateSecret: 'true' }), Group: group() }, outputsOf({
    pool: { Ref: 'Pool' },
    poolId: { 'Fn::GetAtt': ['Pool', 'UserPoolId'] },
    arn: { 'Fn::GetAtt': ['Pool', 'Arn'] },
    name: { 'Fn::GetAtt': ['Pool', 'ProviderName'] },
    url: { 'Fn::GetAtt': ['Pool', 'ProviderURL'] },
    client: { Ref: 'Client' },
    clientId: { 'Fn::GetAtt': ['Client', 'ClientId'] },
    clientName: { 'Fn::GetAtt': ['Client', 'Name'] },
    secret: { 'Fn::GetAtt': ['Client', 'ClientSecret'] },
    group: { Ref: 'Group' },
  }));
  expect(outputs).toEqual({
    pool: expect.stringMatching(/^us-east-1_[0-9A-Za-z]{9}$/),
    poolId: outputs.pool,
    arn: `arn:aws:cognito-idp:us-east-1:111122223333:userpool/${outputs.pool}`,
    name: `cognito-idp.us-east-1.amazonaws.com/${outputs.pool}`,
    url: `https://cognito-idp.us-east-1.amazonaws.com/${outputs.pool}`,
    client: expect.stringMatching(/^[0-9a-z]{26}$/),
    clientId: outputs.client,
    clientName: 'web',
    secret: expect.stringMatching(/^[0-9a-z]{32}$/),
    group: 'moderators',
  });
  expect(harness.userPools.describe().userPools).toEqual([
    { id: outputs.pool, name: 'users', clients: [{ id: outputs.client, name: 'web' }], groups: ['moderators'] },
  ]);
  expect(harness.notices).toEqual([]);
});

test('a client without GenerateSecret has no secret', async () => {
  await expect(deployed({ Pool: POOL, Client: client() }, outputsOf({ secret: { 'Fn::GetAtt': ['Client', 'ClientSecret'] } })))
    .rejects.toThrow('Client (AWS::Cognito::UserPoolClient) has no attribute ClientSecret.');
});

test('tokens are valid as long as the client has them, by default for an hour, also after an update', async () => {
  await deployed({ Pool: POOL, Client: client() });
  expect(await validity()).toEqual([3600, 3600]);
  await deployed({ Pool: POOL, Client: client({ AccessTokenValidity: 5, IdTokenValidity: '2', TokenValidityUnits: { AccessToken: 'minutes' } }) });
  expect(await validity()).toEqual([7200, 300]);
});

test.each([
  [{ AccessTokenValidity: 299, TokenValidityUnits: { AccessToken: 'seconds' } }, 'AccessTokenValidity must be from 5 minutes to 1 day, got 299 seconds.'],
  [{ IdTokenValidity: 25 }, 'IdTokenValidity must be from 5 minutes to 1 day, got 25 hours.'],
  [{ IdTokenValidity: 0 }, 'IdTokenValidity must be a whole number from 1 to 86400, got 0'],
  [{ TokenValidityUnits: { IdToken: 'weeks' } }, 'TokenValidityUnits.IdToken must be seconds or minutes or hours or days, got "weeks".'],
  [{ UserPoolId: ['a'] }, 'UserPoolId must be a string, got'],
])('fails for a client with %j', async (properties, message) => {
  await expect(deployed({ Pool: POOL, Client: client(properties) })).rejects.toThrow(message);
  expect(harness.userPools.describe().userPools).toEqual([]);
});

test('a failed update is rolled back, and a deleted stack leaves nothing', async () => {
  harness.functions.defaultScript = ({ RequestType }) => ({ Status: RequestType === 'Create' ? 'FAILED' : 'SUCCESS', PhysicalResourceId: 'thing', Reason: 'refused' });
  await deployed({ Pool: POOL, Client: client(), Group: group() });
  const before = harness.userPools.describe();
  await expect(deployed({
    Role: ROLE,
    Function: functionOf('Function'),
    Pool: { ...POOL, Properties: { UserPoolName: 'renamed' } },
    Client: client({ ClientName: 'renamed' }),
    Thing: custom({ Client: { Ref: 'Client' } }),
  })).rejects.toThrow('refused');
  expect(harness.userPools.describe()).toEqual(before);
  await harness.deployment.destroy('Chat');
  expect(harness.userPools.describe()).toEqual({ userPools: [], issuers: [] });
});

test('triggers are ignored, which is reported', async () => {
  await deployed({ Pool: { ...POOL, Properties: { LambdaConfig: { PreTokenGeneration: 'arn' }, Policies: {}, Schema: [] } } });
  expect(harness.notices).toEqual([{ logicalId: 'Pool', notice: 'ignored', properties: ['LambdaConfig'] }]);
});

test('a client of a pool that is not deployed is reported, and its tokens are issued', async () => {
  await deployed({ Client: client({ UserPoolId: 'us-east-1_Elsewhere' }) });
  expect(harness.notices).toEqual([{ logicalId: 'Client', notice: 'missing-user-pool', userPool: 'us-east-1_Elsewhere' }]);
  const { idToken } = await harness.userPools.signIn({ username: 'ada', client: 'web' });
  expect(claimsOf(idToken)).toMatchObject({ iss: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Elsewhere' });
});
