import type { OutgoingHttpHeaders } from 'node:http';
import { methodSourceArn, requestArn, withStageVariables, type ApiRequest } from './api-request';
import { authorizeToken } from './authorizers/cognito';
import { authorizeByFunction } from './authorizers/lambda-authorizer';
import type { DeployedApi } from './deployed-api';
import { proxyEvent } from './event';
import { customize } from './gateway-response';
import { mockResponse } from './mock';
import { notSupported, Refusal, refusalOf } from './refusal';
import { integrationResponse } from './response';
import type { RestApi } from './rest-api';
import type { RestApis } from './rest-apis';
import { validateRequest } from './validation';
import { ApiCall, type ApiCallRequest } from '../api-gateway/api-call';
import { authorizeSigner, type Authorization } from '../api-gateway/authorization';
import type { AuthorizerResponses } from '../api-gateway/authorizer-responses';
import { invokeFunction, type ApiFunctions, type InvocationFailure } from '../api-gateway/invoke';
import type { IssuerKeys } from '../api-gateway/json-web-token';
import type { ApiRefusal } from '../api-gateway/refusal';
import type { ApiKey, RestApiIntegration } from '../contracts/rest-api';
import type { Environment } from '../environment';
import { HttpError } from '../http/http-error';
import type { Authorize } from '../iam/authorize';
import type { Caller } from '../iam/callers';
import type { UrlResponse } from '../lambda/url/response';
import type { LiveLog } from '../live-log/live-log';

export interface RestApiServices {
  readonly authorize: Authorize;
  readonly authorizerResponses: AuthorizerResponses;
  readonly environment: Environment;
  readonly functions: ApiFunctions;
  readonly issuerKeys: IssuerKeys;
  readonly liveLog: LiveLog;
  readonly restApis: RestApis;
}

/** One request to a REST API. */
export class RestApiCall extends ApiCall {
  protected readonly operation = 'RestApi';
  protected readonly headers: OutgoingHttpHeaders = { 'x-amzn-requestid': this.requestId };
  /** What the stage of the request serves. */
  private deployed?: DeployedApi;

  constructor(private readonly services: RestApiServices, private readonly caller: Caller, private readonly api: RestApi, request: ApiCallRequest) {
    super(request);
  }

  protected get liveLog(): LiveLog {
    return this.services.liveLog;
  }

  protected get name(): string {
    return this.api.definition.name;
  }

  protected async respond(): Promise<UrlResponse> {
    const request = this.findMethod();
    const authorization = await this.authorize(request);
    const apiKey = this.checkApiKey(request);
    const { integration } = request.method;
    if (integration.kind === 'unsupported') throw notSupported(integration.reason);
    const body = await this.readBody();
    validateRequest(request, body);
    if (integration.kind === 'lambda') return this.invoke(request, integration, proxyEvent(request, body, authorization, apiKey));
    const { notice, ...response } = mockResponse(integration.response, request.req);
    this.notice = notice;
    return response;
  }

  protected refusalOfFailure(failure: InvocationFailure): ApiRefusal {
    return refusalOf(failure);
  }

  protected refusalOfLargeBody(): ApiRefusal {
    return new Refusal('REQUEST_TOO_LARGE', 'the request body is too large');
  }

  protected customized(refusal: ApiRefusal): ApiRefusal {
    return this.deployed && refusal instanceof Refusal ? customize(refusal, this.deployed.parts, this.requestId) : refusal;
  }

  private findMethod(): ApiRequest {
    const { api, request: { apiId, rawPath, rawQueryString, req }, requestId, services: { environment } } = this;
    if (api.definition.isEndpointDisabled) throw new Refusal('FORBIDDEN', 'the API has DisableExecuteApiEndpoint');
    const found = api.findStage(rawPath);
    if (!found) throw new Refusal('FORBIDDEN', `the first segment of the path must be a stage of the API: ${[...api.stages.keys()].join(', ') || 'it has none'}`);
    const { deployed, path, stage } = found;
    this.deployed = deployed;
    const matched = deployed.find(req.method!, path);
    if (!matched?.method) {
      const reason = matched ? `the resource ${matched.template.path} has no method ${req.method}` : `no resource matches ${path}`;
      throw new Refusal('MISSING_AUTHENTICATION_TOKEN', `${reason} in the deployment ${stage.deploymentId}`);
    }
    return { ...matched, method: matched.method, apiId, deployed, environment, path, rawQueryString, req, requestId, stage, time: new Date() };
  }

  private async authorize(request: ApiRequest): Promise<Authorization | undefined> {
    const { authorizerResponses, issuerKeys } = this.services;
    const { authorizationType, authorizerId } = request.method;
    if (authorizationType === 'NONE') return undefined;
    if (authorizationType === 'AWS_IAM') return this.authorizeSigner(request);
    const authorizer = request.deployed.parts.authorizer.get(authorizerId ?? '');
    if (!authorizer) throw new Refusal('AUTHORIZER_CONFIGURATION_ERROR', `the authorizer ${authorizerId} of the method does not exist`);
    return authorizer.kind === 'COGNITO_USER_POOLS'
      ? authorizeToken(issuerKeys, authorizer, request)
      : authorizeByFunction(authorizerResponses, authorizerId!, authorizer, request);
  }

  private authorizeSigner(request: ApiRequest): Authorization {
    const { authorize, environment: { account } } = this.services;
    try {
      return authorizeSigner(authorize, this.caller, requestArn(request));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.name === 'MissingAuthenticationTokenException') throw new Refusal('MISSING_AUTHENTICATION_TOKEN', error.message);
      throw new Refusal('ACCESS_DENIED', error.message, error.message.replaceAll(`:${account}:`, `:********${account.slice(-4)}:`));
    }
  }

  private checkApiKey({ apiId, deployed, method, req, stage }: ApiRequest): ApiKey | undefined {
    if (!method.isApiKeyRequired) return undefined;
    if (deployed.definition.apiKeySource === 'AUTHORIZER') throw notSupported('ivschat-local does not support API keys from authorizers: set ApiKeySourceType to HEADER.');
    const value = req.headersDistinct['x-api-key']?.[0];
    const key = value === undefined ? undefined : this.services.restApis.findKey(value, apiId, stage.name);
    if (key) return key;
    throw new Refusal('INVALID_API_KEY', value === undefined
      ? 'the method requires an API key in the header x-api-key'
      : `the header x-api-key must be the value of an enabled API key in a usage plan for the stage ${stage.name}`);
  }

  private async invoke(request: ApiRequest, integration: RestApiIntegration & { readonly kind: 'lambda' }, event: object): Promise<UrlResponse> {
    const { timeoutMilliseconds } = integration;
    const { deployed, req, requestId, stage } = request;
    const functionArn = withStageVariables(integration.functionArn, stage);
    const call = { event, functionArn, requestId, sourceArn: methodSourceArn(request), timeoutMilliseconds };
    const payload = await invokeFunction(this.services.functions, call);
    const response = integrationResponse(payload, req.headers.accept, deployed.definition.binaryMediaTypes);
    if (!response) throw new Refusal('DEFAULT_5XX', `${functionArn} did not return a valid response of a Lambda proxy integration`);
    return response;
  }
}
