import type { IncomingMessage } from 'node:http';
import { resourceLabel } from '../arn';
import { targetOf, type ControlPlane } from '../ivschat/api/control-plane';
import { ServiceError } from '../ivschat/api/errors';
import { readRequestBody } from '../ivschat/api/request';

/** Operations that the page may call, by path. The body is the input of the operation. */
const OPERATIONS = new Map([
  ['/playground/tokens', 'CreateChatToken'],
  ['/playground/events', 'SendEvent'],
]);

export interface ApiResponse {
  readonly status: number;
  readonly body: object;
}

export function isApiPath(path: string): boolean {
  return OPERATIONS.has(path);
}

/** Calls the service for the page, as an SDK client would, and records the call in the live log. */
export async function callService(controlPlane: ControlPlane, path: string, req: IncomingMessage): Promise<ApiResponse> {
  // Browsers send this type across sites only after a preflight request, which this server does not allow.
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    req.resume();
    return errorResponse(415, 'UnsupportedMediaType', 'The content-type of the request must be application/json.');
  }
  const operation = OPERATIONS.get(path)!;
  let target: string | undefined;
  try {
    const input = parse(await readRequestBody(req));
    target = targetOf(input);
    const output = await controlPlane.call(operation, input);
    record(controlPlane, operation, target, 200);
    return { status: 200, body: output };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    record(controlPlane, operation, target, error.status, error);
    return errorResponse(error.status, error.name, error.message);
  }
}

function parse(body: Buffer): object {
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    // Leaves the input undefined.
  }
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw new ServiceError('SerializationException', 'The body of the request must be a JSON object.');
  }
  return input;
}

function errorResponse(status: number, error: string, message: string): ApiResponse {
  return { status, body: { error, message } };
}

function record(controlPlane: ControlPlane, operation: string, target: unknown, status: number, error?: ServiceError): void {
  const resource = typeof target === 'string' ? ` ${resourceLabel(target)}` : '';
  controlPlane.liveLog.record({
    kind: 'request',
    level: error ? 'warning' : 'info',
    text: `${operation}${resource} from the playground → ${error ? `${status} ${error.name}: ${error.message}` : status}`,
    data: { operation, target, status, error: error?.name },
  });
}
