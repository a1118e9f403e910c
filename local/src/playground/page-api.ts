import type { IncomingMessage } from 'node:http';
import { targetOf, type ControlPlane } from '../ivschat/api/control-plane';
import { ServiceError } from '../ivschat/api/errors';
import { parseBody, readRequestBody } from '../ivschat/api/request';
import { recordRequest } from '../ivschat/api/request-log';

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
    const input = parseBody(await readRequestBody(req));
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

function errorResponse(status: number, error: string, message: string): ApiResponse {
  return { status, body: { error, message } };
}

function record({ liveLog }: ControlPlane, operation: string, target: unknown, status: number, error?: ServiceError): void {
  recordRequest(liveLog, { name: operation, operation, target, status, error, source: 'playground' });
}
