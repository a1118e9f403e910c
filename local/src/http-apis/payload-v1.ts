import type { ApiRequest } from './api-request';
import type { Authorization } from '../api-gateway/authorization';
import { identityOf, multiValues, orNull } from '../api-gateway/event-parts';
import { eventHeaders, hasTextBody, logTime } from '../lambda/url/event';

/**
 * Builds the event of a Lambda proxy integration in payload format 1.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventV1(request: ApiRequest, body: Buffer, authorization: Authorization | undefined) {
  const isText = hasTextBody(request.req);
  return {
    version: '1.0',
    ...requestPartsV1(request),
    requestContext: requestContextV1(request, authorization),
    body: body.length > 0 ? body.toString(isText ? 'utf8' : 'base64') : null,
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The members that the events of integrations and of Lambda authorizers have in common. */
export function requestPartsV1(request: ApiRequest) {
  const { method, pathParameters, rawPath, rawQueryString, req, stage } = request;
  const headers = eventHeaders(req.headers, req, req.headers.host ?? '', false);
  const distinct = Object.entries(headers).map(([name, value]): [string, string[]] => [name, req.headersDistinct[name] ?? [value]]);
  const query = multiValues([...new URLSearchParams(rawQueryString)]);
  return {
    resource: resourcePath(request),
    path: rawPath,
    httpMethod: method,
    headers: firstValues(distinct),
    multiValueHeaders: Object.fromEntries(distinct),
    queryStringParameters: query.length > 0 ? firstValues(query) : null,
    multiValueQueryStringParameters: query.length > 0 ? Object.fromEntries(query) : null,
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stage.variables),
  };
}

export function requestContextV1(request: ApiRequest, authorization?: Authorization) {
  const { apiId, environment, method, rawPath, req, requestId, stage, time } = request;
  return {
    accountId: environment.account,
    apiId,
    authorizer: authorizerV1(authorization),
    domainName: req.headers.host ?? '',
    domainPrefix: apiId,
    extendedRequestId: requestId,
    httpMethod: method,
    identity: identityOf(req, authorization),
    path: rawPath,
    protocol: `HTTP/${req.httpVersion}`,
    requestId,
    requestTime: logTime(time),
    requestTimeEpoch: time.getTime(),
    resourceId: null,
    resourcePath: resourcePath(request),
    stage: stage.name,
  };
}

function authorizerV1(authorization: Authorization | undefined): object {
  switch (authorization?.kind) {
    case 'jwt': return { claims: authorization.claims, scopes: authorization.scopes };
    case 'lambda': return { ...authorization.context, ...authorization.principalId !== undefined && { principalId: authorization.principalId } };
    default: return { claims: null, scopes: null };
  }
}

function resourcePath({ key, route }: ApiRequest): string {
  return key?.path ?? route.routeKey;
}

/** In the example of AWS, the members with single values have the first one. */
function firstValues(entries: readonly [string, string[]][]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, [first]]) => [name, first]));
}
