import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { HttpError } from './http-error';
import { parseJson } from './parse-json';
import { BodyTooLarge, readBody } from './read-body';
import { sendJson } from './send-json';
import { ExpectedError } from '../expected-error';

const MAXIMUM_BODY_BYTES = 64 * 1024;

/**
 * Answers a GET request of a page or a program on this machine, with the headers for pages of other ports. The router has refused pages of
 * other sites.
 */
export async function answerGet(req: IncomingMessage, res: ServerResponse, respond: () => object): Promise<void> {
  await answer('GET', req, res, async () => {
    req.resume();
    return respond();
  });
}

/**
 * Answers a POST request in the same way.
 *
 * @param example a body of the request, for error messages
 * @param respond returns the body of the response. An ExpectedError becomes a response with status 400, or with that of an HttpError.
 */
export async function answerPost(
  req: IncomingMessage, res: ServerResponse, example: string, respond: (body: unknown) => Promise<object>,
): Promise<void> {
  await answer('POST', req, res, async () => respond(parse(await readBody(req, MAXIMUM_BODY_BYTES), example)));
}

async function answer(method: 'GET' | 'POST', req: IncomingMessage, res: ServerResponse, respond: () => Promise<object>): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    'cache-control': 'no-store',
    'vary': 'Origin',
    ...req.headers.origin !== undefined && { 'access-control-allow-origin': req.headers.origin },
  };
  if (req.method === 'OPTIONS') {
    res.writeHead(204, { ...headers, 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': method }).end();
    return;
  }
  if (req.method !== method) {
    req.resume();
    return sendJson(res, 405, { message: `${(req.url ?? '').split('?')[0]} accepts ${method} only.` }, { ...headers, allow: method });
  }
  try {
    sendJson(res, 200, await respond(), headers);
  } catch (error) {
    if (error instanceof BodyTooLarge) return sendJson(res, 413, { message: `The body must have at most ${MAXIMUM_BODY_BYTES} bytes.` }, headers);
    if (!(error instanceof ExpectedError)) throw error;
    sendJson(res, error instanceof HttpError ? error.status : 400, { message: error.message }, headers);
  }
}

function parse(body: Buffer, example: string): unknown {
  try {
    return parseJson(body.toString());
  } catch {
    throw new ExpectedError(`The body must be JSON such as ${example}.`);
  }
}
