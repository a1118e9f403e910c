import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { corsHeaders, isPreflight, type Cors } from './cors';
import { urlEvent } from './event';
import { urlResponse } from './response';
import { BodyTooLarge, readBody } from '../../http/read-body';
import { isRefusal, type Authorize } from '../../iam/authorize';
import { signatureOf } from '../../iam/callers';
import { oneLine } from '../execution/function-log';
import type { Functions } from '../functions';
import { missingForAnyone, URL_ACTIONS } from '../permissions';

const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** What comes with a call of a URL beside the action itself. */
const CONTEXT: Readonly<Record<typeof URL_ACTIONS[number], Record<string, string>>> = {
  'lambda:InvokeFunctionUrl': { 'lambda:FunctionUrlAuthType': 'AWS_IAM' },
  'lambda:InvokeFunction': { 'lambda:InvokedViaFunctionUrl': 'true' },
};

/** A call of a function through its URL, `/lambda-url/<id>/…` on our one port. */
export async function handleUrl(functions: Functions, id: string, authorize: Authorize, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const found = functions.findUrl(id);
  const requestId = randomUUID();
  const cors = found?.url.cors as Cors | undefined;
  const headers: OutgoingHttpHeaders = { 'x-amzn-requestid': requestId, ...cors && corsHeaders(cors, req) };
  const record = (status: number, why?: string) => recordCall(functions, req, found?.arn, status, why);
  /** Who is refused does not learn why; the live log has it. */
  const refuse = (status: number, message: string, errorType?: string, why = message) => {
    req.resume();
    res.writeHead(status, { ...headers, 'content-type': 'application/json', ...errorType && { 'x-amzn-errortype': errorType } })
      .end(JSON.stringify({ Message: message }));
    record(status, why);
  };
  const forbid = (why: string) => refuse(403, 'Forbidden', 'AccessDeniedException', why);
  if (!found) return forbid('there is no such URL');
  if (cors && isPreflight(req)) {
    res.writeHead(200, headers).end();
    return record(200);
  }

  const { arn, permissions, url } = found;
  const signature = signatureOf(req.headers.authorization);
  try {
    if (url.authType === 'NONE') {
      const missing = missingForAnyone(permissions.values());
      if (missing) return forbid(`the policy of the function allows ${missing} not to everyone ("*"), and a URL takes ${URL_ACTIONS.join(' and ')}`);
    } else {
      if (signature?.service !== 'lambda') return forbid('the URL wants requests that are signed for lambda');
      for (const action of URL_ACTIONS) authorize(req, { action, resource: arn, context: CONTEXT[action] });
    }

    const body = await readBody(req, MAX_BODY_BYTES);
    const signer = url.authType === 'AWS_IAM' ? { ...functions.identityOf(signature!.accessKeyId), accessKey: signature!.accessKeyId } : undefined;
    const event = urlEvent({ req, body, urlId: id, requestId, signer });
    const result = await functions.invoke(arn, JSON.stringify(event), { requestId });
    const response = result.functionError === undefined ? urlResponse(result.payload) : undefined;
    if (!response) return refuse(502, 'Internal Server Error', undefined, 'the function failed, or its answer is no HTTP response');
    res.writeHead(response.status, { ...response.headers, ...headers }).end(response.body);
    record(response.status);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has hung up, nobody is left to answer
    if (error instanceof BodyTooLarge) return refuse(413, `The body has more than ${MAX_BODY_BYTES} bytes`);
    if (!isRefusal(error)) throw error;
    refuse(error.status, error.status === 403 ? 'Forbidden' : error.message, error.name, error.message);
  }
}

/** Without the query, which may hold what is nobody's business. */
function recordCall({ liveLog }: Functions, req: IncomingMessage, arn: string | undefined, status: number, why?: string): void {
  const path = oneLine((req.url ?? '').split('?')[0].replace(/^\/lambda-url\/[^/]+/, '')).slice(0, 80) || '/';
  const name = arn === undefined ? 'an unknown function' : arn.split(':').slice(6).join(':');
  liveLog.record({
    kind: 'request',
    level: status >= 400 ? 'warning' : 'info',
    text: `${req.method} ${path} of the URL of ${name} → ${status}${why ? `: ${why}` : ''}`,
    data: { operation: 'FunctionUrl', target: arn, status },
  });
}
