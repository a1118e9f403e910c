import { matches, matchesArn, parsePattern } from '../iam/pattern';

/** One statement of a function's resource policy, as AddPermission takes it. */
export interface Permission {
  readonly id: string;
  /** A service such as `ivschat.amazonaws.com`, an account, an ARN, or `*`. */
  readonly principal: string;
  /** Such as `lambda:InvokeFunction`. */
  readonly action: string;
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
  readonly functionUrlAuthType?: string;
  /** Only calls through the function's URL. */
  readonly invokedViaFunctionUrl?: boolean;
  /** Only callers of an organization: neither services nor those without credentials are. */
  readonly principalOrgId?: string;
}

const PLAIN = { hasVariables: false, context: {}, unsupported: () => {} };

/** Whether Amazon IVS Chat may invoke the function for a room of an account. */
export function allowsService(permission: Permission, source: { arn: string; account: string }): boolean {
  return permission.principal === 'ivschat.amazonaws.com' &&
    allowsAction(permission, 'lambda:InvokeFunction') &&
    !permission.invokedViaFunctionUrl && permission.functionUrlAuthType === undefined && permission.principalOrgId === undefined &&
    (permission.sourceAccount === undefined || permission.sourceAccount === source.account) &&
    (permission.sourceArn === undefined || matchesArn(parsePattern(permission.sourceArn, PLAIN)!, source.arn));
}

/** Documented: since October 2025 a URL takes both. */
export const URL_ACTIONS = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] as const;

/** @returns the action nobody has allowed to callers without credentials; undefined: they may call the URL */
export function missingForAnyone(permissions: Iterable<Permission>): string | undefined {
  const open = [...permissions].filter(({ functionUrlAuthType = 'NONE', principal, principalOrgId, sourceAccount, sourceArn }) =>
    principal === '*' && functionUrlAuthType === 'NONE' && [principalOrgId, sourceAccount, sourceArn].every(it => it === undefined));
  return URL_ACTIONS.find(action => !open.some(permission => allowsAction(permission, action)));
}

function allowsAction(permission: Permission, action: string): boolean {
  return matches(parsePattern(permission.action, PLAIN)!, action, { ignoreCase: true });
}
