import { validateHeaderName, validateHeaderValue, type OutgoingHttpHeaders } from 'node:http';
import { parseJson } from '../../http/parse-json';
import { textOf } from '../../http/text-of';

export interface UrlResponse {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

interface FormattedResult {
  readonly statusCode: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | null;
  readonly cookies?: unknown;
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
}

/**
 * Converts the result of the function to an HTTP response.
 *
 * @returns undefined if the result is not a valid response, which Lambda reports as an Internal Server Error
 */
export function urlResponse(payload: string): UrlResponse | undefined {
  let result: unknown;
  try {
    result = parseJson(payload);
  } catch {
    return undefined;
  }
  // AWS documents that a result without a statusCode is the body.
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(payload) };
  }
  const { statusCode, isBase64Encoded } = result as FormattedResult;
  const status = Number(textOf(statusCode));
  // Some languages serialize members without a value as null.
  const body = (result as FormattedResult).body ?? '';
  const headers = (result as FormattedResult).headers ?? {};
  const cookies = (result as FormattedResult).cookies ?? [];
  const isStatus = Number.isInteger(status) && status >= 200 && status <= 599;
  if (!isStatus || typeof body !== 'string' || !areCookies(cookies) || !areHeaders(headers)) return undefined;
  const entries = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), String(value)])
    .filter(([name]) => !HOP_BY_HOP.has(name));
  return {
    status,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(entries), ...cookies.length > 0 && { 'set-cookie': cookies } },
    body: Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** Headers that describe the connection. A function cannot set them. */
const HOP_BY_HOP = new Set(['connection', 'content-length', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

function areCookies(cookies: unknown): cookies is string[] {
  return Array.isArray(cookies) && cookies.every(cookie => typeof cookie === 'string' && areHeaders({ 'set-cookie': cookie }));
}

function areHeaders(headers: unknown): headers is Record<string, unknown> {
  try {
    for (const [name, value] of Object.entries(headers as object)) {
      validateHeaderName(name);
      validateHeaderValue(name, String(value));
    }
    return true;
  } catch {
    return false;
  }
}
