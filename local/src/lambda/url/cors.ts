import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** The property `Cors` of `AWS::Lambda::Url`. */
export interface Cors {
  readonly AllowCredentials?: boolean | string;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number | string;
}

/** Whether Lambda answers the request itself, without invoking the function. */
export function isPreflight(req: IncomingMessage): boolean {
  return req.method === 'OPTIONS' && req.headers.origin !== undefined && req.headers['access-control-request-method'] !== undefined;
}

/** Returns no headers for an origin that is not allowed, so that the browser blocks the response. */
export function corsHeaders(cors: Cors, req: IncomingMessage): OutgoingHttpHeaders {
  const { origin } = req.headers;
  const allowed = cors.AllowOrigins?.find(candidate => candidate === '*' || candidate === origin);
  if (origin === undefined || allowed === undefined) return {};
  return {
    'access-control-allow-origin': allowed === '*' ? '*' : origin,
    'vary': 'Origin',
    ...String(cors.AllowCredentials) === 'true' && { 'access-control-allow-credentials': 'true' },
    ...cors.ExposeHeaders && { 'access-control-expose-headers': cors.ExposeHeaders.join(',') },
    ...isPreflight(req) && {
      ...cors.AllowHeaders && { 'access-control-allow-headers': cors.AllowHeaders.join(',') },
      ...cors.AllowMethods && { 'access-control-allow-methods': cors.AllowMethods.join(',') },
      ...cors.MaxAge !== undefined && { 'access-control-max-age': String(cors.MaxAge) },
    },
  };
}
