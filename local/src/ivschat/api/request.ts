import type * as http from 'node:http';
import { serializationError, ServiceError } from './errors';
import { findOperation } from './model';
import { parseJson } from '../../http/parse-json';
import { BodyTooLarge, readBody } from '../../http/read-body';

/** Far above the few kilobytes of the largest valid request. The limit of the service is not documented. */
const MAXIMUM_BODY_BYTES = 1024 * 1024;

const TAGS_PATH = '/tags/';
const TAG_OPERATIONS = new Map([['GET', 'ListTagsForResource'], ['POST', 'TagResource'], ['DELETE', 'UntagResource']]);

/** Operation of a request by its method and path, or undefined if there is none. */
export function operationOf(req: http.IncomingMessage): string | undefined {
  const path = pathOf(req);
  if (path.startsWith(TAGS_PATH)) return TAG_OPERATIONS.get(req.method ?? '');
  const operation = findOperation(path.slice(1));
  return operation && operation.requestUri === path && operation.method === req.method ? path.slice(1) : undefined;
}

/** Input of an operation, collected from the path, the query string and the body of the request. */
export function inputOf(operation: string, req: http.IncomingMessage, body: Buffer): unknown {
  const path = pathOf(req);
  if (!path.startsWith(TAGS_PATH)) return parseBody(body);
  const resourceArn = decode(path.slice(TAGS_PATH.length));
  switch (operation) {
    case 'TagResource': return { ...parseBody(body), resourceArn };
    case 'UntagResource': return { resourceArn, tagKeys: tagKeysOf(req) };
    default: return { resourceArn };
  }
}

/** Throws a ServiceError if the body is too large. */
export async function readRequestBody(req: http.IncomingMessage): Promise<Buffer> {
  try {
    return await readBody(req, MAXIMUM_BODY_BYTES);
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    throw new ServiceError('RequestEntityTooLargeException', `The request is larger than ${MAXIMUM_BODY_BYTES} bytes`);
  }
}

/** An empty body is an empty input. Throws a ServiceError if the body is not a JSON object. */
export function parseBody(body: Buffer): object {
  if (body.length === 0) return {};
  const input = parseText(body);
  if (typeof input !== 'object' || input === null || Array.isArray(input)) throw serializationError('The body of the request must be a JSON object');
  return input;
}

function parseText(body: Buffer): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw serializationError('The body of the request is not JSON in UTF-8');
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
    throw serializationError('The path of the request is not URL-encoded');
  }
}
