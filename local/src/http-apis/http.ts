import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { routeSourceArn, type ApiRequest } from './api-request';
import { ApiCall, MAX_BODY_BYTES, readApiRequest, type ApiCallRequest } from '../api-gateway/api-call';
import { authorizeRequest } from './authorizers/iam';
import { authorizeToken } from './authorizers/jwt';
import { authorizeByFunction } from './authorizers/lambda-authorizer';
import { apiCorsHeaders, apiLocalPageNotice, withoutCorsHeaders } from './cors';
import type { HttpApi, MatchedRoute } from './http-api';
import type { HttpApis } from './http-apis';
import { eventV1 } from './payload-v1';
import { eventV2 } from './payload-v2';
import { Refusal, refusalOf } from './refusal';
import { integrationResponse } from './response';
import type { Authorization } from '../api-gateway/authorization';
import type { AuthorizerResponses } from '../api-gateway/authorizer-responses';
import { invokeFunction, type ApiFunctions, type InvocationFailure } from '../api-gateway/invoke';
import type { IssuerKeys } from '../api-gateway/json-web-token';
import type { HttpApiCors, HttpApiStage } from '../contracts/http-api';
import type { Environment } from '../environment';
import type { Authorize } from '../iam/authorize';
import type { Caller } from '../iam/callers';
import { isPreflight } from '../lambda/url/cors';
import type { UrlResponse } from '../lambda/url/response';
import type { LiveLog } from '../live-log/live-log';

export interface HttpApiServices {
  readonly authorize: Authorize;
  readonly authorizerResponses: AuthorizerResponses;
  readonly environment: Environment;
  readonly functions: ApiFunctions;
  readonly httpApis: HttpApis;
  readonly issuerKeys: IssuerKeys;
  readonly liveLog: LiveLog;
}

/**
 * Handles a request to an HTTP API, at `/execute-api/<id>/…` of the server.
 *
 * @returns false if the request is for something else
 */
export async function handleHttpApi(services: HttpApiServices, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const request = readApiRequest(req, res);
  if (!request) return false;
  await new HttpApiCall(services, caller, request).handle();
  return true;
}

/** One request to an HTTP API. */
class HttpApiCall extends ApiCall {
  protected readonly operation = 'HttpApi';
  protected readonly headers: OutgoingHttpHeaders;
  private readonly api: HttpApi | undefined;

  constructor(private readonly services: HttpApiServices, private readonly caller: Caller, request: ApiCallRequest) {
    super(request);
    this.api = services.httpApis.find(request.apiId);
    const cors = this.api?.definition.cors;
    this.headers = { 'apigw-requestid': this.requestId, ...cors && apiCorsHeaders(cors, request.req) };
  }

  protected get liveLog(): LiveLog {
    return this.services.liveLog;
  }

  protected get name(): string {
    return this.api?.definition.name ?? 'an unknown HTTP API';
  }

  protected async respond(): Promise<UrlResponse> {
    const response = await this.routeResponse();
    return this.api?.definition.cors ? { ...response, headers: withoutCorsHeaders(response.headers) } : response;
  }

  protected refusalOfFailure(failure: InvocationFailure): Refusal {
    return refusalOf(failure);
  }

  protected refusalOfLargeBody(): Refusal {
    return new Refusal(413, `the request body must have at most ${MAX_BODY_BYTES} bytes`);
  }

  private async routeResponse(): Promise<UrlResponse> {
    const { api, request: { rawPath, req } } = this;
    if (!api || api.definition.isEndpointDisabled) throw new Refusal(404, api ? 'the API has DisableExecuteApiEndpoint' : 'no API has this id');
    const { path, stage } = api.findStage(rawPath) ?? { path: rawPath, stage: undefined };
    if (!stage) throw new Refusal(404, 'the API has no stage for this path');
    if (!stage.isDeployed) throw new Refusal(404, `the stage ${stage.name} is not deployed: it needs AutoDeploy or a DeploymentId`);

    const matched = api.findRoute(req.method!, path);
    const cors = isPreflight(req) ? api.definition.cors : undefined;
    if (!matched) {
      if (cors) return this.preflight(cors);
      throw new Refusal(404, `no route matches ${req.method} ${path}`);
    }
    const request = this.requestTo(matched, stage, path);
    const authorization = await this.authorize(api, request);
    return cors ? this.preflight(cors) : this.invoke(api, request, authorization);
  }

  /** AWS documents that a route with an authorizer, such as `$default`, authorizes preflight requests as well. */
  private preflight(cors: HttpApiCors): UrlResponse {
    const { req } = this.request;
    req.resume();
    this.notice = apiLocalPageNotice(cors, req);
    return { status: 204, headers: {}, body: Buffer.alloc(0) };
  }

  private requestTo(matched: MatchedRoute, stage: HttpApiStage, path: string): ApiRequest {
    const { request: { apiId, rawPath, rawQueryString, req }, requestId, services: { environment } } = this;
    return { ...matched, apiId, environment, method: req.method!, path, rawPath, rawQueryString, req, requestId, stage, time: new Date() };
  }

  private async authorize({ authorizers }: HttpApi, request: ApiRequest): Promise<Authorization | undefined> {
    const { authorize, authorizerResponses, issuerKeys } = this.services;
    const { authorizationType, authorizerId } = request.route;
    if (authorizationType === 'NONE') return undefined;
    if (authorizationType === 'AWS_IAM') return authorizeRequest(authorize, this.caller, request);
    const authorizer = authorizers.get(authorizerId ?? '');
    if (!authorizer) throw new Refusal(500, `the authorizer ${authorizerId} of the route does not exist`);
    return authorizer.kind === 'JWT' ? authorizeToken(issuerKeys, authorizer, request) : authorizeByFunction(authorizerResponses, authorizer, request);
  }

  private async invoke({ integrations }: HttpApi, request: ApiRequest, authorization?: Authorization): Promise<UrlResponse> {
    const integration = integrations.get(request.route.integrationId);
    if (!integration) throw new Refusal(500, `the integration ${request.route.integrationId} of the route does not exist`);
    const { functionArn, payloadVersion, timeoutMilliseconds } = integration;
    const body = await this.readBody();
    const event = payloadVersion === '1.0' ? eventV1(request, body, authorization) : eventV2(request, body, authorization);
    const payload = await invokeFunction(this.services.functions, {
      event, functionArn, timeoutMilliseconds, requestId: request.requestId, sourceArn: routeSourceArn(request),
    });
    const response = integrationResponse(payload, payloadVersion);
    if (!response) throw new Refusal(500, `${functionArn} did not return a valid response in payload format ${payloadVersion}`);
    return response;
  }
}
