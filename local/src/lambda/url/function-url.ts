import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { corsHeaders, isPreflight, localPageNotice, type Cors } from './cors';
import { urlEvent } from './event';
import { urlResponse } from './response';
import { HttpError } from '../../http/http-error';
import { BodyTooLarge, readBody } from '../../http/read-body';
import { errorType, sendJson } from '../../http/send-json';
import type { Authorize } from '../../iam/authorize';
import { requireKnown, type Caller, type KnownCaller } from '../../iam/callers';
import { oneLine } from '../../live-log/one-line';
import { functionLabel } from '../function-arn';
import type { Functions } from '../functions';
import { missingPublicAction, URL_ACTIONS } from '../permissions';

const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** Condition keys of a call through a URL. */
const CONDITION_KEYS: Readonly<Record<typeof URL_ACTIONS[number], Record<string, string>>> = {
  'lambda:InvokeFunctionUrl': { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
  'lambda:InvokeFunction': { 'lambda:InvokedViaFunctionUrl': 'true' },
};

/** Handles a call through a function URL, at `/lambda-url/<id>/…` of the server. */
export async function handleUrl(
  functions: Functions, id: string, authorize: Authorize, caller: Caller, req: IncomingMessage, res: ServerResponse,
): Promise<void> {
  const found = functions.registry.findUrl(id);
  const requestId = randomUUID();
  const cors = found?.url.cors as Cors | undefined;
  const headers: OutgoingHttpHeaders = { 'x-amzn-requestid': requestId, ...cors && corsHeaders(cors, req) };
  const record = (status: number, reason?: string) => recordCall(functions, req, found?.arn, status, reason);
  /** The reason is logged, but not sent to the caller. */
  const refuse = (status: number, message: string, name?: string, reason = message) => {
    req.resume();
    sendJson(res, status, { Message: message }, { ...headers, ...name !== undefined && errorType(name) });
    record(status, reason);
  };
  const forbid = (reason: string) => refuse(403, 'Forbidden', 'AccessDeniedException', reason);
  if (!found) return forbid('no function has this URL');
  if (cors && isPreflight(req)) {
    res.writeHead(200, headers).end();
    return record(200, localPageNotice(cors, req));
  }

  const { arn, permissions, url } = found;
  let signer: KnownCaller | undefined;
  try {
    if (url.authType === 'NONE') {
      const missing = missingPublicAction(permissions.values());
      if (missing) return forbid(`the policy of the function must allow ${missing} to everyone ("*"): a URL without authentication requires ${URL_ACTIONS.join(' and ')}`);
    } else {
      if (caller.kind === 'anonymous' || caller.service !== undefined && caller.service !== 'lambda') {
        return forbid('the AuthType of the URL is AWS_IAM: the request must be signed for the service "lambda"');
      }
      signer = requireKnown(caller);
      for (const action of URL_ACTIONS) authorize(signer, { action, resource: arn, context: CONDITION_KEYS[action] });
    }

    const body = await readBody(req, MAX_BODY_BYTES);
    const event = urlEvent({ req, body, urlId: id, requestId, signer });
    const result = await functions.invoke(arn, JSON.stringify(event), { requestId });
    const response = result.functionError === undefined ? urlResponse(result.payload) : undefined;
    if (!response) return refuse(502, 'Internal Server Error', undefined, 'the function failed or did not return a valid HTTP response');
    res.writeHead(response.status, { ...response.headers, ...headers }).end(response.body);
    record(response.status);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has disconnected
    if (error instanceof BodyTooLarge) return refuse(413, `The request body must have at most ${MAX_BODY_BYTES} bytes.`);
    if (!(error instanceof HttpError)) throw error;
    refuse(error.status, error.name === 'AccessDeniedException' ? 'Forbidden' : error.message, error.name, error.message);
  }
}

/** Leaves out the query string, which may contain secrets. */
function recordCall(functions: Functions, req: IncomingMessage, arn: string | undefined, status: number, reason?: string): void {
  const path = oneLine((req.url ?? '').split('?')[0].replace(/^\/lambda-url\/[^/]+/, '')) || '/';
  const name = arn === undefined ? 'an unknown function' : functionLabel(functions.registry.parse(arn));
  functions.liveLog.record({
    kind: 'request',
    level: status >= 400 ? 'warning' : 'info',
    text: `${req.method} ${path} on the function URL of ${name} → ${status}${reason ? `: ${reason}` : ''}`,
    data: { operation: 'FunctionUrl', method: req.method, path, target: arn, status, reason },
  });
}
