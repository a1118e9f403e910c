import type { IncomingMessage } from 'node:http';
import type { KnownCaller } from '../../iam/callers';

interface UrlRequest {
  readonly req: IncomingMessage;
  readonly body: Buffer;
  readonly urlId: string;
  readonly requestId: string;
  /** Undefined for a URL without authentication. */
  readonly signer?: KnownCaller;
}

const TEXT_TYPE = /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml)))/i;

/** Whether events have the body of the request as text, and not in Base64. */
export function hasTextBody(req: IncomingMessage): boolean {
  return TEXT_TYPE.test(req.headers['content-type'] ?? 'text/');
}

/** Builds the event of a function URL in payload format 2.0. */
export function urlEvent({ req, body, urlId, requestId, signer }: UrlRequest) {
  const [path, rawQueryString = ''] = (req.url ?? '').split(/\?(.*)/s);
  const rawPath = path.replace(/^\/lambda-url\/[^/]+/, '') || '/';
  const { cookie, host = '', ...headers } = req.headers;
  const now = new Date();
  const isText = hasTextBody(req);
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    ...cookie !== undefined && { cookies: cookie.split(/; */) },
    headers: eventHeaders(headers, req, host, signer !== undefined),
    ...rawQueryString !== '' && { queryStringParameters: queryParameters(rawQueryString) },
    requestContext: {
      accountId: signer?.identity.accountId ?? 'anonymous',
      apiId: urlId,
      ...signer && {
        authorizer: {
          iam: {
            accessKey: signer.accessKeyId,
            accountId: signer.identity.accountId,
            callerId: signer.identity.userId,
            cognitoIdentity: null,
            principalOrgId: null,
            userArn: signer.identity.userArn,
            userId: signer.identity.userId,
          },
        },
      },
      domainName: host,
      domainPrefix: urlId,
      http: {
        method: req.method,
        path: rawPath,
        protocol: `HTTP/${req.httpVersion}`,
        sourceIp: req.socket.remoteAddress ?? '',
        userAgent: req.headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: logTime(now),
      timeEpoch: now.getTime(),
    },
    ...body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') },
    isBase64Encoded: body.length > 0 && !isText,
  };
}

export function eventHeaders(headers: IncomingMessage['headers'], req: IncomingMessage, host: string, isSigned: boolean): Record<string, string> {
  const entries = Object.entries(headers)
    // Lambda verifies the signature and does not pass it on.
    .filter(([name]) => !(isSigned && name === 'authorization'))
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
  return {
    ...Object.fromEntries(entries),
    host,
    'x-forwarded-for': req.socket.remoteAddress ?? '',
    'x-forwarded-port': String(req.socket.localPort ?? ''),
    'x-forwarded-proto': 'http',
  };
}

/** Joins multiple values of a name with commas, as AWS documents. */
export function queryParameters(rawQueryString: string): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return Object.fromEntries(values);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a date as `21/Nov/2026:08:45:00 +0000`. */
export function logTime(date: Date): string {
  const [day, time] = date.toISOString().split(/[T.]/);
  const [year, month, dayOfMonth] = day.split('-');
  return `${dayOfMonth}/${MONTHS[Number(month) - 1]}/${year}:${time} +0000`;
}
