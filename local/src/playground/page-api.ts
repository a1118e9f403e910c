import type { IncomingMessage } from 'node:http';
import type { ControlPlane } from '../ivschat/api/control-plane';
import { targetOf } from '../ivschat/api/control-plane';
import { ServiceError } from '../ivschat/api/errors';
import { readBody } from '../ivschat/api/request';

/** What the page may ask of the service, by path. The body is the operation's input. */
const OPERATIONS = new Map([
  ['/playground/tokens', 'CreateChatToken'],
  ['/playground/events', 'SendEvent'],
]);

export interface PageAnswer {
  readonly status: number;
  readonly body: object;
}

export function isPageCall(path: string): boolean {
  return OPERATIONS.has(path);
}

/** Calls the service for the page, as an SDK client would, and says so in the live log. */
export async function answerPageCall(controlPlane: ControlPlane, path: string, req: IncomingMessage): Promise<PageAnswer> {
  // A page of another site cannot send this type without asking first, which it is not allowed to.
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    req.resume();
    return refusal(415, 'UnsupportedMediaType', 'The content-type of the request must be application/json.');
  }
  const operation = OPERATIONS.get(path)!;
  let target: string | undefined;
  try {
    const input = parse(await readBody(req));
    target = targetOf(input);
    const output = await controlPlane.call(operation, input);
    record(controlPlane, operation, target, 200);
    return { status: 200, body: output };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    record(controlPlane, operation, target, error.status, error);
    return refusal(error.status, error.name, error.message);
  }
}

function parse(body: Buffer): object {
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    // Said below.
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ServiceError('SerializationException', 'The body of the request must be a JSON object.');
  }
  return input;
}

function refusal(status: number, error: string, message: string): PageAnswer {
  return { status, body: { error, message } };
}

function record(controlPlane: ControlPlane, operation: string, target: unknown, status: number, error?: ServiceError): void {
  const where = typeof target === 'string' ? ` ${target.split(':').slice(5).join(':')}` : '';
  controlPlane.liveLog.record({
    kind: 'request',
    level: error ? 'warning' : 'info',
    text: `${operation}${where} of the playground → ${error ? `${status} ${error.name}: ${error.message}` : status}`,
    data: { operation, target, status, error: error?.name },
  });
}
