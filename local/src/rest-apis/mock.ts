import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { MockResponse } from '../contracts/rest-api';
import { isLoopbackOrigin } from '../http/loopback';
import { isPreflight } from '../lambda/url/cors';
import type { UrlResponse } from '../lambda/url/response';

const ALLOW_ORIGIN = 'access-control-allow-origin';

/**
 * The response of a mock integration, such as that of the CDK to preflight requests.
 *
 * Pages of this machine are always allowed, because production origins do not name the development server of a front end.
 */
export function mockResponse(mock: MockResponse, req: IncomingMessage): UrlResponse & { readonly notice?: string } {
  const { allowedOrigins, body, headers, status } = mock;
  const { origin } = req.headers;
  const response = { status, headers: lowerCase(headers), body: Buffer.from(body) };
  if (origin === undefined || !isPreflight(req)) return response;
  const isNamed = allowedOrigins.some(pattern => matches(pattern, origin));
  if (isNamed) return { ...response, headers: { ...response.headers, [ALLOW_ORIGIN]: origin } };
  const allowed = response.headers[ALLOW_ORIGIN];
  if (allowed === undefined || allowed === '*' || allowed === origin || !isLoopbackOrigin(origin)) return response;
  const notice = `pages of ${origin} are allowed here only, because the API allows ${String(allowed)}`;
  return { ...response, headers: { ...response.headers, [ALLOW_ORIGIN]: origin }, notice };
}

/** Mapping templates match regular expressions of Java, whose usual ones are the same in JavaScript. */
function matches(pattern: string, origin: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`).test(origin);
  } catch {
    return pattern === origin;
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): OutgoingHttpHeaders {
  return { 'content-type': 'application/json', ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
}
