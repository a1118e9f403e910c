import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { ExpectedError } from '../expected-error';
import type { UserPools } from './user-pools';
import { parseJson } from '../http/parse-json';
import { BodyTooLarge, readBody } from '../http/read-body';
import { errorType, sendJson } from '../http/send-json';
import type { LiveLog } from '../live-log/live-log';

const SIGN_IN_PATH = '/sign-in';
const API_TARGET = 'AWSCognitoIdentityProviderService.';
const MAXIMUM_BODY_BYTES = 64 * 1024;

/** Where issuers other than Amazon Cognito have their keys. */
const KEY_PATH = /\/(jwks|jwks\.json|keys|certs)$/;

export interface UserPoolRequestOptions {
  readonly liveLog: LiveLog;
  readonly userPools: UserPools;
  /** The host that a function has sent the request to. Undefined for requests to the address of the server. */
  readonly host?: string;
}

/**
 * Handles sign-ins, and requests for the keys of issuers: at their own address for functions, and at the path of a user pool on this server.
 *
 * @returns false if the request is for something else
 */
export async function handleUserPools(options: UserPoolRequestOptions, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const path = (req.url ?? '').split('?')[0];
  const target = req.headers['x-amz-target'];
  if (typeof target === 'string' && target.startsWith(API_TARGET)) refuseOperation(options, target.slice(API_TARGET.length), req, res);
  else if (options.host === undefined && path === SIGN_IN_PATH) await handleSignIn(options, req, res);
  else return handleDocument(options, path, req, res);
  return true;
}

/** Issues tokens to a page or a program. The router has refused pages of other sites. */
async function handleSignIn({ userPools }: UserPoolRequestOptions, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers: OutgoingHttpHeaders = {
    'cache-control': 'no-store',
    'vary': 'Origin',
    ...req.headers.origin !== undefined && { 'access-control-allow-origin': req.headers.origin },
  };
  if (req.method === 'OPTIONS') {
    res.writeHead(204, { ...headers, 'access-control-allow-headers': 'content-type', 'access-control-allow-methods': 'POST' }).end();
    return;
  }
  if (req.method !== 'POST') {
    req.resume();
    return sendJson(res, 405, { message: `${SIGN_IN_PATH} accepts POST only.` }, { ...headers, allow: 'POST' });
  }
  try {
    sendJson(res, 200, await userPools.signIn(parse(await readBody(req, MAXIMUM_BODY_BYTES))), headers);
  } catch (error) {
    if (error instanceof BodyTooLarge) return sendJson(res, 413, { message: `The body must have at most ${MAXIMUM_BODY_BYTES} bytes.` }, headers);
    if (!(error instanceof ExpectedError)) throw error;
    sendJson(res, 400, { message: error.message }, headers);
  }
}

function parse(body: Buffer): unknown {
  try {
    return parseJson(body.toString());
  } catch {
    throw new ExpectedError('The body must be JSON such as { "username": "ada" }.');
  }
}

async function handleDocument(options: UserPoolRequestOptions, path: string, req: IncomingMessage, res: ServerResponse): Promise<boolean> {
  const { host, liveLog, userPools } = options;
  if (host !== undefined && !userPools.hosts.includes(host)) return false;
  const issuer = req.method === 'GET' || req.method === 'HEAD' ? userPools.findIssuer(host, path) : undefined;
  if (issuer && path.endsWith('/.well-known/openid-configuration')) sendJson(res, 200, issuer.discoveryDocument());
  else if (issuer && KEY_PATH.test(path)) sendJson(res, 200, await issuer.keySet());
  else if (host !== undefined) refusePath(liveLog, host, path, req, res);
  else return false;
  return true;
}

/** A request that in AWS has another result must not seem to succeed. */
function refusePath(liveLog: LiveLog, host: string, path: string, req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  const message = `ivschat-local has nothing at ${req.method} https://${host}${path}: only the discovery documents and keys of deployed user pools and of other issuers.`;
  liveLog.record({ kind: 'notice', level: 'warning', text: message, data: { event: 'unsupported-path', host, path } });
  sendJson(res, 404, { message });
}

function refuseOperation({ liveLog }: UserPoolRequestOptions, operation: string, req: IncomingMessage, res: ServerResponse): void {
  req.resume();
  const message = `ivschat-local does not support ${operation} of Amazon Cognito: user pools have no users here. Get tokens with POST ${SIGN_IN_PATH}, or signIn() in tests.`;
  liveLog.record({ kind: 'notice', level: 'warning', text: message, data: { event: 'unsupported-operation', service: 'cognito-idp', operation } });
  sendJson(res, 501, { __type: 'NotImplementedException', message }, errorType('NotImplementedException'));
}
