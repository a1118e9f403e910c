import { createHash } from 'node:crypto';
import { ExpectedError } from '../../expected-error';
import type { TemplateResource } from '../template';
import { invocationUri, pascalCase, refuseProperties } from './helpers';
import type { SamProperties } from './merge';

/** A method of an API that is an event of a function. */
export interface SamRoute {
  readonly path: string;
  readonly method: string;
  readonly functionId: string;
  readonly condition?: string;
  readonly auth?: SamProperties;
  /** Properties of the integration of an HTTP API. */
  readonly integration?: SamProperties;
}

const SUPPORTED_AUTH = ['ApiKeyRequired', 'DefaultAuthorizer'];

/**
 * Translates `AWS::Serverless::Api`, or the API that functions without one have in common.
 *
 * SAM writes an OpenAPI definition instead. Resources and methods say the same.
 */
export function restApiResources(apiId: string, properties: SamProperties, routes: readonly SamRoute[]): Record<string, TemplateResource> {
  refuseProperties(apiId, properties, ['DefinitionBody', 'DefinitionUri'], 'declare the methods as events of functions');
  refuseProperties(apiId, properties.Auth ?? {}, Object.keys(properties.Auth ?? {}).filter(name => !SUPPORTED_AUTH.includes(name)), 'ivschat-local translates only ApiKeyRequired and the DefaultAuthorizer AWS_IAM and NONE');
  const { Auth, Cors, DefinitionBody, DefinitionUri, Name, StageName = 'Prod', Variables, ...rest } = properties;
  const parts = new MethodResources(apiId);
  for (const route of routes) parts.addRoute(route, { ...Auth, ...route.auth });
  if (Cors !== undefined) for (const path of new Set(routes.map(route => route.path))) parts.addPreflight(path, routes, Cors);

  const methods = [...Object.keys(parts.resources)].filter(id => parts.resources[id].Type === 'AWS::ApiGateway::Method');
  const hash = createHash('sha256').update(JSON.stringify(parts.resources)).digest('hex').slice(0, 10);
  const deploymentId = `${apiId}Deployment${hash}`;
  const stage = typeof StageName === 'string' ? pascalCase(StageName) : '';
  return {
    [apiId]: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: Name ?? { Ref: 'AWS::StackName' }, ...rest } },
    ...parts.resources,
    [deploymentId]: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: apiId } }, DependsOn: methods },
    [`${apiId}${stage}Stage`]: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: apiId }, DeploymentId: { Ref: deploymentId }, StageName, ...Variables !== undefined && { Variables } },
    },
  };
}

/** The resources and methods of an API. */
class MethodResources {
  public readonly resources: Record<string, TemplateResource> = {};
  /** Logical ids of resources by path. */
  private readonly idsOfPaths = new Map<string, string>();

  constructor(private readonly apiId: string) {}

  public addRoute({ condition, functionId, method, path }: SamRoute, auth: SamProperties): void {
    const { ApiKeyRequired, Authorizer = auth.DefaultAuthorizer ?? 'NONE' } = auth;
    if (Authorizer !== 'NONE' && Authorizer !== 'AWS_IAM') throw new ExpectedError(`Authorizer of ${functionId} must be NONE or AWS_IAM for ivschat-local, got ${JSON.stringify(Authorizer)}: declare the API with AWS::ApiGateway resources.`);
    const httpMethod = method.toUpperCase();
    this.add(path, httpMethod === 'ANY' || httpMethod === 'X-AMAZON-APIGATEWAY-ANY-METHOD' ? 'ANY' : httpMethod, {
      AuthorizationType: Authorizer,
      ...ApiKeyRequired !== undefined && { ApiKeyRequired },
      Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: invocationUri(functionId) },
    }, condition);
  }

  public addPreflight(path: string, routes: readonly SamRoute[], cors: unknown): void {
    const ofPath = routes.filter(route => route.path === path).map(({ method }) => method.toUpperCase());
    if (ofPath.includes('OPTIONS')) return;
    const { AllowCredentials, AllowHeaders, AllowMethods, AllowOrigin, MaxAge } = (typeof cors === 'object' ? cors : { AllowOrigin: cors }) as SamProperties;
    const headers = {
      'Access-Control-Allow-Credentials': AllowCredentials === true ? "'true'" : undefined,
      'Access-Control-Allow-Headers': AllowHeaders,
      'Access-Control-Allow-Methods': AllowMethods ?? `'${[...ofPath.includes('ANY') ? ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'] : ofPath, 'OPTIONS'].sort().join(',')}'`,
      'Access-Control-Allow-Origin': AllowOrigin,
      'Access-Control-Max-Age': MaxAge,
    };
    const given = Object.entries(headers).filter(([, value]) => value !== undefined).map(([name, value]) => [`method.response.header.${name}`, value]);
    const response = { StatusCode: '200', ResponseParameters: Object.fromEntries(given), ResponseTemplates: { 'application/json': '{}\n' } };
    this.add(path, 'OPTIONS', { AuthorizationType: 'NONE', Integration: { Type: 'MOCK', IntegrationResponses: [response] } });
  }

  private add(path: string, httpMethod: string, properties: object, condition?: string): void {
    const resource = this.resourceOf(path);
    this.resources[`${resource.id}${pascalCase(httpMethod.toLowerCase())}`] = {
      Type: 'AWS::ApiGateway::Method',
      Properties: { RestApiId: { Ref: this.apiId }, ResourceId: resource.ref, HttpMethod: httpMethod, ...properties },
      ...condition !== undefined && { Condition: condition },
    };
  }

  private resourceOf(path: string): { readonly id: string; readonly ref: unknown } {
    const parts = path.split('/').filter(part => part !== '');
    if (parts.length === 0) return { id: `${this.apiId}Root`, ref: { 'Fn::GetAtt': [this.apiId, 'RootResourceId'] } };
    const normalized = `/${parts.join('/')}`;
    const known = this.idsOfPaths.get(normalized);
    if (known !== undefined) return { id: known, ref: { Ref: known } };
    const parent = this.resourceOf(`/${parts.slice(0, -1).join('/')}`);
    const name = `${this.apiId}${parts.map(pascalCase).join('')}`;
    const id = Object.hasOwn(this.resources, name) ? `${name}${this.idsOfPaths.size}` : name;
    this.idsOfPaths.set(normalized, id);
    this.resources[id] = { Type: 'AWS::ApiGateway::Resource', Properties: { RestApiId: { Ref: this.apiId }, ParentId: parent.ref, PathPart: parts.at(-1)! } };
    return { id, ref: { Ref: id } };
  }
}
