import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { routeSourceArn, type ApiRequest, type Authorization } from './api-request';
import { authorizeSigner } from './authorizers/iam';
import { authorizeToken, type IssuerKeys } from './authorizers/jwt';
import type { LambdaAuthorizers } from './authorizers/lambda-authorizer';
import { apiCorsHeaders, apiLocalPageNotice, withoutCorsHeaders } from './cors';
import type { HttpApi, MatchedRoute } from './http-api';
import type { HttpApis } from './http-apis';
import { invokeFunction } from './invoke';
import { eventV1 } from './payload-v1';
import { eventV2 } from './payload-v2';
import { Refusal } from './refusal';
import { integrationResponse } from './response';
import type { HttpApiCors, HttpApiStage } from '../contracts/http-api';
import type { Environment } from '../environment';
import { BodyTooLarge, readBody } from '../http/read-body';
import { sendJson } from '../http/send-json';
import type { Authorize } from '../iam/authorize';
import type { Caller } from '../iam/callers';
import type { Functions } from '../lambda/functions';
import { isPreflight } from '../lambda/url/cors';
import type { UrlResponse } from '../lambda/url/response';
import type { LiveLog } from '../live-log/live-log';
import { oneLine } from '../live-log/one-line';

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

export interface HttpApiServices {
  readonly authorize: Authorize;
  readonly environment: Environment;
  readonly functions: Pick<Functions, 'invoke' | 'mayInvoke'>;
  readonly httpApis: HttpApis;
  readonly issuerKeys: IssuerKeys;
  readonly lambdaAuthorizers: LambdaAuthorizers;
  readonly liveLog: LiveLog;
}

/**
 * Handles a request to an HTTP API, at `/execute-api/<id>/…` of the server.
 *
 * @returns false if the request is for something else
 */
export async function handleHttpApi(services: HttpApiServices, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const [path, rawQueryString = ''] = (req.url ?? '').split(/\?(.*)/s);
  const [, apiId, apiPath] = /^\/execute-api\/([0-9a-z]+)(\/.*|)$/s.exec(path) ?? [];
  if (apiId === undefined) return false;
  await new HttpApiCall(services, caller, req, res, apiId, apiPath || '/', rawQueryString).handle();
  return true;
}

/** One request to an HTTP API. */
class HttpApiCall {
  private readonly api: HttpApi | undefined;
  private readonly requestId = randomUUID();
  private readonly headers: OutgoingHttpHeaders;
  private notice?: string;

  constructor(
    private readonly services: HttpApiServices,
    private readonly caller: Caller,
    private readonly req: IncomingMessage,
    private readonly res: ServerResponse,
    private readonly apiId: string,
    private readonly rawPath: string,
    private readonly rawQueryString: string,
  ) {
    this.api = services.httpApis.find(apiId);
    const cors = this.api?.definition.cors;
    this.headers = { 'apigw-requestid': this.requestId, ...cors && apiCorsHeaders(cors, req) };
  }

  public async handle(): Promise<void> {
    try {
      const response = await this.respond();
      const headers = this.api?.definition.cors ? withoutCorsHeaders(response.headers) : response.headers;
      this.res.writeHead(response.status, { ...headers, ...this.headers }).end(response.body);
      this.record(response.status, this.notice);
    } catch (error) {
      if (this.req.destroyed && !this.req.complete) return; // the caller has disconnected
      if (error instanceof BodyTooLarge) return this.refuse(new Refusal(413, `the request body must have at most ${MAX_BODY_BYTES} bytes`));
      if (!(error instanceof Refusal)) throw error;
      this.refuse(error);
    }
  }

  private async respond(): Promise<UrlResponse> {
    const { api, req } = this;
    if (!api || api.definition.isEndpointDisabled) throw new Refusal(404, api ? 'the API has DisableExecuteApiEndpoint' : 'no API has this id');
    const { path, stage } = api.findStage(this.rawPath) ?? { path: this.rawPath, stage: undefined };
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
    this.req.resume();
    this.notice = apiLocalPageNotice(cors, this.req);
    return { status: 204, headers: {}, body: Buffer.alloc(0) };
  }

  private requestTo(matched: MatchedRoute, stage: HttpApiStage, path: string): ApiRequest {
    const { apiId, rawPath, rawQueryString, req, requestId, services: { environment } } = this;
    return { ...matched, apiId, environment, method: req.method!, path, rawPath, rawQueryString, req, requestId, stage, time: new Date() };
  }

  private async authorize({ authorizers }: HttpApi, request: ApiRequest): Promise<Authorization | undefined> {
    const { authorize, issuerKeys, lambdaAuthorizers } = this.services;
    const { authorizationType, authorizerId } = request.route;
    if (authorizationType === 'NONE') return undefined;
    if (authorizationType === 'AWS_IAM') return authorizeSigner(authorize, this.caller, request);
    const authorizer = authorizers.get(authorizerId ?? '');
    if (!authorizer) throw new Refusal(500, `the authorizer ${authorizerId} of the route does not exist`);
    return authorizer.kind === 'JWT' ? authorizeToken(issuerKeys, authorizer, request) : lambdaAuthorizers.authorize(authorizer, request);
  }

  private async invoke({ integrations }: HttpApi, request: ApiRequest, authorization?: Authorization): Promise<UrlResponse> {
    const integration = integrations.get(request.route.integrationId);
    if (!integration) throw new Refusal(500, `the integration ${request.route.integrationId} of the route does not exist`);
    const { functionArn, payloadVersion, timeoutMilliseconds } = integration;
    const body = await readBody(this.req, MAX_BODY_BYTES);
    const event = payloadVersion === '1.0' ? eventV1(request, body, authorization) : eventV2(request, body, authorization);
    const payload = await invokeFunction(this.services.functions, {
      event, functionArn, timeoutMilliseconds, requestId: request.requestId, sourceArn: routeSourceArn(request),
    });
    const response = integrationResponse(payload, payloadVersion);
    if (!response) throw new Refusal(500, `${functionArn} did not return a valid response in payload format ${payloadVersion}`);
    return response;
  }

  private refuse({ body, headers, reason, status }: Refusal): void {
    this.req.resume();
    sendJson(this.res, status, { message: body }, { ...headers, ...this.headers });
    this.record(status, reason);
  }

  /** Leaves out the query string, which may contain secrets. */
  private record(status: number, reason?: string): void {
    const { method } = this.req;
    const path = oneLine(this.rawPath);
    const name = this.api?.definition.name ?? 'an unknown HTTP API';
    this.services.liveLog.record({
      kind: 'request',
      level: status >= 400 ? 'warning' : 'info',
      text: `${method} ${path} on ${name} → ${status}${reason === undefined ? '' : `: ${reason}`}`,
      data: { operation: 'HttpApi', method, path, target: this.apiId, status, reason },
    });
  }
}
