import * as crypto from 'node:crypto';
import * as http from 'node:http';
import { Authorize, authorizedCalls } from './authorization';
import { ControlPlane, targetOf } from './control-plane';
import { ServiceError, unknownOperation } from './errors';
import { findOperation } from './model';
import { inputOf, operationOf, readBody } from './request';
import { validateInput } from './validation';

export type { Authorize } from './authorization';

/** Whether a request was signed for Amazon IVS Chat, in its header or (presigned) in its query. */
export function isIvsChatRequest(req: http.IncomingMessage): boolean {
  const scope = /\/ivschat\/aws4_request(?:[,&\s]|$)/;
  const query = (req.url ?? '').split('?')[1] ?? '';
  return scope.test(req.headers.authorization ?? '') || scope.test(query.replace(/%2F/gi, '/'));
}

/** What the live log says of a request. */
interface Summary {
  operation?: string;
  target?: string;
}

/** Answers one request. Never rejects. */
export async function handleIvsChat(
  controlPlane: ControlPlane,
  authorize: Authorize,
  req: http.IncomingMessage,
  res: http.ServerResponse,
): Promise<void> {
  const summary: Summary = {};
  try {
    const body = await readBody(req);
    const output = await perform(controlPlane, authorize, req, body, summary);
    const status = findOperation(summary.operation!)!.responseCode;
    send(res, status, status === 204 ? undefined : output);
    record(controlPlane, req, summary, status);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has hung up, nobody is left to answer
    const refusal = error instanceof ServiceError ? error : internalError();
    if (refusal !== error) controlPlane.liveLog.record({ kind: 'notice', level: 'error', text: `ivschat-local failed: ${String(error)}` });
    send(res, refusal.status, { message: refusal.message, ...refusal.fields }, refusal.name);
    record(controlPlane, req, summary, refusal.status, refusal);
  }
}

async function perform(
  controlPlane: ControlPlane,
  authorize: Authorize,
  req: http.IncomingMessage,
  body: Buffer,
  summary: Summary,
): Promise<unknown> {
  const operation = operationOf(req);
  if (!operation) throw unknownOperation();
  summary.operation = operation;
  const input = validateInput(operation, inputOf(operation, req, body));
  summary.target = targetOf(input);
  for (const call of authorizedCalls(controlPlane, operation, input)) authorize(req, call);
  const output = await controlPlane.call(operation, input);
  summary.target ??= output?.arn;
  return output;
}

function send(res: http.ServerResponse, status: number, body: unknown, errorType?: string): void {
  res.statusCode = status;
  res.setHeader('x-amzn-requestid', crypto.randomUUID());
  if (errorType) res.setHeader('x-amzn-errortype', errorType);
  if (body === undefined) {
    res.end();
    return;
  }
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify(body));
}

function record(controlPlane: ControlPlane, req: http.IncomingMessage, { operation, target }: Summary, status: number, error?: ServiceError): void {
  const what = operation ?? `${req.method} ${(req.url ?? '').split('?')[0].slice(0, 80)}`;
  const where = target ? ` ${target.split(':').slice(5).join(':')}` : '';
  const result = error ? `${status} ${error.name}: ${error.message}` : String(status);
  controlPlane.liveLog.record({
    kind: 'request',
    level: error ? 'warning' : 'info',
    text: `${what}${where} → ${result}`,
    data: { operation, target, status, error: error?.name },
  });
}

function internalError(): ServiceError {
  return new ServiceError('InternalServerException', 'ivschat-local has a fault of its own; its terminal says more');
}
