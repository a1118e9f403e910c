import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { HttpApiCors } from '../contracts/http-api';
import { corsHeaders } from '../lambda/url/cors';

/**
 * The CORS headers that API Gateway adds to a response.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function apiCorsHeaders(cors: HttpApiCors, req: IncomingMessage): OutgoingHttpHeaders {
  const { origin } = req.headers;
  // Unlike function URLs, HTTP APIs have wildcards for all origins of a scheme.
  const isOfScheme = (allowed: string) => origin !== undefined && /^https?:\/\/\*$/.test(allowed) && origin.startsWith(allowed.slice(0, -1));
  return corsHeaders({ ...cors, AllowOrigins: cors.AllowOrigins?.map(allowed => isOfScheme(allowed) ? origin! : allowed) }, req);
}

/** AWS documents that an API with CORS ignores the CORS headers of integrations. */
export function withoutCorsHeaders(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}
