import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';
const URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;
const of = (type: string, properties: object = {}) => ({ Type: `AWS::ApiGatewayV2::${type}`, Properties: { ...type !== 'Api' && { ApiId: { Ref: 'Api' } }, ...properties } });
const api = (properties: object = {}) => of('Api', { Name: 'chat', ProtocolType: 'HTTP', ...properties });
const integration = (properties: object = {}) => of('Integration', { IntegrationType: 'AWS_PROXY', IntegrationUri: FUNCTION_ARN, PayloadFormatVersion: '2.0', ...properties });
const route = (properties: object = {}) => of('Route', { RouteKey: 'GET /rooms', Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] }, ...properties });
const stage = (properties: object = {}) => of('Stage', { StageName: '$default', AutoDeploy: true, ...properties });
const jwt = (properties: object = {}) => of('Authorizer', {
  Name: 'users', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'], JwtConfiguration: { Issuer: 'https://issuer', Audience: ['chat'] }, ...properties,
});
const lambdaAuthorizer = (properties: object = {}) => of('Authorizer', {
  Name: 'own', AuthorizerType: 'REQUEST', AuthorizerUri: URI, AuthorizerPayloadFormatVersion: '2.0', ...properties,
});
const OUTPUTS = outputsOf({
  id: { Ref: 'Api' },
  endpoint: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
  url: { 'Fn::Join': ['', ['https://', { Ref: 'Api' }, '.execute-api.us-east-1.', { Ref: 'AWS::URLSuffix' }, '/']] },
  stage: { Ref: 'Stage' },
});
const deploy = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));
const deployed = async (resources: Record<string, object>) => {
  const { outputs } = await deploy({ Api: api(), Stage: stage(), ...resources }, OUTPUTS);
  return { outputs, deployedApi: harness.httpApis.find(outputs.id)! };
};

test('an API with a route, an integration and a stage, until it is deleted', async () => {
  const { deployedApi, outputs } = await deployed({
    Integration: integration({ IntegrationUri: URI }), Route: route(), Stage: stage({ StageVariables: { number: 1 } }),
  });
  expect(outputs).toEqual({
    id: expect.stringMatching(/^[a-z0-9]{10}$/),
    endpoint: `${harness.endpoint}/execute-api/${outputs.id}`,
    url: `${harness.endpoint}/execute-api/${outputs.id}/`,
    stage: '$default',
  });
  expect(deployedApi.findRoute('GET', '/rooms')).toMatchObject({ route: { authorizationType: 'NONE', scopes: [] } });
  expect([...deployedApi.integrations.values()]).toEqual([{ id: expect.any(String), functionArn: FUNCTION_ARN, payloadVersion: '2.0', timeoutMilliseconds: 30_000 }]);
  expect([...deployedApi.stages.values()]).toEqual([{ name: '$default', isDeployed: true, variables: { number: '1' } }]);

  await harness.deployment.destroy('Chat');
  expect(harness.httpApis.has(outputs.id)).toBe(false);
});

test('an update keeps the ids, and a rollback restores the earlier properties', async () => {
  const first = await deployed({ Integration: integration(), Route: route() });
  const broken = { Broken: { Type: 'AWS::IVSChat::Room', Properties: { MaximumMessageLength: 501 }, DependsOn: ['Route', 'Integration'] } };
  const changed = { Integration: integration({ PayloadFormatVersion: '1.0' }), Route: route({ RouteKey: 'GET /users' }) };
  await expect(deployed({ ...changed, ...broken })).rejects.toThrow();
  expect(first.deployedApi.findRoute('GET', '/rooms')).toBeDefined();
  expect([...first.deployedApi.integrations.values()]).toMatchObject([{ payloadVersion: '2.0' }]);

  const second = await deployed(changed);
  expect(second.outputs).toEqual(first.outputs);
  expect([second.deployedApi.findRoute('GET', '/rooms'), second.deployedApi.findRoute('GET', '/users')]).toEqual([undefined, expect.anything()]);
  const third = await deployed({});
  expect([third.deployedApi.findRoute('GET', '/users'), third.deployedApi.integrations.size]).toEqual([undefined, 0]);
});

test('another name replaces a stage', async () => {
  const { deployedApi } = await deployed({});
  await deployed({ Stage: stage({ StageName: 'prod' }) });
  expect([...deployedApi.stages.keys()]).toEqual(['prod']);
});

test('a stage is deployed with AutoDeploy or with a deployment', async () => {
  const { deployedApi } = await deployed({
    Deployment: of('Deployment'),
    One: stage({ StageName: 'one', AutoDeploy: false }),
    Two: stage({ StageName: 'two', AutoDeploy: false, DeploymentId: { Ref: 'Deployment' } }),
  });
  expect([...deployedApi.stages.values()].map(({ isDeployed, name }) => [name, isDeployed]).sort()).toEqual([['$default', true], ['one', false], ['two', true]]);
});

