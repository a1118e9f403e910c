import { createHash } from 'node:crypto';
import { parseArn, resourceName } from '../arn';
import type { Environment } from '../environment';

/** Who a caller is, as GetCallerIdentity describes it. */
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
  const { account: accountId, partition } = parseArn(roleArn) ?? { account: '', partition: 'aws' };
  return {
    accountId,
    userArn: `arn:${partition}:sts::${accountId}:assumed-role/${resourceName(roleArn)}/${sessionName}`,
    userId: `${roleId(roleArn)}:${sessionName}`,
  };
}

export function developerIdentity({ account }: Environment): CallerIdentity {
  return { accountId: account, userArn: `arn:aws:iam::${account}:user/developer`, userId: 'AIDALOCALDEVELOPER000' };
}
