import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRefusal, type Authorize } from './authorize';
import type { CallerIdentity } from './callers';
import type { Sessions } from './sessions';
import { BodyTooLarge, readBody } from '../http/read-body';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const MAX_BODY_BYTES = 64 * 1024;
const SESSION_MILLISECONDS = 60 * 60 * 1000;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/**
 * Handles AssumeRole and GetCallerIdentity of AWS STS.
 *
 * The developer may assume every role, and a role those that its policies allow. Trust policies are not evaluated.
 *
 * @param authorize throws an error with status 403 if the caller lacks the permission
 */
export async function handleSts(
  sessions: Sessions, identityOf: () => CallerIdentity, roleExists: (arn: string) => boolean, req: IncomingMessage, res: ServerResponse,
  authorize: Authorize = () => undefined,
): Promise<void> {
  const form = await readForm(req);
  if (form === 'disconnected') return;
  if (form === 'too large') return refuse(res, 413, 'RequestEntityTooLarge', `The request body must have at most ${MAX_BODY_BYTES} bytes.`);
  const action = form.get('Action');
  if (action === 'GetCallerIdentity') {
    const { accountId, userArn, userId } = identityOf();
    return answer(res, action, `<Arn>${escapeXml(userArn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${escapeXml(accountId)}</Account>`);
  }
  if (action !== 'AssumeRole') {
    return refuse(res, 400, 'InvalidAction', `Action must be AssumeRole or GetCallerIdentity, got ${action}: ivschat-local supports no other operation of AWS STS.`);
  }
  const roleArn = form.get('RoleArn') ?? '';
  const sessionName = form.get('RoleSessionName') ?? '';
  if (!ROLE_ARN.test(roleArn)) return refuse(res, 400, 'ValidationError', `RoleArn must be the ARN of a role, got "${roleArn}".`);
  if (!SESSION_NAME.test(sessionName)) {
    return refuse(res, 400, 'ValidationError', `RoleSessionName must be 2 to 64 characters of A-Z, a-z, 0-9 and _+=,.@-, got "${sessionName}".`);
  }
  const restriction = [...form.keys()].find(key => /^(Policy|PolicyArns)\b/.test(key));
  if (restriction) {
    return refuse(res, 400, 'ValidationError', `${restriction} must be omitted: ivschat-local does not support session policies, a session has the permissions of its role.`);
  }
  try {
    authorize(req, { action: 'sts:AssumeRole', resource: roleArn, context: {} });
  } catch (error) {
    if (!isRefusal(error) || error.status !== 403) throw error;
    return refuse(res, 403, 'AccessDenied', error.message);
  }
  if (!roleExists(roleArn)) return refuse(res, 403, 'AccessDenied', `RoleArn must be a role of a deployed stack, got ${roleArn}.`);

  const { accessKeyId, identity, secretAccessKey, sessionToken } = sessions.assume(roleArn, sessionName);
  const expiration = new Date(Date.now() + SESSION_MILLISECONDS).toISOString();
  answer(res, action, `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`
    + `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`
    + `<AssumedRoleUser><AssumedRoleId>${escapeXml(identity.userId)}</AssumedRoleId><Arn>${escapeXml(identity.userArn)}</Arn></AssumedRoleUser>`);
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams | 'disconnected' | 'too large'> {
  try {
    return new URLSearchParams((await readBody(req, MAX_BODY_BYTES)).toString());
  } catch (error) {
    if (error instanceof BodyTooLarge) return 'too large';
    if (req.destroyed && !req.complete) return 'disconnected';
    throw error;
  }
}

function answer(res: ServerResponse, action: string, result: string): void {
  send(res, 200, `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>`
    + `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${action}Response>`);
}

function refuse(res: ServerResponse, status: number, code: string, message: string): void {
  send(res, status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`
    + '<RequestId>local</RequestId></ErrorResponse>');
}

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}

function escapeXml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
