import * as crypto from 'node:crypto';
import type * as http from 'node:http';
import { requiredPermissions } from './authorization';
import { targetOf, type ControlPlane } from './control-plane';
import { ServiceError, unknownOperation } from './errors';
import { findOperation } from './model';
import { inputOf, operationOf, readRequestBody } from './request';
import { recordRequest } from './request-log';
import { validateInput } from './validation';
import { traceOf } from '../../faults';
import { HttpError } from '../../http/http-error';
import { errorType, sendJson } from '../../http/send-json';
import type { Authorize } from '../../iam/authorize';
import { requireKnown, type Caller } from '../../iam/callers';

/** Whether a request is for Amazon IVS Chat: signed for it, or unsigned with the method and path of an operation. */
export function isIvsChatRequest(req: http.IncomingMessage, { service }: Caller): boolean {
  return service === undefined ? operationOf(req) !== undefined : service === 'ivschat';
}

/** What the live log shows of a request. */
interface RequestSummary {
  operation?: string;
  target?: string;
}

/** Responds to a request of an SDK client. Never rejects. */
export async function handleIvsChat(
  controlPlane: ControlPlane,
  authorize: Authorize,
  caller: Caller,
  req: http.IncomingMessage,
  res: http.ServerResponse,
): Promise<void> {
  const summary: RequestSummary = {};
  res.setHeader('x-amzn-requestid', crypto.randomUUID());
  try {
    const body = await readRequestBody(req);
    const output = await perform(controlPlane, authorize, caller, req, body, summary);
    const status = findOperation(summary.operation!)!.responseCode;
    sendJson(res, status, status === 204 ? undefined : output);
    record(controlPlane, req, summary, status);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the client closed the connection: there is nobody to respond to
    const serviceError = error instanceof HttpError ? error : internalError();
    if (serviceError !== error) controlPlane.liveLog.record({ kind: 'notice', level: 'error', text: `ivschat-local failed: ${String(error)}`, trace: traceOf(error), data: { event: 'fault', error: String(error) } });
    sendJson(res, serviceError.status, { message: serviceError.message, ...serviceError.fields }, errorType(serviceError.name));
    record(controlPlane, req, summary, serviceError.status, serviceError);
  }
}

async function perform(
  controlPlane: ControlPlane,
  authorize: Authorize,
  caller: Caller,
  req: http.IncomingMessage,
  body: Buffer,
  summary: RequestSummary,
): Promise<unknown> {
  requireKnown(caller);
  const operation = operationOf(req);
  if (!operation) throw unknownOperation();
  summary.operation = operation;
  const input = validateInput(operation, inputOf(operation, req, body));
  summary.target = targetOf(input);
  for (const permission of requiredPermissions(controlPlane, operation, input)) authorize(caller, permission);
  const output = await controlPlane.call(operation, input);
  summary.target ??= output?.arn;
  return output;
}

function record(
  { liveLog }: ControlPlane, req: http.IncomingMessage, { operation, target }: RequestSummary, status: number, error?: HttpError,
): void {
  const name = operation ?? `${req.method} ${(req.url ?? '').split('?')[0].slice(0, 80)}`;
  recordRequest(liveLog, { name, operation, target, status, error });
}

function internalError(): HttpError {
  return new ServiceError('InternalServerException', 'ivschat-local failed unexpectedly: see its live log');
}
