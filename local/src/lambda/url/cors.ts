import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { isLoopbackOrigin } from '../../http/loopback';

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

/**
 * Returns no headers for an origin that is not allowed, so that the browser blocks the response. Pages of this machine are always
 * allowed: production origins do not name the development server of a front end.
 */
export function corsHeaders(cors: Cors, req: IncomingMessage): OutgoingHttpHeaders {
  const { origin } = req.headers;
  if (origin === undefined || !isNamed(cors, origin) && !isLoopbackOrigin(origin)) return {};
  return {
    'access-control-allow-origin': cors.AllowOrigins?.includes('*') ? '*' : origin,
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

/** What the live log says about a preflight request that AWS would not allow. */
export function localPageNotice(cors: Cors, { headers: { origin } }: IncomingMessage): string | undefined {
  if (origin === undefined || isNamed(cors, origin) || !isLoopbackOrigin(origin)) return undefined;
  return `pages of ${origin} are allowed here only, because AllowOrigins does not name them`;
}

function isNamed({ AllowOrigins = [] }: Cors, origin: string): boolean {
  return AllowOrigins.some(allowed => allowed === '*' || allowed === origin);
}
