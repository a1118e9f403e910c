import { ANY, BOOLEAN, STRING, STRINGS, type ObjectSchema, type Schema } from '../property-schema';
import type { Properties } from '../resource-type';
import type { MockResponse, RestApiIntegration, RestApiMethod } from '../services';
import { functionArn } from './api-parts';
import { open } from './notices';

const METHODS = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const TIMEOUT_MILLISECONDS = 29_000;

const TEXTS: Schema = { type: 'map', values: STRING };
const INTEGRATION_RESPONSE = open({ ResponseParameters: TEXTS, ResponseTemplates: TEXTS, SelectionPattern: STRING, StatusCode: STRING });

/** Properties that have an effect, or an error of their own. */
export const METHOD_SCHEMA: ObjectSchema = open({
  ApiKeyRequired: BOOLEAN,
  AuthorizationScopes: STRINGS,
  AuthorizationType: { type: 'string', values: ['AWS_IAM', 'COGNITO_USER_POOLS', 'CUSTOM', 'NONE'] },
  AuthorizerId: STRING,
  HttpMethod: { type: 'string', values: METHODS },
  Integration: open({
    Credentials: STRING,
    IntegrationResponses: { type: 'array', items: INTEGRATION_RESPONSE },
    TimeoutInMillis: { type: 'integer', minimum: 50 },
    Type: { type: 'string', values: ['AWS', 'AWS_PROXY', 'HTTP', 'HTTP_PROXY', 'MOCK'] },
    Uri: STRING,
  }, ['Type']),
  // Responses have what the integration returns.
  MethodResponses: ANY,
  OperationName: STRING,
  RequestModels: TEXTS,
  RequestParameters: { type: 'map', values: BOOLEAN },
  RequestValidatorId: STRING,
  ResourceId: STRING,
  RestApiId: STRING,
}, ['HttpMethod', 'ResourceId', 'RestApiId']);

export function methodOf(properties: Properties): RestApiMethod {
  const { AuthorizationScopes, AuthorizationType, AuthorizerId, Integration } = properties;
  const { RequestModels = {}, RequestParameters = {}, RequestValidatorId } = properties;
  return {
    resourceId: properties.ResourceId,
    httpMethod: properties.HttpMethod,
    authorizationType: AuthorizationType ?? 'NONE',
    authorizerId: AuthorizerId,
    scopes: AuthorizationScopes ?? [],
    isApiKeyRequired: properties.ApiKeyRequired ?? false,
    validatorId: RequestValidatorId,
    models: RequestModels,
    requiredParameters: Object.keys(RequestParameters).filter(name => RequestParameters[name] === true),
    integration: Integration ? integrationOf(Integration) : { kind: 'unsupported', reason: 'the method has no Integration.' },
  };
}

function integrationOf(properties: Properties): RestApiIntegration {
  const { Credentials, IntegrationResponses = [], TimeoutInMillis = TIMEOUT_MILLISECONDS, Type, Uri } = properties;
  const unsupported = (reason: string) => ({ kind: 'unsupported', reason } as const);
  if (Type === 'MOCK') return mockOf(IntegrationResponses) ?? unsupported('ivschat-local does not support mapping templates of a mock integration, except those of the CDK for CORS.');
  if (Type !== 'AWS_PROXY') return unsupported(`ivschat-local does not support integrations of type ${Type}: integrate a function with the type AWS_PROXY.`);
  if (/^arn:[^:]+:apigateway:[^:]+:(?!lambda:)/.test(Uri ?? '')) return unsupported(`ivschat-local integrates functions only, got ${Uri}.`);
  if (Credentials !== undefined) {
    return unsupported("ivschat-local does not support Credentials of an integration: allow the invocation in the function's resource policy.");
  }
  return { kind: 'lambda', functionArn: functionArn('Integration.Uri', Uri), timeoutMilliseconds: TimeoutInMillis };
}

/** The response of a mock integration, whose request template of the CDK selects no other than the first. */
function mockOf(responses: readonly Properties[]): RestApiIntegration | undefined {
  const response = responses.find(({ SelectionPattern }) => SelectionPattern === undefined) ?? responses[0] as Properties | undefined;
  if (!response) return undefined;
  const { ResponseParameters = {}, ResponseTemplates = {}, StatusCode = '200' } = response;
  const template: string = ResponseTemplates['application/json'] ?? Object.values<string>(ResponseTemplates)[0] ?? '';
  const headers = staticValues(ResponseParameters, 'method.response.header.');
  const plain: MockResponse = { status: Number(StatusCode), headers, body: template, allowedOrigins: [] };
  if (!/[#$]/.test(template)) return { kind: 'mock', response: plain };
  const allowedOrigins = originsOfCdk(template);
  return allowedOrigins && { kind: 'mock', response: { ...plain, body: '', allowedOrigins } };
}

/** The patterns in the template with which the CDK allows several origins. */
function originsOfCdk(template: string): string[] | undefined {
  if (!template.includes('#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)')) return undefined;
  return [...template.matchAll(/\$origin\.matches\("([^"]*)"\)/g)].map(([, pattern]) => pattern);
}

/** Parameters with a static value in quotes, such as `'*'`, by the names of their headers. */
export function staticValues(parameters: Readonly<Record<string, string>>, prefix: string): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).flatMap(([name, value]) => {
    const text = /^'(.*)'$/s.exec(value)?.[1];
    return name.startsWith(prefix) && text !== undefined ? [[name.slice(prefix.length), text]] : [];
  }));
}
