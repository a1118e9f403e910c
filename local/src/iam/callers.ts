import { createHash } from 'node:crypto';
import type { Environment } from '../environment';

/** Who signs a request. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly userArn: string;
  /** Of a session of a role: `AROA…:name of the session`. */
  readonly userId: string;
}

/** Roles have a unique id beside their name; `Fn::GetAtt` RoleId has to be the same. */
export function roleId(roleArn: string): string {
  return `AROA${createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase()}`;
}

export function roleSession(roleArn: string, sessionName: string): CallerIdentity {
  const [, partition, , , accountId] = roleArn.split(':');
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    accountId,
    userArn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleId(roleArn)}:${sessionName}`,
  };
}

/** Whoever sits at this machine. */
export function developer(environment: Environment): CallerIdentity {
  return { accountId: environment.account, userArn: `arn:aws:iam::${environment.account}:user/developer`, userId: 'AIDALOCALDEVELOPER000' };
}

/** The access key id of a request signed with SigV4, and the service it is signed for. The signature is not checked. */
export function signatureOf(authorization: string | undefined): { accessKeyId: string; service: string } | undefined {
  const match = /^AWS4-HMAC-SHA256 .*\bCredential=([^/,\s]+)\/\d{8}\/[^/,\s]+\/([^/,\s]+)\/aws4_request\b/.exec(authorization ?? '');
  return match ? { accessKeyId: match[1], service: match[2] } : undefined;
}
