import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error';
import { BodyTooLarge, readBody } from './read-body';

/** Reads the body of a request to an API of AWS. Throws if it has more than `maximumBytes`. */
export async function readText(req: IncomingMessage, maximumBytes: number): Promise<string> {
  try {
    return (await readBody(req, maximumBytes)).toString();
  } catch (error) {
    if (!(error instanceof BodyTooLarge)) throw error;
    throw new HttpError('RequestEntityTooLarge', 413, `The request body must have at most ${maximumBytes} bytes.`);
  }
}

/** Returns the parameters of a request of the query protocol. Those of a presigned request are in its URL. */
export function parametersOf(req: IncomingMessage, body: string): URLSearchParams {
  return new URLSearchParams(body === '' ? (req.url ?? '').split(/\?(.*)/s)[1] : body);
}
