import { randomBytes } from 'node:crypto';
import { roleSessionIdentity, type CallerIdentity } from './identity';

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface AssumedCredentials extends SessionCredentials {
  readonly identity: CallerIdentity;
  readonly expiration: Date;
}

/** A session of a role, identified by its access key id alone. */
export interface RoleSession {
  readonly roleArn: string;
  readonly identity: CallerIdentity;
  /** Undefined for a function, whose credentials are valid until the runtime stops. */
  readonly expiration?: Date;
}

/** Access keys of AWS are in Base32, which has no digit 0. */
const KEY_PREFIX = 'ASIA0LOCAL';

/** Whether an access key id comes from a local runtime, this one or another. */
export function isLocalKey(accessKeyId: string): boolean {
  return accessKeyId.toUpperCase().startsWith(KEY_PREFIX);
}

/** The role sessions of functions and of AssumeRole. */
export class Sessions {
  /** Expired sessions, and those of deleted functions, are kept: a process that still runs must not become an unknown caller. */
  private readonly sessions = new Map<string, RoleSession>();

  constructor(private readonly clock: () => number = Date.now) {}

  /** Starts a session that does not expire. */
  public start(roleArn: string, sessionName: string): SessionCredentials {
    return this.add({ roleArn, identity: roleSessionIdentity(roleArn, sessionName) });
  }

  /** Starts a session that expires. */
  public assume(roleArn: string, sessionName: string, durationSeconds = 3600): AssumedCredentials {
    const identity = roleSessionIdentity(roleArn, sessionName);
    const expiration = new Date(this.clock() + durationSeconds * 1000);
    return { ...this.add({ roleArn, identity, expiration }), identity, expiration };
  }

  public find(accessKeyId: string): RoleSession | undefined {
    return this.sessions.get(accessKeyId);
  }

  public isExpired({ expiration }: RoleSession): boolean {
    return expiration !== undefined && expiration.getTime() <= this.clock();
  }

  private add(session: RoleSession): SessionCredentials {
    const accessKeyId = `${KEY_PREFIX}${randomBytes(5).toString('hex').toUpperCase()}`;
    this.sessions.set(accessKeyId, session);
    return { accessKeyId, secretAccessKey: 'local', sessionToken: 'local' };
  }
}
