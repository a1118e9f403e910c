import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error';
import { parseJson } from './parse-json';
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

/** Reads the body of a request of a JSON protocol. Throws if it is not an object. */
export async function readJsonObject(req: IncomingMessage, maximumBytes: number): Promise<Readonly<Record<string, unknown>>> {
  try {
    const input = parseJson(await readText(req, maximumBytes));
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new HttpError('SerializationException', 400, 'The body of the request must be a JSON object.');
}

/** Returns the parameters of a request of the query protocol. Those of a presigned request are in its URL. */
export function parametersOf(req: IncomingMessage, body: string): URLSearchParams {
  return new URLSearchParams(body === '' ? (req.url ?? '').split(/\?(.*)/s)[1] : body);
}
