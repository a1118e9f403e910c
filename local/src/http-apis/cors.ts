import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { HttpApiCors } from '../contracts/http-api';
import { corsHeaders, localPageNotice } from '../lambda/url/cors';

/** What the live log says about a preflight request that AWS would not allow. */
export function apiLocalPageNotice(cors: HttpApiCors, req: IncomingMessage): string | undefined {
  return localPageNotice(forOrigin(cors, req), req);
}

/**
 * The CORS headers that API Gateway adds to a response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function apiCorsHeaders(cors: HttpApiCors, req: IncomingMessage): OutgoingHttpHeaders {
  return corsHeaders(forOrigin(cors, req), req);
}

/** Unlike function URLs, HTTP APIs have wildcards for all origins of a scheme. */
function forOrigin(cors: HttpApiCors, { headers: { origin } }: IncomingMessage): HttpApiCors {
  const isOfScheme = (allowed: string) => origin !== undefined && /^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1));
  return { ...cors, AllowOrigins: cors.AllowOrigins?.map(allowed => isOfScheme(allowed) ? origin! : allowed) };
}

/** AWS documents that an API with CORS ignores the CORS headers of integrations. */
export function withoutCorsHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}
