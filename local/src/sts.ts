import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallerIdentity } from './lambda/identity';
import type { Sessions } from './sessions';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const BODY_BYTES = 64 * 1024;
const SESSION_MILLISECONDS = 60 * 60 * 1000;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/**
 * As much of AWS STS as it takes to become one of the application's roles: AssumeRole and GetCallerIdentity.
 *
 * Whoever sits at this machine may assume every role; trust policies are not looked at.
 */
export async function handleSts(
  sessions: Sessions, identityOf: () => CallerIdentity, roleExists: (arn: string) => boolean, req: IncomingMessage, res: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await read(req));
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
  if (!roleExists(roleArn)) return refuse(res, 403, 'AccessDenied', `No stack that is deployed here has the role ${roleArn}.`);

  const { accessKeyId, identity, secretAccessKey, sessionToken } = sessions.assume(roleArn, sessionName);
  const expiration = new Date(Date.now() + SESSION_MILLISECONDS).toISOString();
  answer(res, action, `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`
    + `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration></Credentials>`
    + `<AssumedRoleUser><AssumedRoleId>${text(identity.userId)}</AssumedRoleId><Arn>${text(identity.userArn)}</Arn></AssumedRoleUser>`);
}

async function read(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req) {
    length += (chunk as Buffer).length;
    if (length > BODY_BYTES) break; // what is cut off makes the request invalid
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
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
