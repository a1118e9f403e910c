import type { IncomingMessage } from 'node:http';
import { developerIdentity, roleSessionIdentity, type CallerIdentity } from './identity';
import { isLocalKey, type Sessions } from './sessions';
import { readSignature } from './signature';
import type { Environment } from '../environment';
import { HttpError } from '../http/http-error';
import type { LiveLog } from '../live-log/live-log';

/** The developer, who may do everything, or a session of a role, which may do what the policies of the role allow. */
export type KnownCaller = {
  /** The service that the request is signed for, such as `ivschat`. */
  readonly service: string;
  readonly accessKeyId: string;
  readonly identity: CallerIdentity;
} & ({ readonly kind: 'developer' } | { readonly kind: 'role'; readonly roleArn: string });

/** The sender of a request. */
export type Caller =
  | KnownCaller
  /** The request has no signature. */
  | { readonly kind: 'anonymous'; readonly service?: undefined }
  /** The signature cannot be read, or its key is not valid. */
  | { readonly kind: 'invalid'; readonly service?: string; readonly error: HttpError };

export interface CallersOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  readonly sessions: Sessions;
}

/** The access key of the credentials that the command prints. */
const DEVELOPER_KEY = 'local';

/** Enough for the profiles of a developer. Limits the memory if a client makes up its keys. */
const MAX_REPORTED_KEYS = 100;

/** Resolves requests to their callers. Signatures are not verified: the access key id identifies the caller. */
export class Callers {
  private readonly reportedKeys = new Set<string>();

  constructor(private readonly options: CallersOptions) {}

  public resolve(req: IncomingMessage): Caller {
    const signature = readSignature(req);
    if (signature === undefined) return { kind: 'anonymous' };
    if ('problem' in signature) return { kind: 'invalid', error: unreadableSignature(signature.problem) };

    const { accessKeyId, service } = signature;
    const { environment, sessions } = this.options;
    const session = sessions.find(accessKeyId);
    if (session) {
      const { expiration, identity, roleArn } = session;
      if (sessions.isExpired(session)) return { kind: 'invalid', service, error: expiredSession(accessKeyId, identity, expiration!) };
      return { kind: 'role', service, accessKeyId, identity, roleArn };
    }
    if (isLocalKey(accessKeyId)) return { kind: 'invalid', service, error: unknownSession(accessKeyId) };
    this.report(accessKeyId);
    return { kind: 'developer', service, accessKeyId, identity: developerIdentity(environment) };
  }

  /** Reports once that a key of the developer's own is not treated as in AWS. */
  private report(accessKeyId: string): void {
    if (accessKeyId === DEVELOPER_KEY || this.reportedKeys.has(accessKeyId) || this.reportedKeys.size >= MAX_REPORTED_KEYS) return;
    this.reportedKeys.add(accessKeyId);
    const key = masked(accessKeyId);
    this.options.liveLog.record({
      kind: 'iam',
      text: `requests with the access key ${key} are those of the developer, who may do everything: ivschat-local has not issued it`,
      data: { event: 'developer-key', accessKey: key },
    });
  }
}

/** The caller when a service of AWS acts with the role of a function. */
export function serviceCaller(roleArn: string, sessionName: string, service: string): KnownCaller {
  return { kind: 'role', service, accessKeyId: '', identity: roleSessionIdentity(roleArn, sessionName), roleArn };
}

/** Throws the error for callers that are anonymous or invalid. */
export function requireKnown(caller: Caller): KnownCaller {
  switch (caller.kind) {
    case 'developer': case 'role': return caller;
    case 'invalid': throw caller.error;
    case 'anonymous': throw new HttpError('MissingAuthenticationTokenException', 403, 'Missing Authentication Token');
  }
}

function unreadableSignature(problem: string): HttpError {
  return new HttpError('IncompleteSignatureException', 403, `The request signature does not conform to AWS standards: ${problem}.`);
}

function expiredSession(accessKeyId: string, { userArn }: CallerIdentity, expiration: Date): HttpError {
  const message = `The security token included in the request is expired: the session ${userArn} with the access key ${accessKeyId} ended at ${expiration.toISOString()}. Assume the role again.`;
  return new HttpError('ExpiredTokenException', 403, message);
}

function unknownSession(accessKeyId: string): HttpError {
  const message = `The security token included in the request is invalid: the access key ${accessKeyId} is of another run of ivschat-local. Assume the role again.`;
  return new HttpError('UnrecognizedClientException', 403, message);
}

function masked(accessKeyId: string): string {
  return accessKeyId.length > 12 ? `${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}` : accessKeyId;
}
