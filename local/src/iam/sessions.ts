import { randomBytes } from 'node:crypto';
import { roleSessionIdentity, type CallerIdentity } from './callers';

export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Sessions of assumed roles, identified by their access key id alone. */
export class Sessions {
  private readonly sessions = new Map<string, { readonly roleArn: string; readonly identity: CallerIdentity }>();

  public assume(roleArn: string, sessionName: string): SessionCredentials & { readonly identity: CallerIdentity } {
    const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const identity = roleSessionIdentity(roleArn, sessionName);
    this.sessions.set(accessKeyId, { roleArn, identity });
    return { accessKeyId, secretAccessKey: 'local', sessionToken: 'local', identity };
  }

  public roleOf(accessKeyId: string): string | undefined {
    return this.sessions.get(accessKeyId)?.roleArn;
  }

  public identityOf(accessKeyId: string): CallerIdentity | undefined {
    return this.sessions.get(accessKeyId)?.identity;
  }
}
