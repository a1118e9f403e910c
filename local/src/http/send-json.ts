import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** Sends a response with a JSON body, or without a body if it is undefined. */
export function sendJson(res: ServerResponse, status: number, body: unknown, headers: OutgoingHttpHeaders = {}): void {
  const text = body === undefined ? undefined : JSON.stringify(body);
  res.writeHead(status, { ...text !== undefined && { 'content-type': 'application/json' }, ...headers }).end(text);
}

/** The header with the name of an error, from which SDKs create their exceptions. */
export function errorType(name: string): OutgoingHttpHeaders {
  return { 'x-amzn-errortype': name };
}
