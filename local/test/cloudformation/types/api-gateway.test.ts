import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;
beforeEach(async () => harness = await DeploymentHarness.start());
afterEach(async () => harness.stop());

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:moderator';
const URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION_ARN}/invocations`;
const of = (type: string, properties: object = {}, more: object = {}) => ({
  Type: `AWS::ApiGateway::${type}`, Properties: { ...type !== 'RestApi' && { RestApiId: { Ref: 'Api' } }, ...properties }, ...more,
});
const plain = (type: string, properties: object) => ({ Type: `AWS::ApiGateway::${type}`, Properties: properties });
const api = (properties: object = {}) => of('RestApi', { Name: 'chat', ...properties });
const resource = (properties: object = {}) => of('Resource', { ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] }, PathPart: 'rooms', ...properties });
const method = (properties: object = {}) => of('Method', {
  HttpMethod: 'GET', ResourceId: { Ref: 'Rooms' }, AuthorizationType: 'NONE', Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: URI }, ...properties,
});
const deployment = (properties: object = {}) => of('Deployment', properties, { DependsOn: ['Get'] });
const stage = (properties: object = {}) => of('Stage', { DeploymentId: { Ref: 'Deployment' }, StageName: 'prod', ...properties });
const BASE = { Api: api(), Rooms: resource(), Get: method(), Deployment: deployment(), Stage: stage() };
const OUTPUTS = outputsOf({
  id: { Ref: 'Api' },
  url: { 'Fn::Join': ['', ['https://', { Ref: 'Api' }, '.execute-api.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/', { Ref: 'Stage' }, '/']] },
});
const deploy = async (resources: Record<string, object>, more: object = OUTPUTS) => harness.deployment.deploy(stackOf(resources, more));
const served = (id: string, path = '/prod') => harness.restApis.find(id)!.findStage(path)!;

test('an API with a resource, a method, a deployment and a stage, until it is deleted', async () => {
  const { outputs } = await deploy({ ...BASE, Api: api({ BinaryMediaTypes: ['image/png'] }), Stage: stage({ Variables: { number: 1 } }) });
  expect(outputs).toEqual({ id: expect.stringMatching(/^[a-z0-9]{10}$/), url: `${harness.endpoint}/execute-api/${outputs.id}/prod/` });
  const { deployed, stage: found } = served(outputs.id);
  expect(found.variables).toEqual({ number: '1' });
  expect(deployed.definition).toMatchObject({ name: 'chat', binaryMediaTypes: ['image/png'], isEndpointDisabled: false });
  expect(deployed.find('GET', '/rooms')!.method).toMatchObject({
    authorizationType: 'NONE', isApiKeyRequired: false, integration: { kind: 'lambda', functionArn: FUNCTION_ARN, timeoutMilliseconds: 29_000 },
  });
  expect(harness.notices).toEqual([]);

  await harness.deployment.destroy('Chat');
  expect(harness.restApis.has(outputs.id)).toBe(false);
});

test('a changed method is served by a new deployment only', async () => {
  const { outputs } = await deploy(BASE);
  const changed = method({ AuthorizationType: 'AWS_IAM' });
  await deploy({ ...BASE, Get: changed });
  expect(served(outputs.id).deployed.find('GET', '/rooms')!.method!.authorizationType).toBe('NONE');
  await deploy({ ...BASE, Get: changed, Deployment: deployment({ Description: 'another' }) });
  expect(served(outputs.id).deployed.find('GET', '/rooms')!.method!.authorizationType).toBe('NONE');

  const { Deployment, ...rest } = BASE;
  await deploy({ ...rest, Get: changed, Next: Deployment, Stage: stage({ DeploymentId: { Ref: 'Next' } }) });
  expect(served(outputs.id).deployed.find('GET', '/rooms')!.method!.authorizationType).toBe('AWS_IAM');
});

test('a resource is replaced if its path changes, after the deployment as in AWS', async () => {
  const { outputs } = await deploy(BASE);
  const { Deployment, ...rest } = BASE;
  const paths = () => ['/rooms', '/users'].filter(path => served(outputs.id).deployed.find('GET', path));
  const changed = { ...rest, Rooms: resource({ PathPart: 'users' }), Next: Deployment, Stage: stage({ DeploymentId: { Ref: 'Next' } }) };
  await deploy(changed);
  expect(paths()).toEqual(['/rooms', '/users']);
  await deploy({ ...changed, Last: Deployment, Stage: stage({ DeploymentId: { Ref: 'Last' } }) });
  expect(paths()).toEqual(['/users']);
});

test('a rollback of an update restores what was served', async () => {
  const { outputs } = await deploy(BASE);
  const { Deployment, ...rest } = BASE;
  const Broken = { Type: 'AWS::IVSChat::Room', Properties: { MaximumMessageLength: 501 }, DependsOn: ['Stage'] };
  const change = { ...rest, Get: method({ AuthorizationType: 'AWS_IAM' }), Next: Deployment, Stage: stage({ DeploymentId: { Ref: 'Next' }, Variables: { a: 'b' } }) };
  await expect(deploy({ ...change, Broken })).rejects.toThrow('rolled back');
  const { deployed, stage: found } = served(outputs.id);
  expect([found.variables, deployed.find('GET', '/rooms')!.method!.authorizationType]).toEqual([{}, 'NONE']);
});

test('a failed creation leaves nothing', async () => {
  const Broken = { Type: 'AWS::IVSChat::Room', Properties: { MaximumMessageLength: 501 }, DependsOn: ['Stage'] };
  await expect(deploy({ ...BASE, Broken })).rejects.toThrow('rolled back');
  const { outputs } = await deploy(BASE);
  expect(served(outputs.id).deployed.find('GET', '/rooms')).toBeDefined();
});

test('a deployment with a StageName creates the stage', async () => {
  const { outputs } = await deploy(
    { Api: api(), Rooms: resource(), Get: method(), Deployment: deployment({ StageName: 'dev', StageDescription: { Variables: { a: 'b' } } }) }, outputsOf({ id: { Ref: 'Api' } }),
  );
  expect(served(outputs.id, '/dev').stage.variables).toEqual({ a: 'b' });
});

test('a function has the local address of the API', async () => {
  const url = { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.amazonaws.com/prod/rooms' };
  const { outputs } = await deploy({ ...BASE, Role: ROLE, Function: functionOf('f', { Environment: { Variables: { URL: url, OTHER: 'https://abc.execute-api.us-east-1.amazonaws.com' } } }) });
  expect([...harness.functions.definitions.values()][0].environment).toEqual({
    URL: `${harness.endpoint}/execute-api/${outputs.id}/prod/rooms`, OTHER: 'https://abc.execute-api.us-east-1.amazonaws.com',
  });
});

test('API keys with usage plans', async () => {
  const value = 'abcdefghij0123456789';
  const resources = {
    ...BASE,
    Key: plain('ApiKey', { Enabled: true, Value: value, StageKeys: [{ RestApiId: { Ref: 'Api' }, StageName: { Ref: 'Stage' } }] }),
    Generated: plain('ApiKey', { Enabled: true }),
    Plan: plain('UsagePlan', { ApiStages: [{ ApiId: { Ref: 'Api' }, Stage: { Ref: 'Stage' } }], UsagePlanName: 'plan', Throttle: { RateLimit: 1 } }),
    PlanKey: plain('UsagePlanKey', { KeyId: { Ref: 'Key' }, KeyType: 'API_KEY', UsagePlanId: { Ref: 'Plan' } }),
  };
  const { outputs } = await deploy(resources);
  expect(harness.restApis.findKey(value, outputs.id, 'prod')).toMatchObject({ value });
  expect(harness.notices).toEqual([
    { logicalId: 'Generated', notice: 'api-key', value: expect.stringMatching(/^[a-z0-9]{40}$/) },
    { logicalId: 'Key', notice: 'api-key', value },
    { logicalId: 'Plan', notice: 'ignored', properties: ['Throttle'] },
  ]);
  const { PlanKey, ...without } = resources;
  await deploy(without);
  expect(harness.restApis.findKey(value, outputs.id, 'prod')).toBeUndefined();
});

test('models, validators, authorizers and gateway responses', async () => {
  const { outputs } = await deploy({
    ...BASE,
    Model: of('Model', { ContentType: 'application/json', Schema: { type: 'object' } }),
    Text: of('Model', { Name: 'Text', Schema: '{"type":"string"}' }),
    Validator: of('RequestValidator', { ValidateRequestBody: true }),
    Users: { Type: 'AWS::Cognito::UserPool' },
    Authorizer: of('Authorizer', { Name: 'users', Type: 'COGNITO_USER_POOLS', IdentitySource: 'method.request.header.Token', ProviderARNs: [{ 'Fn::GetAtt': ['Users', 'Arn'] }] }),
    Own: of('Authorizer', { Name: 'own', Type: 'REQUEST', IdentitySource: 'method.request.header.a, method.request.querystring.b', AuthorizerUri: URI }),
    Response: of('GatewayResponse', { ResponseType: 'DEFAULT_4XX', StatusCode: '400', ResponseParameters: { 'gatewayresponse.header.X': "'1'", 'gatewayresponse.header.Y': 'method.request.header.y' } }),
    Get: method({
      AuthorizationType: 'COGNITO_USER_POOLS',
      AuthorizerId: { Ref: 'Authorizer' },
      RequestModels: { 'application/json': { Ref: 'Model' } },
      RequestValidatorId: { Ref: 'Validator' },
      RequestParameters: { 'method.request.querystring.page': true, 'method.request.querystring.size': false },
    }),
    Deployment: of('Deployment', {}, { DependsOn: ['Get', 'Own', 'Text', 'Response'] }),
  });
  const { deployed: { parts, ...deployed } } = served(outputs.id);
  expect([...parts.authorizer.values()]).toEqual([
    { kind: 'REQUEST', name: 'own', identitySources: ['method.request.header.a', 'method.request.querystring.b'], functionArn: FUNCTION_ARN, cacheSeconds: 300 },
    { kind: 'COGNITO_USER_POOLS', name: 'users', header: 'Token', issuers: [expect.stringMatching(/^https:\/\/cognito-idp\.us-east-1\.amazonaws\.com\/us-east-1_/)] },
  ]);
  expect([...parts.model.values()]).toEqual(expect.arrayContaining([{ schema: { type: 'object' } }, { schema: { type: 'string' } }]));
  expect([...parts.validator.values()]).toEqual([{ validatesBody: true, validatesParameters: false }]);
  expect(parts.gatewayResponse.get('DEFAULT_4XX')).toEqual({ status: 400, headers: { X: '1' } });
  expect(deployed.definition.name).toBe('chat');
  expect([...parts.method.values()][0]).toMatchObject({ requiredParameters: ['method.request.querystring.page'] });
});

test.each([
  ['an HTTP endpoint', { Type: 'HTTP_PROXY', Uri: 'https://example.com', IntegrationHttpMethod: 'GET' }],
  ['another service', { Type: 'AWS_PROXY', Uri: 'arn:aws:apigateway:us-east-1:states:action/StartExecution' }],
  ['a role', { Type: 'AWS_PROXY', Uri: URI, Credentials: 'arn:aws:iam::111122223333:role/caller' }],
])('an integration with %s is reported, and the rest of the API works', async (_what, Integration) => {
  const { outputs } = await deploy({ ...BASE, Get: method({ Integration }) });
  expect(served(outputs.id).deployed.find('GET', '/rooms')!.method!.integration.kind).toBe('unsupported');
  expect(harness.data('notice')).toEqual([expect.objectContaining({ logicalId: 'Get', notice: 'ignored', properties: ['Integration'] })]);
});

test('parts of an API that this runtime does not have are stand-ins', async () => {
  await deploy({ Rooms: of('Resource', { RestApiId: 'abc', ParentId: 'root', PathPart: 'rooms' }), Domain: plain('DomainName', { DomainName: 'chat.example.com' }) }, {});
  expect(harness.notices).toEqual([{ logicalId: 'Domain', notice: 'stand-in' }, { logicalId: 'Rooms', notice: 'stand-in' }]);
});

test.each<[string, Record<string, object>, string]>([
  ['a Body', { Api: api({ Body: {} }) }, 'Body is not supported by ivschat-local: declare resources and methods as resources of the template.'],
  ['a resource policy', { Api: api({ Policy: {} }) }, 'Policy is not supported by ivschat-local: remove it to run the API locally.'],
  ['a stage without a deployment', { ...BASE, Stage: of('Stage', { StageName: 'prod' }) }, 'DeploymentId is missing: a stage serves a deployment.'],
  ['a deployment before the methods', { Api: api(), Rooms: resource(), Deployment: of('Deployment') }, "The REST API doesn't contain any methods"],
  ['a path with several segments', { Api: api(), Rooms: resource({ PathPart: 'a/b' }) }, 'PathPart must be letters, digits'],
  ['a short key', { Key: plain('ApiKey', { Value: 'short' }) }, 'Value must have 20 to 128 characters, got 5.'],
  ['a function that is none', { ...BASE, Get: method({ Integration: { Type: 'AWS_PROXY', Uri: 'https://example.com' } }) }, 'Integration.Uri must be the ARN or the invocation URI of a Lambda function'],
  ['an authorizer with credentials', { Api: api(), A: of('Authorizer', { Name: 'a', Type: 'TOKEN', IdentitySource: 'method.request.header.a', AuthorizerUri: URI, AuthorizerCredentials: 'arn' }) }, 'AuthorizerCredentials is not supported'],
  ['an authorizer with a source of the context', { Api: api(), A: of('Authorizer', { Name: 'a', Type: 'REQUEST', IdentitySource: 'context.stage', AuthorizerUri: URI }) }, 'IdentitySource must have method.request.header.NAME'],
  ['a pattern that is none', { Api: api(), A: of('Authorizer', { Name: 'a', Type: 'TOKEN', IdentitySource: 'method.request.header.a', AuthorizerUri: URI, IdentityValidationExpression: '(' }) }, 'IdentityValidationExpression must be a regular expression, got (.'],
  ['a schema that is no JSON', { Api: api(), M: of('Model', { Schema: 'x' }) }, 'Schema must be a JSON schema'],
  ['a key of another plan', { K: plain('UsagePlanKey', { KeyId: 'a', KeyType: 'API_KEY', UsagePlanId: 'b' }) }, 'UsagePlanId must be the id of a usage plan, got b.'],
])('fails for %s', async (_what, resources, message) => {
  await expect(deploy(resources, {})).rejects.toThrow(message);
});
