import { ExpectedError } from '../../expected-error';
import { ANY, BOOLEAN, STRING, STRINGS, type ObjectSchema, type Schema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { HttpApiAuthorizer } from '../services';
import { apiPart, functionArn, generatedId, refuse } from './api-parts';
import { cors } from './cors';
import { open, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

const PAYLOAD_VERSION: Schema = { type: 'string', values: ['1.0', '2.0'] };

const IDENTITY_SOURCES: Schema = {
  type: 'array',
  items: {
    type: 'string',
    pattern: /^\$(request\.(header|querystring)|stageVariables)\.[\w.-]+$/,
    description: '$request.header.NAME, $request.querystring.NAME or $stageVariables.NAME, the identity sources that ivschat-local supports',
  },
};

/** Properties that have an effect, or an error of their own. */
const SCHEMAS = {
  api: open({
    Body: ANY,
    BodyS3Location: ANY,
    CorsConfiguration: cors(-1),
    CredentialsArn: STRING,
    DisableExecuteApiEndpoint: BOOLEAN,
    Name: STRING,
    ProtocolType: { type: 'string', values: ['HTTP', 'WEBSOCKET'] },
    RouteKey: STRING,
    RouteSelectionExpression: STRING,
    Target: STRING,
  }),
  authorizer: open({
    ApiId: STRING,
    AuthorizerCredentialsArn: STRING,
    AuthorizerPayloadFormatVersion: PAYLOAD_VERSION,
    AuthorizerResultTtlInSeconds: { type: 'integer', minimum: 0, maximum: 3600 },
    AuthorizerType: { type: 'string', values: ['JWT', 'REQUEST'] },
    AuthorizerUri: STRING,
    EnableSimpleResponses: BOOLEAN,
    IdentitySource: IDENTITY_SOURCES,
    JwtConfiguration: open({ Audience: STRINGS, Issuer: STRING }),
    Name: STRING,
  }, ['ApiId', 'AuthorizerType', 'Name']),
  deployment: open({ ApiId: STRING, StageName: STRING }, ['ApiId']),
  integration: open({
    ApiId: STRING,
    ConnectionId: STRING,
    ConnectionType: STRING,
    CredentialsArn: STRING,
    IntegrationMethod: STRING,
    IntegrationSubtype: STRING,
    IntegrationType: STRING,
    IntegrationUri: STRING,
    PayloadFormatVersion: PAYLOAD_VERSION,
    RequestParameters: ANY,
    RequestTemplates: ANY,
    ResponseParameters: ANY,
    TemplateSelectionExpression: STRING,
    TimeoutInMillis: { type: 'integer', minimum: 50, maximum: 30_000 },
    TlsConfig: ANY,
  }, ['ApiId', 'IntegrationType']),
  route: open({
    ApiId: STRING,
    AuthorizationScopes: STRINGS,
    AuthorizationType: { type: 'string', values: ['AWS_IAM', 'CUSTOM', 'JWT', 'NONE'] },
    AuthorizerId: STRING,
    RequestModels: ANY,
    RequestParameters: ANY,
    RouteKey: STRING,
    Target: STRING,
  }, ['ApiId', 'RouteKey']),
  stage: open({
    ApiId: STRING,
    AutoDeploy: BOOLEAN,
    DeploymentId: STRING,
    StageName: { type: 'string', pattern: /^(\$default|[\w-]{1,128})$/, description: '$default, or up to 128 letters, digits, hyphens and underscores' },
    StageVariables: { type: 'map', values: STRING },
  }, ['ApiId', 'StageName']),
} satisfies Record<string, ObjectSchema>;

/** HTTP APIs. WebSocket APIs are stand-ins, as all other types of Amazon API Gateway. */
export function apiGatewayV2Types(options: TypeOptions, standIn: ResourceType): Record<string, ResourceType> {
  const { httpApis } = options;

  const part = apiPart({ liveLog: options.liveLog, apiProperty: 'ApiId', isKnown: apiId => httpApis.has(apiId), standIn });

  return {
    'AWS::ApiGatewayV2::Api': {
      schema: SCHEMAS.api,
      immutable: ['ProtocolType'],
      create: async request => isWebSocket(request) ? standIn.create(request) : putApi(request, options),
      update: async (request, state, old) => isWebSocket(request) ? standIn.update!(request, state, old) : putApi(request, options),
      delete: async (_request, { physicalId }) => httpApis.delete(physicalId),
    },
    'AWS::ApiGatewayV2::Authorizer': part({
      schema: SCHEMAS.authorizer,
      put: request => putAuthorizer(request, options),
      remove: (apiId, id) => httpApis.deleteAuthorizer(apiId, id),
    }),
    'AWS::ApiGatewayV2::Deployment': part({
      schema: SCHEMAS.deployment,
      put: deploymentOf,
      remove: () => undefined,
    }),
    'AWS::ApiGatewayV2::Integration': part({
      schema: SCHEMAS.integration,
      put: request => putIntegration(request, options),
      remove: (apiId, id) => httpApis.deleteIntegration(apiId, id),
    }),
    'AWS::ApiGatewayV2::Route': part({
      schema: SCHEMAS.route,
      put: request => putRoute(request, options),
      remove: (apiId, id) => httpApis.deleteRoute(apiId, id),
    }),
    'AWS::ApiGatewayV2::Stage': part({
      schema: SCHEMAS.stage,
      immutable: ['StageName'],
      put: request => putStage(request, options),
      remove: (apiId, name) => httpApis.deleteStage(apiId, name),
    }),
  };
}

function isWebSocket({ properties: { ProtocolType } }: ResourceRequest): boolean {
  return ProtocolType === 'WEBSOCKET';
}

function putApi(request: ResourceRequest, { httpApis, liveLog }: TypeOptions): ResourceState {
  const { properties, seed } = request;
  refuse(properties, ['Body', 'BodyS3Location'], 'declare routes and integrations as resources');
  refuse(properties, ['CredentialsArn', 'RouteKey', 'Target'], 'declare a route and an integration as resources');
  if (properties.Name === undefined || properties.ProtocolType === undefined) throw new ExpectedError('Name and ProtocolType are required for an API without a Body.');
  warnAboutIgnoredProperties(liveLog, request, SCHEMAS.api);
  const id = generatedId(seed, 10);
  const endpoint = httpApis.put({
    id, name: properties.Name, cors: properties.CorsConfiguration, isEndpointDisabled: properties.DisableExecuteApiEndpoint ?? false,
  });
  return { physicalId: id, attributes: { ApiEndpoint: endpoint, ApiId: id } };
}

function putIntegration(request: ResourceRequest, { httpApis }: TypeOptions): ResourceState {
  const { properties, seed } = request;
  const { ApiId, ConnectionType, IntegrationType, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } = properties;
  if (IntegrationType !== 'AWS_PROXY') throw new ExpectedError(`IntegrationType must be AWS_PROXY for ivschat-local, which integrates functions only, got ${IntegrationType}.`);
  if (ConnectionType === 'VPC_LINK') throw new ExpectedError('ConnectionType VPC_LINK is not supported by ivschat-local.');
  refuse(properties, ['IntegrationSubtype'], 'integrate a function that calls the service');
  refuse(properties, ['CredentialsArn'], "allow the invocation in the function's resource policy");
  refuse(properties, ['ConnectionId', 'RequestParameters', 'RequestTemplates', 'ResponseParameters', 'TlsConfig'], 'remove it to run the API locally');
  if (PayloadFormatVersion === undefined) throw new ExpectedError('PayloadFormatVersion must be 1.0 or 2.0 for a function, got nothing.');
  const id = generatedId(seed, 7);
  httpApis.putIntegration(ApiId, {
    id,
    functionArn: functionArn('IntegrationUri', IntegrationUri),
    payloadVersion: PayloadFormatVersion,
    timeoutMilliseconds: TimeoutInMillis ?? 30_000,
  });
  return { physicalId: id, attributes: { IntegrationId: id } };
}

function putRoute({ properties, seed }: ResourceRequest, { httpApis }: TypeOptions): ResourceState {
  const { ApiId, AuthorizationScopes, AuthorizationType, AuthorizerId, RouteKey, Target } = properties;
  refuse(properties, ['RequestModels', 'RequestParameters'], 'HTTP APIs do not have it');
  const integrationId = /^integrations\/(.+)$/.exec(Target ?? '')?.[1];
  if (integrationId === undefined) throw new ExpectedError(`Target must be integrations/ and the id of an integration, got ${Target}.`);
  const id = generatedId(seed, 7);
  httpApis.putRoute(ApiId, {
    id, routeKey: RouteKey, integrationId, authorizationType: AuthorizationType ?? 'NONE', authorizerId: AuthorizerId, scopes: AuthorizationScopes ?? [],
  });
  return { physicalId: id, attributes: { RouteId: id } };
}

function putStage({ properties }: ResourceRequest, { httpApis }: TypeOptions): ResourceState {
  const { ApiId, AutoDeploy, DeploymentId, StageName, StageVariables } = properties;
  httpApis.putStage(ApiId, { name: StageName, isDeployed: AutoDeploy === true || DeploymentId !== undefined, variables: StageVariables ?? {} });
  return { physicalId: StageName, attributes: {} };
}

/** A stage has the current routes, with any deployment. */
function deploymentOf({ seed }: ResourceRequest): ResourceState {
  const id = generatedId(seed, 6);
  return { physicalId: id, attributes: { DeploymentId: id } };
}

function putAuthorizer(request: ResourceRequest, { httpApis }: TypeOptions): ResourceState {
  const authorizer = authorizerOf(request);
  httpApis.putAuthorizer(request.properties.ApiId, authorizer);
  return { physicalId: authorizer.id, attributes: { AuthorizerId: authorizer.id } };
}

function authorizerOf({ properties, seed }: ResourceRequest): HttpApiAuthorizer {
  const { AuthorizerPayloadFormatVersion, AuthorizerResultTtlInSeconds, AuthorizerType, AuthorizerUri, EnableSimpleResponses } = properties;
  const { IdentitySource: identitySources = [], JwtConfiguration, Name: name } = properties;
  const id = generatedId(seed, 6);
  if (AuthorizerType === 'JWT') {
    if (identitySources.length !== 1) throw new ExpectedError(`IdentitySource must have one item for a JWT authorizer, got ${identitySources.length}.`);
    const { Audience, Issuer } = JwtConfiguration ?? {};
    if (Issuer === undefined || Audience === undefined) throw new ExpectedError('JwtConfiguration must have an Issuer and an Audience for a JWT authorizer.');
    return { kind: 'JWT', id, name, identitySources, issuer: Issuer, audience: Audience };
  }
  refuse(properties, ['AuthorizerCredentialsArn'], "allow the invocation in the function's resource policy");
  if (AuthorizerPayloadFormatVersion === undefined) throw new ExpectedError('AuthorizerPayloadFormatVersion must be 1.0 or 2.0 for a function, got nothing.');
  if (EnableSimpleResponses === true && AuthorizerPayloadFormatVersion !== '2.0') throw new ExpectedError('EnableSimpleResponses must be false with AuthorizerPayloadFormatVersion 1.0, got true.');
  return {
    kind: 'CUSTOM',
    id,
    name,
    identitySources,
    functionArn: functionArn('AuthorizerUri', AuthorizerUri),
    payloadVersion: AuthorizerPayloadFormatVersion,
    hasSimpleResponses: EnableSimpleResponses ?? false,
    cacheSeconds: AuthorizerResultTtlInSeconds ?? 0,
  };
}
