import * as http from 'node:http';
import { ServiceError, unreadable } from './errors';
import { findOperation } from './model';

/** The largest legal request is a few kilobytes. The service's own limit is not documented. */
const MAXIMUM_BODY = 1024 * 1024;

const TAGS_PATH = '/tags/';
const TAG_OPERATIONS = new Map([['GET', 'ListTagsForResource'], ['POST', 'TagResource'], ['DELETE', 'UntagResource']]);

export function operationOf(req: http.IncomingMessage): string | undefined {
  const path = pathOf(req);
  if (path.startsWith(TAGS_PATH)) return TAG_OPERATIONS.get(req.method ?? '');
  const operation = findOperation(path.slice(1));
  return operation && operation.requestUri === path && operation.method === req.method ? path.slice(1) : undefined;
}

/** The input of an operation in the API's own shape, wherever in the request its members are. */
export function inputOf(operation: string, req: http.IncomingMessage, body: Buffer): unknown {
  const path = pathOf(req);
  if (!path.startsWith(TAGS_PATH)) return parse(body);
  const resourceArn = decode(path.slice(TAGS_PATH.length));
  switch (operation) {
    case 'TagResource': return { ...parse(body), resourceArn };
    case 'UntagResource': return { resourceArn, tagKeys: tagKeysOf(req) };
    default: return { resourceArn };
  }
}

/** What goes beyond the limit is read and dropped, so that the caller gets an answer and not a broken connection. */
export async function readBody(req: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size <= MAXIMUM_BODY) chunks.push(chunk);
  }
  if (size > MAXIMUM_BODY) throw new ServiceError('RequestEntityTooLargeException', `The request is larger than ${MAXIMUM_BODY} bytes`);
  return Buffer.concat(chunks);
}

function parse(body: Buffer): object {
  if (body.length === 0) return {};
  const input = parseJson(body);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw unreadable('The body of the request must be a JSON object');
  return input;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw unreadable('The body of the request is not JSON in UTF-8');
  }
}

function pathOf(req: http.IncomingMessage): string {
  return (req.url ?? '').split('?')[0];
}

function tagKeysOf(req: http.IncomingMessage): string[] | undefined {
  const url = req.url ?? '';
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
  const keys = new URLSearchParams(query).getAll('tagKeys');
  return keys.length > 0 ? keys : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable('The path of the request is not encoded as a URL is');
  }
}
