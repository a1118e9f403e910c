import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Authorize, isRefusal } from './authorize';
import type { CallerIdentity } from './callers';
import type { Sessions } from './sessions';
import { BodyTooLarge, readBody } from '../http/read-body';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const BODY_BYTES = 64 * 1024;
const SESSION_MILLISECONDS = 60 * 60 * 1000;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/**
 * As much of AWS STS as it takes to become one of the application's roles: AssumeRole and GetCallerIdentity.
 *
 * Whoever sits at this machine may assume every role, and a role what its policies say; trust policies are not looked at.
 *
 * @param authorize throws what has a status of 403 if the caller may not
 */
export async function handleSts(
  sessions: Sessions, identityOf: () => CallerIdentity, roleExists: (arn: string) => boolean, req: IncomingMessage, res: ServerResponse,
  authorize: Authorize = () => undefined,
): Promise<void> {
  const form = await readForm(req);
  if (form === 'gone') return;
  if (form === 'too large') return refuse(res, 413, 'RequestEntityTooLarge', `A request may have ${BODY_BYTES} bytes.`);
  const action = form.get('Action');
  if (action === 'GetCallerIdentity') {
    const { accountId, userArn, userId } = identityOf();
    return answer(res, action, `<Arn>${text(userArn)}</Arn><UserId>${text(userId)}</UserId><Account>${text(accountId)}</Account>`);
  }
  if (action !== 'AssumeRole') {
    return refuse(res, 400, 'InvalidAction', `ivschat-local knows AssumeRole and GetCallerIdentity of AWS STS, not ${action}.`);
  }
  const roleArn = form.get('RoleArn') ?? '';
  const sessionName = form.get('RoleSessionName') ?? '';
  if (!ROLE_ARN.test(roleArn)) return refuse(res, 400, 'ValidationError', `RoleArn must be the ARN of a role, got "${roleArn}".`);
  if (!SESSION_NAME.test(sessionName)) {
    return refuse(res, 400, 'ValidationError', `RoleSessionName must have 2 to 64 letters, digits and any of _+=,.@-, got "${sessionName}".`);
  }
  const restriction = [...form.keys()].find(key => /^(Policy|PolicyArns)\b/.test(key));
  if (restriction) return refuse(res, 400, 'ValidationError', `ivschat-local has no policies for sessions (${restriction}): a session may do what its role may.`);
  try {
    authorize(req, { action: 'sts:AssumeRole', resource: roleArn, context: {} });
  } catch (error) {
    if (!isRefusal(error) || error.status !== 403) throw error;
    return refuse(res, 403, 'AccessDenied', error.message);
  }
  if (!roleExists(roleArn)) return refuse(res, 403, 'AccessDenied', `No stack that is deployed here has the role ${roleArn}.`);

  const { accessKeyId, identity, secretAccessKey, sessionToken } = sessions.assume(roleArn, sessionName);
  const expiration = new Date(Date.now() + SESSION_MILLISECONDS).toISOString();
  answer(res, action, `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`
    + `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`
    + `<AssumedRoleUser><AssumedRoleId>${text(identity.userId)}</AssumedRoleId><Arn>${text(identity.userArn)}</Arn></AssumedRoleUser>`);
}

async function readForm(req: IncomingMessage): Promise<URLSearchParams | 'gone' | 'too large'> {
  try {
    return new URLSearchParams((await readBody(req, BODY_BYTES)).toString());
  } catch (error) {
    if (error instanceof BodyTooLarge) return 'too large';
    if (req.destroyed && !req.complete) return 'gone'; // nobody is left to answer
    throw error;
  }
}

function answer(res: ServerResponse, action: string, result: string): void {
  send(res, 200, `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>`
    + `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${action}Response>`);
}

function refuse(res: ServerResponse, status: number, code: string, message: string): void {
  send(res, status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${text(message)}</Message></Error>`
    + '<RequestId>local</RequestId></ErrorResponse>');
}

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
