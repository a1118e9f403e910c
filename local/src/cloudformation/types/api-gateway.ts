import { ExpectedError } from '../../expected-error';
import { generatedName } from '../generated-names';
import { ANY, BOOLEAN, STRING, STRINGS, type ObjectSchema, type Schema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { RestApiAuthorizer } from '../services';
import { methodOf, METHOD_SCHEMA, staticValues } from './api-gateway-methods';
import { apiPart, functionArn, generatedId, refuse } from './api-parts';
import { inform, open, warn, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

const STAGE_NAME: Schema = { type: 'string', pattern: /^\w{1,128}$|^[\w-]{1,128}$/, description: 'up to 128 letters, digits, hyphens and underscores' };
const VARIABLES: Schema = { type: 'map', values: STRING };

/** Properties that have an effect, or an error of their own. */
const SCHEMAS = {
  api: open({
    ApiKeySourceType: { type: 'string', values: ['AUTHORIZER', 'HEADER'] },
    BinaryMediaTypes: STRINGS,
    Body: ANY,
    BodyS3Location: ANY,
    CloneFrom: STRING,
    DisableExecuteApiEndpoint: BOOLEAN,
    // The local address is the same for all types of endpoints.
    EndpointConfiguration: ANY,
    Name: STRING,
    Policy: ANY,
  }),
  authorizer: open({
    AuthorizerCredentials: STRING,
    AuthorizerResultTtlInSeconds: { type: 'integer', minimum: 0, maximum: 3600 },
    AuthorizerUri: STRING,
    IdentitySource: STRING,
    IdentityValidationExpression: STRING,
    Name: STRING,
    ProviderARNs: STRINGS,
    RestApiId: STRING,
    Type: { type: 'string', values: ['COGNITO_USER_POOLS', 'REQUEST', 'TOKEN'] },
  }, ['Name', 'RestApiId', 'Type']),
  deployment: open({ RestApiId: STRING, StageDescription: open({ Variables: VARIABLES }), StageName: STAGE_NAME }, ['RestApiId']),
  gatewayResponse: open({
    ResponseParameters: { type: 'map', values: STRING },
    ResponseTemplates: { type: 'map', values: STRING },
    ResponseType: STRING,
    RestApiId: STRING,
    StatusCode: { type: 'string', pattern: /^[1-5]\d\d$/, description: 'an HTTP status' },
  }, ['ResponseType', 'RestApiId']),
  key: open({
    Enabled: BOOLEAN,
    GenerateDistinctId: BOOLEAN,
    Name: STRING,
    // Keys are for the stages of their usage plans.
    StageKeys: ANY,
    // Its length is checked when a dynamic reference in it is resolved.
    Value: STRING,
  }),
  model: open({
    ContentType: STRING,
    Name: { type: 'string', pattern: /^[a-zA-Z0-9]+$/, description: 'letters and digits' },
    RestApiId: STRING,
    Schema: ANY,
  }, ['RestApiId']),
  planKey: open({ KeyId: STRING, KeyType: { type: 'string', values: ['API_KEY'] }, UsagePlanId: STRING }, ['KeyId', 'KeyType', 'UsagePlanId']),
  resource: open({
    ParentId: STRING,
    PathPart: {
      type: 'string',
      pattern: /^([\w.$:~-]+|\{[\w.:-]+\+?\})$/,
      description: 'letters, digits, or characters of -._~$:, or a variable such as {id} or {proxy+}',
    },
    RestApiId: STRING,
  }, ['ParentId', 'PathPart', 'RestApiId']),
  stage: open({ DeploymentId: STRING, RestApiId: STRING, StageName: STAGE_NAME, Variables: VARIABLES }, ['RestApiId']),
  usagePlan: open({
    ApiStages: { type: 'array', items: open({ ApiId: STRING, Stage: STRING }) },
    UsagePlanName: STRING,
  }),
  validator: open({ Name: STRING, RestApiId: STRING, ValidateRequestBody: BOOLEAN, ValidateRequestParameters: BOOLEAN }, ['RestApiId']),
} satisfies Record<string, ObjectSchema>;

/** REST APIs. Other types, such as domain names, are stand-ins. */
export function apiGatewayTypes(options: TypeOptions, standIn: ResourceType): Record<string, ResourceType> {
  const { liveLog, restApis } = options;
  const part = apiPart({ liveLog, apiProperty: 'RestApiId', isKnown: apiId => restApis.has(apiId), standIn });
  return {
    'AWS::ApiGateway::ApiKey': {
      schema: SCHEMAS.key,
      immutable: ['GenerateDistinctId', 'Name', 'Value'],
      create: async request => putKey(request, options),
      update: async request => putKey(request, options),
      delete: async (_request, { physicalId }) => restApis.deleteKey(physicalId),
    },
    'AWS::ApiGateway::Authorizer': part({
      schema: SCHEMAS.authorizer,
      put: request => {
        const id = generatedId(request.seed, 6);
        restApis.putPart(request.properties.RestApiId, 'authorizer', id, authorizerOf(request, options));
        return { physicalId: id, attributes: { AuthorizerId: id } };
      },
      remove: (apiId, id) => restApis.deletePart(apiId, 'authorizer', id),
    }),
    'AWS::ApiGateway::Deployment': part({
      schema: SCHEMAS.deployment,
      put: (request, state) => state ?? deploy(request, options),
      remove: (apiId, id) => restApis.deleteDeployment(apiId, id),
    }),
    'AWS::ApiGateway::GatewayResponse': part({
      schema: SCHEMAS.gatewayResponse,
      immutable: ['ResponseType'],
      put: request => putGatewayResponse(request, options),
      remove: (apiId, id) => restApis.deletePart(apiId, 'gatewayResponse', id),
    }),
    'AWS::ApiGateway::Method': part({
      schema: METHOD_SCHEMA,
      immutable: ['HttpMethod', 'ResourceId'],
      put: request => {
        const { properties } = request;
        const id = `${properties.ResourceId}-${properties.HttpMethod}`;
        const method = methodOf(properties);
        if (method.integration.kind === 'unsupported') {
          warn(liveLog, request, `cannot be called: ${method.integration.reason}`, { notice: 'ignored', properties: ['Integration'] });
        }
        restApis.putPart(properties.RestApiId, 'method', id, method);
        return { physicalId: id, attributes: {} };
      },
      remove: (apiId, id) => restApis.deletePart(apiId, 'method', id),
    }),
    'AWS::ApiGateway::Model': part({
      schema: SCHEMAS.model,
      immutable: ['ContentType', 'Name'],
      put: ({ logicalId, properties, seed, stackName }) => {
        const { Name = generatedName(stackName, logicalId, seed, 100).replace(/[^a-zA-Z0-9]/g, ''), RestApiId, Schema: schema = {} } = properties;
        restApis.putPart(RestApiId, 'model', Name, { schema: typeof schema === 'string' ? parseSchema(schema) : schema });
        return { physicalId: Name, attributes: {} };
      },
      remove: (apiId, name) => restApis.deletePart(apiId, 'model', name),
    }),
    'AWS::ApiGateway::RequestValidator': part({
      schema: SCHEMAS.validator,
      immutable: ['Name'],
      put: ({ properties: { RestApiId, ValidateRequestBody = false, ValidateRequestParameters = false }, seed }) => {
        const id = generatedId(seed, 6);
        restApis.putPart(RestApiId, 'validator', id, { validatesBody: ValidateRequestBody, validatesParameters: ValidateRequestParameters });
        return { physicalId: id, attributes: { RequestValidatorId: id } };
      },
      remove: (apiId, id) => restApis.deletePart(apiId, 'validator', id),
    }),
    'AWS::ApiGateway::Resource': part({
      schema: SCHEMAS.resource,
      immutable: ['ParentId', 'PathPart'],
      put: ({ properties: { ParentId, PathPart, RestApiId }, seed }) => {
        const id = generatedId(seed, 6);
        restApis.putPart(RestApiId, 'resource', id, { parentId: ParentId, pathPart: PathPart });
        return { physicalId: id, attributes: { ResourceId: id } };
      },
      remove: (apiId, id) => restApis.deletePart(apiId, 'resource', id),
    }),
    'AWS::ApiGateway::RestApi': {
      schema: SCHEMAS.api,
      create: async request => putApi(request, options),
      update: async request => putApi(request, options),
      delete: async (_request, { physicalId }) => restApis.delete(physicalId),
    },
    'AWS::ApiGateway::Stage': part({
      schema: SCHEMAS.stage,
      immutable: ['StageName'],
      put: ({ properties: { DeploymentId, RestApiId, StageName = 'default', Variables = {} } }) => {
        if (DeploymentId === undefined) throw new ExpectedError('DeploymentId is missing: a stage serves a deployment.');
        restApis.putStage(RestApiId, { name: StageName, deploymentId: DeploymentId, variables: Variables });
        return { physicalId: StageName, attributes: {} };
      },
      remove: (apiId, name) => restApis.deleteStage(apiId, name),
    }),
    'AWS::ApiGateway::UsagePlan': {
      schema: SCHEMAS.usagePlan,
      create: async request => putUsagePlan(request, options),
      update: async request => putUsagePlan(request, options),
      delete: async (_request, { physicalId }) => restApis.deleteUsagePlan(physicalId),
    },
    'AWS::ApiGateway::UsagePlanKey': {
      schema: SCHEMAS.planKey,
      create: async ({ properties: { KeyId, UsagePlanId } }) => {
        restApis.addKeyToPlan(UsagePlanId, KeyId);
        return { physicalId: `${KeyId}:${UsagePlanId}`, attributes: { Id: `${KeyId}:${UsagePlanId}` } };
      },
      delete: async ({ properties: { KeyId, UsagePlanId } }) => restApis.removeKeyFromPlan(UsagePlanId, KeyId),
    },
  };
}

function putApi(request: ResourceRequest, { liveLog, restApis }: TypeOptions): ResourceState {
  const { properties, seed } = request;
  refuse(properties, ['Body', 'BodyS3Location', 'CloneFrom'], 'declare resources and methods as resources of the template');
  // Without it, requests would be allowed that AWS denies.
  refuse(properties, ['Policy'], 'remove it to run the API locally');
  if (properties.Name === undefined) throw new ExpectedError('Name is required for an API without a Body.');
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.api);
  const id = generatedId(seed, 10);
  const rootResourceId = generatedId(`${seed}/root`, 10);
  restApis.put({
    id,
    rootResourceId,
    name: properties.Name,
    apiKeySource: properties.ApiKeySourceType ?? 'HEADER',
    binaryMediaTypes: properties.BinaryMediaTypes ?? [],
    isEndpointDisabled: properties.DisableExecuteApiEndpoint ?? false,
  });
  return { physicalId: id, attributes: { RestApiId: id, RootResourceId: rootResourceId } };
}

/** A deployment copies the API once. As in AWS, an update of its description does not copy it again. */
function deploy({ properties, seed }: ResourceRequest, { restApis }: TypeOptions): ResourceState {
  const { RestApiId, StageDescription, StageName } = properties;
  const id = generatedId(seed, 6);
  restApis.deploy(RestApiId, id);
  if (StageName !== undefined) restApis.putStage(RestApiId, { name: StageName, deploymentId: id, variables: StageDescription?.Variables ?? {} });
  return { physicalId: id, attributes: { DeploymentId: id } };
}

function putGatewayResponse({ properties }: ResourceRequest, { restApis }: TypeOptions): ResourceState {
  const { ResponseParameters = {}, ResponseTemplates = {}, ResponseType, RestApiId, StatusCode } = properties;
  restApis.putPart(RestApiId, 'gatewayResponse', ResponseType, {
    headers: staticValues(ResponseParameters, 'gatewayresponse.header.'),
    status: StatusCode === undefined ? undefined : Number(StatusCode),
    template: ResponseTemplates['application/json'] ?? Object.values(ResponseTemplates)[0],
  });
  return { physicalId: ResponseType, attributes: { Id: ResponseType } };
}

function putKey(request: ResourceRequest, { liveLog, restApis }: TypeOptions): ResourceState {
  const { properties: { Enabled = false, Value }, seed } = request;
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.key);
  const id = generatedId(seed, 10);
  const value: string = Value ?? generatedId(`${seed}/value`, 32) + generatedId(`${seed}/more`, 8);
  if (value.length < 20 || value.length > 128) throw new ExpectedError(`Value must have 20 to 128 characters, got ${value.length}.`);
  restApis.putKey({ id, value, isEnabled: Enabled });
  // In AWS it is in the console. Here it opens nothing but this machine.
  inform(liveLog, request, `has the value ${value}: send it in the header x-api-key`, { notice: 'api-key', value });
  return { physicalId: id, attributes: { APIKeyId: id } };
}

