import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { HttpError } from './http-error';
import { parseJson } from './parse-json';
import { BodyTooLarge, readBody } from './read-body';
import { sendJson } from './send-json';
import { ExpectedError } from '../expected-error';

const MAXIMUM_BODY_BYTES = 64 * 1024;

/**
 * Answers a POST request of a page or a program on this machine, with the headers for pages of other ports. The router has refused pages of
 * other sites.
 *
 * @param example a body of the request, for error messages
 * @param respond returns the body of the response. An ExpectedError becomes a response with status 400, or with that of an HttpError.
 */
export async function answerPage(
  req: IncomingMessage, res: ServerResponse, example: string, respond: (body: unknown) => Promise<object>,
): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    'cache-control': 'no-store',
    'vary': 'Origin',
    ...req.headers.origin !== undefined && { 'access-control-allow-origin': req.headers.origin },
  };
  if (req.method === 'OPTIONS') {
    res.writeHead(204, { ...headers, 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': 'POST' }).end();
    return;
  }
  if (req.method !== 'POST') {
    req.resume();
    return sendJson(res, 405, { message: `${(req.url ?? '').split('?')[0]} accepts POST only.` }, { ...headers, allow: 'POST' });
  }
  try {
    sendJson(res, 200, await respond(parse(await readBody(req, MAXIMUM_BODY_BYTES), example)), headers);
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
