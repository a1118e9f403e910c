import type { IncomingMessage, ServerResponse } from 'node:http';
import type { UserPools } from './user-pools';
import { answerPost } from '../http/page-request';
import { errorType, sendJson } from '../http/send-json';
import type { LiveLog } from '../live-log/live-log';

const SIGN_IN_PATH = '/sign-in';
const API_TARGET = 'AWSCognitoIdentityProviderService.';
const EXAMPLE = '{ "username": "ada" }';

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
  else if (options.host === undefined && path === SIGN_IN_PATH) await answerPost(req, res, EXAMPLE, async body => options.userPools.signIn(body));
  else return handleDocument(options, path, req, res);
  return true;
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
