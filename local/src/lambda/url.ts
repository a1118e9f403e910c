import { randomUUID } from 'node:crypto';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { isRefusal, type Authorize } from './authorize';
import { BodyTooLarge, readBody } from './body';
import type { Functions } from './functions';
import { signatureOf } from './identity';
import { allowsAnyone } from './permissions';
import { corsHeaders, isPreflight, type Cors } from './url-cors';
import { urlEvent } from './url-event';
import { urlResponse } from './url-response';

const MAX_BODY_BYTES = 6 * 1024 * 1024;

/** A call of a function through its URL, `/lambda-url/<id>/…` on our one port. */
export async function handleUrl(functions: Functions, id: string, authorize: Authorize, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const found = functions.findUrl(id);
  const requestId = randomUUID();
  const cors = found?.url.cors as Cors | undefined;
  const headers: OutgoingHttpHeaders = { 'x-amzn-requestid': requestId, ...cors && corsHeaders(cors, req) };
  const refuse = (status: number, message: string, errorType?: string) => {
    req.resume();
    res.writeHead(status, { ...headers, 'content-type': 'application/json', ...errorType && { 'x-amzn-errortype': errorType } })
      .end(JSON.stringify({ Message: message }));
  };
  if (!found) return refuse(403, 'Forbidden', 'AccessDeniedException');
  if (cors && isPreflight(req)) return void res.writeHead(200, headers).end();

  const { arn, permissions, url } = found;
  const signature = signatureOf(req.headers.authorization);
  try {
    if (url.authType === 'NONE') {
      if (![...permissions.values()].some(allowsAnyone)) return refuse(403, 'Forbidden', 'AccessDeniedException');
    } else {
      if (signature?.service !== 'lambda') return refuse(403, 'Forbidden', 'AccessDeniedException');
      // Documented: since October 2025 both are needed.
      authorize(req, { action: 'lambda:InvokeFunctionUrl', resource: arn, context: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } });
      authorize(req, { action: 'lambda:InvokeFunction', resource: arn, context: { 'lambda:InvokedViaFunctionUrl': 'true' } });
    }

    const body = await readBody(req, MAX_BODY_BYTES);
    const signer = url.authType === 'AWS_IAM' ? { ...functions.identityOf(signature!.accessKeyId), accessKey: signature!.accessKeyId } : undefined;
    const event = urlEvent({ req, body, urlId: id, requestId, signer });
    const result = await functions.invoke(arn, JSON.stringify(event), { requestId });
    const response = result.functionError === undefined ? urlResponse(result.payload) : undefined;
    if (!response) return refuse(502, 'Internal Server Error');
    res.writeHead(response.status, { ...response.headers, ...headers }).end(response.body);
  } catch (error) {
    if (error instanceof BodyTooLarge) return refuse(413, `The body has more than ${MAX_BODY_BYTES} bytes`);
    if (!isRefusal(error)) throw error;
    // Who is refused does not learn why; the live log has it.
    refuse(error.status, error.status === 403 ? 'Forbidden' : error.message, error.name);
  }
}
