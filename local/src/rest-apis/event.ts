import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ApiRequest } from './api-request';
import { isBinary } from './binary-media';
import type { Authorization } from '../api-gateway/authorization';
import { identityOf, multiValues, orNull } from '../api-gateway/event-parts';
import type { ApiKey } from '../contracts/rest-api';
import { logTime } from '../lambda/url/event';

/** Headers that describe the connection, which events do not have. */
const CONNECTION_HEADERS = ['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'transfer-encoding', 'upgrade'];

/**
 * Builds the event of a Lambda proxy integration.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function proxyEvent(request: ApiRequest, body: Buffer, authorization: Authorization | undefined, apiKey: ApiKey | undefined) {
  const isBase64Encoded = body.length > 0 && isBinary(request.req.headers['content-type'], request.deployed.definition.binaryMediaTypes);
  return {
    ...requestParts(request),
    requestContext: requestContext(request, authorization, apiKey),
    body: body.length > 0 ? body.toString(isBase64Encoded ? 'base64' : 'utf8') : null,
    isBase64Encoded,
  };
}

/** The members that the events of integrations and of Lambda authorizers have in common. */
export function requestParts(request: ApiRequest) {
  const { path, pathParameters, rawQueryString, req, stage, template } = request;
  const headers = multiValues(headerPairs(req));
  const query = multiValues([...new URLSearchParams(rawQueryString)]);
  return {
    resource: template.path,
    path,
    httpMethod: req.method!,
    headers: lastValues(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: orNull(lastValues(query)),
    multiValueQueryStringParameters: orNull(Object.fromEntries(query)),
    pathParameters: orNull(pathParameters),
    stageVariables: orNull(stage.variables),
  };
}

export function requestContext(request: ApiRequest, authorization?: Authorization, apiKey?: ApiKey) {
  const { apiId, environment, path, req, requestId, resourceId, stage, template, time } = request;
  return {
    accountId: environment.account,
    apiId,
    ...authorizerOf(authorization),
    domainName: req.headers.host ?? '',
    domainPrefix: apiId,
    extendedRequestId: requestId,
    httpMethod: req.method!,
    identity: { ...identityOf(req, authorization), apiKey: apiKey?.value ?? null, ...apiKey && { apiKeyId: apiKey.id } },
    path: `/${stage.name}${path}`,
    protocol: `HTTP/${req.httpVersion}`,
    requestId,
    requestTime: logTime(time),
    requestTimeEpoch: time.getTime(),
    resourceId,
    resourcePath: template.path,
    stage: stage.name,
  };
}

function authorizerOf(authorization: Authorization | undefined): { readonly authorizer?: object } {
  switch (authorization?.kind) {
    case 'jwt': return { authorizer: { claims: authorization.claims } };
    case 'lambda': return { authorizer: { ...authorization.context, principalId: authorization.principalId } };
    default: return {};
  }
}

/** Names are as the client has written them. */
function headerPairs({ headers: { host = '' }, rawHeaders, socket }: IncomingMessage): [string, string][] {
  const names = new Map<string, string>();
  const pairs: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [written, value] = rawHeaders.slice(index, index + 2);
    const lowerCase = written.toLowerCase();
    if (CONNECTION_HEADERS.includes(lowerCase) || lowerCase.startsWith(':')) continue;
    // A header that is repeated in another case is the same header.
    const name = names.get(lowerCase) ?? written;
    names.set(lowerCase, name);
    pairs.push([name, value]);
  }
  const added: [string, string][] = [
    ['Host', host],
    ['X-Amzn-Trace-Id', `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`],
    ['X-Forwarded-For', socket.remoteAddress ?? ''],
    ['X-Forwarded-Port', String(socket.localPort ?? '')],
    ['X-Forwarded-Proto', 'http'],
  ];
  return [...pairs.filter(([name]) => !added.some(([own]) => own.toLowerCase() === name.toLowerCase())), ...added];
}

/** In the example of AWS, the members with single values have the last one. */
function lastValues(entries: readonly [string, string[]][]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, values]) => [name, values.at(-1)!]));
}
