import { createHash } from 'node:crypto';
import type { Environment } from '../environment';

/** The identity that signs a request. */
export interface CallerIdentity {
  readonly accountId: string;
  readonly userArn: string;
  /** For a role session, `AROA…:session-name`. */
  readonly userId: string;
}

/** The unique id of a role, which `Fn::GetAtt` returns as RoleId. */
export function roleId(roleArn: string): string {
  return `AROA${createHash('sha256').update(roleArn).digest('hex').slice(0, 17).toUpperCase()}`;
}

export function roleSessionIdentity(roleArn: string, sessionName: string): CallerIdentity {
  const [, partition, , , accountId] = roleArn.split(':');
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    accountId,
    userArn: `arn:${partition}:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    userId: `${roleId(roleArn)}:${sessionName}`,
  };
}

/** The identity of the developer: every caller that is neither a function nor a role session. */
export function developerIdentity(environment: Environment): CallerIdentity {
  return { accountId: environment.account, userArn: `arn:aws:iam::${environment.account}:user/developer`, userId: 'AIDALOCALDEVELOPER000' };
}

/** Reads the access key id and the service from the Authorization header of a SigV4 request. Does not verify the signature. */
export function parseSignature(authorization: string | undefined): { accessKeyId: string; service: string } | undefined {
  const match = /^AWS4-HMAC-SHA256 .*\bCredential=([^/,\s]+)\/\d{8}\/[^/,\s]+\/([^/,\s]+)\/aws4_request\b/.exec(authorization ?? '');
  return match ? { accessKeyId: match[1], service: match[2] } : undefined;
}