test('authorizers of both types', async () => {
  const { deployedApi } = await deployed({
    Integration: integration(),
    Jwt: jwt(),
    Own: lambdaAuthorizer({ IdentitySource: ['$request.header.key'], EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 300 }),
    Route: route({ AuthorizationType: 'JWT', AuthorizerId: { Ref: 'Jwt' }, AuthorizationScopes: ['chat'] }),
    Other: route({ RouteKey: '$default', AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Own' } }),
  });
  expect([...deployedApi.authorizers.values()].sort((one, other) => one.kind.localeCompare(other.kind))).toEqual([
    { kind: 'CUSTOM', id: expect.any(String), name: 'own', identitySources: ['$request.header.key'], functionArn: FUNCTION_ARN, payloadVersion: '2.0', hasSimpleResponses: true, cacheSeconds: 300 },
    { kind: 'JWT', id: expect.any(String), name: 'users', identitySources: ['$request.header.Authorization'], issuer: 'https://issuer', audience: ['chat'] },
  ]);
});

test('a function has the local addresses of APIs in its environment', async () => {
  const { outputs } = await deployed({
    Role: ROLE,
    Function: functionOf('one', {
      Environment: { Variables: { API: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/v1' }, OTHER: 'https://abc.execute-api.us-east-1.amazonaws.com' } },
    }),
  });
  expect([...harness.functions.definitions.values()][0].environment).toEqual({
    API: `${harness.endpoint}/execute-api/${outputs.id}/v1`, OTHER: 'https://abc.execute-api.us-east-1.amazonaws.com',
  });
});

test('a WebSocket API and its parts are stand-ins, as parts of an API that is managed elsewhere', async () => {
  const { outputs } = await deploy({
    Api: api({ ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' }),
    Integration: integration({ PayloadFormatVersion: { Ref: 'AWS::NoValue' } }),
    Route: route({ RouteKey: '$connect' }),
    Stage: stage({ StageName: 'prod' }),
    Elsewhere: stage({ ApiId: 'abcdef' }),
  }, OUTPUTS);
  expect(outputs.url).toBe(`https://${outputs.id}.execute-api.us-east-1.amazonaws.com/`);
  expect(harness.notices).toEqual(['Api', 'Elsewhere', 'Integration', 'Route', 'Stage'].map(logicalId => ({ logicalId, notice: 'stand-in' })));
  await harness.deployment.destroy('Chat');
});

test('ignored properties are reported', async () => {
  await deployed({ Stage: stage({ AccessLogSettings: {}, DefaultRouteSettings: {} }) });
  expect(harness.notices).toEqual([{ logicalId: 'Stage', notice: 'ignored', properties: ['AccessLogSettings', 'DefaultRouteSettings'] }]);
});

test.each<[string, Record<string, object>]>([
  ['Body is not supported', { Api: api({ Body: {} }) }],
  ['Target is not supported', { Api: api({ Target: FUNCTION_ARN }) }],
  ['Name and ProtocolType are required', { Api: api({ Name: { Ref: 'AWS::NoValue' } }) }],
  ['IntegrationType must be AWS_PROXY', { Integration: integration({ IntegrationType: 'HTTP_PROXY' }) }],
  ['ConnectionType VPC_LINK is not supported', { Integration: integration({ ConnectionType: 'VPC_LINK', ConnectionId: 'x' }) }],
  ['IntegrationSubtype is not supported', { Integration: integration({ IntegrationSubtype: 'SQS-SendMessage' }) }],
  ['CredentialsArn is not supported', { Integration: integration({ CredentialsArn: 'arn:aws:iam::1:role/x' }) }],
  ['RequestParameters is not supported', { Integration: integration({ RequestParameters: { 'overwrite:path': '/' } }) }],
  ['ResponseParameters is not supported', { Integration: integration({ ResponseParameters: {} }) }],
  ['RequestTemplates is not supported', { Integration: integration({ RequestTemplates: {} }) }],
  ['PayloadFormatVersion must be 1.0 or 2.0', { Integration: integration({ PayloadFormatVersion: { Ref: 'AWS::NoValue' } }) }],
  ['IntegrationUri must be the ARN', { Integration: integration({ IntegrationUri: 'https://example.com' }) }],
  ['TimeoutInMillis must be a whole number from 50 to 30000', { Integration: integration({ TimeoutInMillis: 49 }) }],
  ['Target must be integrations/', { Integration: integration(), Route: route({ Target: 'other' }) }],
  ['Target must be integrations/', { Integration: integration(), Route: route({ Target: 'integrations/unknown' }) }],
  ['RouteKey must be $default, or a method', { Integration: integration(), Route: route({ RouteKey: 'rooms' }) }],
  ['Route with key GET /rooms already exists', { Integration: integration(), Route: route(), Other: { ...route(), DependsOn: 'Route' } }],
  ['AuthorizerId must be the id of an authorizer', { Integration: integration(), Route: route({ AuthorizationType: 'JWT', AuthorizerId: 'unknown' }) }],
  ['AuthorizerId must be the id of an authorizer', { Integration: integration(), Jwt: jwt(), Route: route({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Jwt' } }) }],
  ['IdentitySource must have one item', { Jwt: jwt({ IdentitySource: [] }) }],
  ['JwtConfiguration must have an Issuer', { Jwt: jwt({ JwtConfiguration: { Audience: [] } }) }],
  ['IdentitySource.0 must be $request.header.NAME', { Own: lambdaAuthorizer({ IdentitySource: ['$context.httpMethod'] }) }],
  ['AuthorizerPayloadFormatVersion must be', { Own: lambdaAuthorizer({ AuthorizerPayloadFormatVersion: { Ref: 'AWS::NoValue' } }) }],
  ['EnableSimpleResponses must be false', { Own: lambdaAuthorizer({ AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true }) }],
  ['AuthorizerCredentialsArn is not supported', { Own: lambdaAuthorizer({ AuthorizerCredentialsArn: 'arn:aws:iam::1:role/x' }) }],
  ['StageName must be $default', { Stage: stage({ StageName: 'a b' }) }],
])('fails with "%s"', async (message, resources) => {
  await expect(deploy({ Api: api(), ...resources })).rejects.toThrow(message);
});