function putUsagePlan(request: ResourceRequest, { liveLog, restApis }: TypeOptions): ResourceState {
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.usagePlan);
  const id = generatedId(request.seed, 6);
  const stages: { ApiId: string; Stage: string }[] = request.properties.ApiStages ?? [];
  restApis.putUsagePlan({ id, stages: stages.map(({ ApiId, Stage }) => ({ apiId: ApiId, stage: Stage })) });
  return { physicalId: id, attributes: { Id: id } };
}

function authorizerOf({ properties }: ResourceRequest, { userPools }: TypeOptions): RestApiAuthorizer {
  const { AuthorizerResultTtlInSeconds = 300, AuthorizerUri, IdentitySource, IdentityValidationExpression } = properties;
  const { Name: name, ProviderARNs = [], Type: kind } = properties;
  refuse(properties, ['AuthorizerCredentials'], "allow the invocation in the function's resource policy");
  if (kind === 'COGNITO_USER_POOLS') {
    const header = /^method\.request\.header\.(.+)$/.exec(IdentitySource ?? 'method.request.header.Authorization')?.[1];
    if (header === undefined) throw new ExpectedError(`IdentitySource must be method.request.header.NAME for a user pool, got ${IdentitySource}.`);
    return { kind, name, header, issuers: ProviderARNs.map((arn: string) => userPools.issuerOf(arn.slice(arn.lastIndexOf('/') + 1))) };
  }
  const sources = (IdentitySource ?? '').split(',').map((source: string) => source.trim()).filter((source: string) => source !== '');
  if (kind === 'TOKEN' && sources.length !== 1) throw new ExpectedError(`IdentitySource must be method.request.header.NAME for a TOKEN authorizer, got ${IdentitySource}.`);
  const unsupported = sources.find((source: string) => !/^(method\.request\.(header|querystring)|stageVariables)\.[\w.-]+$/.test(source));
  if (unsupported !== undefined) throw new ExpectedError(`IdentitySource must have method.request.header.NAME, method.request.querystring.NAME or stageVariables.NAME, the identity sources that ivschat-local supports, got ${unsupported}.`);
  return {
    kind,
    name,
    identitySources: sources,
    tokenPattern: IdentityValidationExpression === undefined ? undefined : checkPattern(IdentityValidationExpression),
    functionArn: functionArn('AuthorizerUri', AuthorizerUri),
    cacheSeconds: AuthorizerResultTtlInSeconds,
  };
}

function checkPattern(pattern: string): string {
  try {
    return new RegExp(pattern).source;
  } catch {
    throw new ExpectedError(`IdentityValidationExpression must be a regular expression, got ${pattern}.`);
  }
}

function parseSchema(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ExpectedError('Schema must be a JSON schema, or one as JSON text.');
  }
}
