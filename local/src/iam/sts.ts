import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Authorize } from './authorize';
import { requireKnown, type Caller, type KnownCaller } from './callers';
import type { Sessions } from './sessions';
import { parseArn } from '../arn';
import { escapeXml } from '../http/escape-xml';
import { HttpError } from '../http/http-error';
import { parametersOf, readText } from '../http/read-request';
import type { LiveLog } from '../live-log/live-log';

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';
const MAX_BODY_BYTES = 64 * 1024;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/** Documented: 15 minutes to 12 hours, by default one hour, which is the limit for a role that assumes a role. */
const DURATION = { minimum: 900, maximum: 43_200, default: 3600, maximumOfRole: 3600 };

/** AWS STS has codes and messages of its own for the errors of callers. */
const CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  ExpiredTokenException: 'ExpiredToken',
  IncompleteSignatureException: 'IncompleteSignature',
  MissingAuthenticationTokenException: 'MissingAuthenticationToken',
  UnrecognizedClientException: 'InvalidClientTokenId',
};
const MESSAGES: Readonly<Record<string, string>> = { MissingAuthenticationTokenException: 'Request is missing Authentication Token' };

export interface StsOptions {
  readonly authorize: Authorize;
  readonly liveLog: LiveLog;
  readonly roleExists: (roleArn: string) => boolean;
  readonly sessions: Sessions;
}

/** Whether a request is for AWS STS. */
export function isStsRequest(req: IncomingMessage, { service }: Caller): boolean {
  if (service !== undefined) return service === 'sts';
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '');
  return req.method === 'POST' && (req.url ?? '').split('?')[0] === '/' && isForm;
}

/**
 * Handles AssumeRole and GetCallerIdentity of AWS STS.
 *
 * The developer may assume every role, and a role those that its policies allow. Trust policies are not evaluated.
 */
export async function handleSts(options: StsOptions, caller: Caller, req: IncomingMessage, res: ServerResponse): Promise<void> {
  let action: string | null = null;
  try {
    const form = parametersOf(req, await readText(req, MAX_BODY_BYTES));
    action = form.get('Action');
    const result = perform(options, requireKnown(caller), action, form);
    send(res, 200, `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${result}</${action}Result>`
      + `<ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></${action}Response>`);
    record(options.liveLog, action, 200);
  } catch (error) {
    if (req.destroyed && !req.complete) return; // the caller has disconnected
    if (!(error instanceof HttpError)) throw error;
    const code = CODES[error.name] ?? error.name;
    const message = MESSAGES[error.name] ?? error.message;
    send(res, error.status, `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`
      + '<RequestId>local</RequestId></ErrorResponse>');
    record(options.liveLog, action, error.status, { code, message });
  }
}

function perform(options: StsOptions, caller: KnownCaller, action: string | null, form: URLSearchParams): string {
  switch (action) {
    case 'GetCallerIdentity': {
      const { accountId, userArn, userId } = caller.identity;
      return `<Arn>${escapeXml(userArn)}</Arn><UserId>${escapeXml(userId)}</UserId><Account>${escapeXml(accountId)}</Account>`;
    }
    case 'AssumeRole': return assumeRole(options, caller, form);
    default: throw new HttpError('InvalidAction', 400, `Action must be AssumeRole or GetCallerIdentity, got ${action}: ivschat-local supports no other operation of AWS STS.`);
  }
}

function assumeRole({ authorize, roleExists, sessions }: StsOptions, caller: KnownCaller, form: URLSearchParams): string {
  const roleArn = form.get('RoleArn') ?? '';
  const sessionName = form.get('RoleSessionName') ?? '';
  if (!isRoleArn(roleArn)) throw validationError(`RoleArn must be the ARN of a role, got "${roleArn}".`);
  if (!SESSION_NAME.test(sessionName)) {
    throw validationError(`RoleSessionName must be 2 to 64 characters of A-Z, a-z, 0-9 and _+=,.@-, got "${sessionName}".`);
  }
  const duration = readDuration(form.get('DurationSeconds'), caller);
  const restriction = [...form.keys()].find(key => /^(Policy|PolicyArns)\b/.test(key));
  if (restriction) {
    throw validationError(`${restriction} must be omitted: ivschat-local does not support session policies, a session has the permissions of its role.`);
  }
  authorize(caller, { action: 'sts:AssumeRole', resource: roleArn, context: {} });
  if (!roleExists(roleArn)) throw new HttpError('AccessDeniedException', 403, `RoleArn must be a role of a deployed stack, got ${roleArn}.`);

  const { accessKeyId, expiration, identity, secretAccessKey, sessionToken } = sessions.assume(roleArn, sessionName, duration);
  return `<Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>`
    + `<SessionToken>${sessionToken}</SessionToken><Expiration>${expiration.toISOString()}</Expiration></Credentials>`
    + `<AssumedRoleUser><AssumedRoleId>${escapeXml(identity.userId)}</AssumedRoleId><Arn>${escapeXml(identity.userArn)}</Arn></AssumedRoleUser>`;
}

function isRoleArn(text: string): boolean {
  const { account = '', resource = '', service } = parseArn(text) ?? {};
  return service === 'iam' && /^\d{12}$/.test(account) && /^role\/./.test(resource);
}

function readDuration(text: string | null, caller: KnownCaller): number {
  if (text === null) return DURATION.default;
  const seconds = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!(seconds >= DURATION.minimum && seconds <= DURATION.maximum)) {
    throw validationError(`DurationSeconds must be a whole number from ${DURATION.minimum} to ${DURATION.maximum}, got "${text}".`);
  }
  if (caller.kind === 'role' && seconds > DURATION.maximumOfRole) {
    throw validationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining');
  }
  return seconds;
}

function validationError(message: string): HttpError {
  return new HttpError('ValidationError', 400, message);
}

function record(liveLog: LiveLog, action: string | null, status: number, error?: { readonly code: string; readonly message: string }): void {
  const operation = `sts:${action ?? 'unknown operation'}`;
  liveLog.record({
    kind: 'request',
    level: error ? 'warning' : 'info',
    text: `${operation} → ${status}${error ? ` ${error.code}: ${error.message}` : ''}`,
    data: { operation, status, error: error?.code },
  });
}

function send(res: ServerResponse, status: number, body: string): void {
  res.writeHead(status, { 'content-type': 'text/xml' }).end(body);
}
