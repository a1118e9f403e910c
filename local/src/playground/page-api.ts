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
  const operation = OPERATIONS.get(path)!;
  let target: string | undefined;
  const response = await answer(req, async input => {
    target = targetOf(input);
    return await controlPlane.call(operation, input) as object;
  }, error => record(controlPlane, operation, target, error.status, error));
  if (response.status === 200) record(controlPlane, operation, target, 200);
  return response;
}

/**
 * Answers a request of the page with a JSON body.
 *
 * @param onError receives the error of the service before it is sent
 */
export async function answer(
  req: IncomingMessage, handle: (input: object) => Promise<object>, onError: (error: ServiceError) => void = () => undefined,
): Promise<ApiResponse> {
  // Browsers send this type across sites only after a preflight request, which this server does not allow.
  if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
    req.resume();
    return errorResponse(415, 'UnsupportedMediaType', 'The content-type of the request must be application/json.');
  }
  try {
    return { status: 200, body: await handle(parseBody(await readRequestBody(req))) };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    onError(error);
    return errorResponse(error.status, error.name, error.message);
  }
}

function errorResponse(status: number, error: string, message: string): ApiResponse {
  return { status, body: { error, message } };
}

function record({ liveLog }: ControlPlane, operation: string, target: unknown, status: number, error?: ServiceError): void {
  recordRequest(liveLog, { name: operation, operation, target, status, error, source: 'playground' });
}
