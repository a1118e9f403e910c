import type { Refusal } from './refusal';

/** As function URLs and HTTP APIs expect it. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function respond(statusCode: number, body: object, headers: Record<string, string> = {}): Response {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', ...headers },
    body: JSON.stringify(body),
  };
}

/** The reason stays in the log. */
export function respondToRefusal({ code, message, retryAfter, status }: Refusal): Response {
  return respond(status, { error: code, message }, {
    ...retryAfter !== undefined && { 'retry-after': String(retryAfter) },
    ...status === 401 && { 'www-authenticate': 'Bearer' },
    ...status === 405 && { allow: 'POST' },
  });
}
