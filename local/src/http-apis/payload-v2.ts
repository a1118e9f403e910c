import type { ApiRequest } from './api-request';
import type { Authorization } from '../api-gateway/authorization';
import { eventHeaders, hasTextBody, logTime, queryParameters } from '../lambda/url/event';

/**
 * Builds the event of a Lambda proxy integration in payload format 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function eventV2(request: ApiRequest, body: Buffer, authorization: Authorization | undefined) {
  const isText = hasTextBody(request.req);
  return {
    version: '2.0',
    ...requestPartsV2(request),
    requestContext: requestContextV2(request, authorization),
    ...body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') },
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** The members that the events of integrations and of Lambda authorizers have in common. */
export function requestPartsV2({ pathParameters, rawPath, rawQueryString, req, route, stage }: ApiRequest) {
  const { cookie, host = '', ...headers } = req.headers;
  return {
    routeKey: route.routeKey,
    rawPath,
    rawQueryString,
    ...cookie !== undefined && { cookies: cookie.split(/; */) },
    headers: eventHeaders(headers, req, host, false),
    ...rawQueryString !== '' && { queryStringParameters: queryParameters(rawQueryString) },
    ...Object.keys(pathParameters).length > 0 && { pathParameters },
    ...Object.keys(stage.variables).length > 0 && { stageVariables: stage.variables },
  };
}

export function requestContextV2(request: ApiRequest, authorization?: Authorization) {
  const { apiId, environment, method, rawPath, req, requestId, route, stage, time } = request;
  return {
    accountId: environment.account,
    apiId,
    ...authorization && { authorizer: authorizerV2(authorization) },
    domainName: req.headers.host ?? '',
    domainPrefix: apiId,
    http: {
      method,
      path: rawPath,
      protocol: `HTTP/${req.httpVersion}`,
      sourceIp: req.socket.remoteAddress ?? '',
      userAgent: req.headers['user-agent'] ?? '',
    },
    requestId,
    routeKey: route.routeKey,
    stage: stage.name,
    time: logTime(time),
    timeEpoch: time.getTime(),
  };
}

function authorizerV2(authorization: Authorization): object {
  switch (authorization.kind) {
    case 'jwt': return { jwt: { claims: authorization.claims, scopes: authorization.scopes } };
    case 'lambda': return { lambda: authorization.context };
    case 'iam': {
      const { accessKeyId, identity: { accountId, userArn, userId } } = authorization.signer;
      return { iam: { accessKey: accessKeyId, accountId, callerId: userId, cognitoIdentity: null, principalOrgId: null, userArn, userId } };
    }
  }
}
