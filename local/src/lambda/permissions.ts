import type { Permission } from '../contracts/permission';
import { matches, matchesArn, parsePattern } from '../iam/pattern';

const PLAIN = { hasVariables: false, context: {}, unsupported: () => {} };

/** Whether the permission allows a service to invoke the function for a resource of an account, such as a room. */
export function allowsService(permission: Permission, source: { service: string; arn: string; account: string }): boolean {
  return permission.principal === source.service &&
    allowsAction(permission, 'lambda:InvokeFunction') &&
    !permission.invokedViaFunctionUrl && permission.functionUrlAuthType === undefined && permission.principalOrgId === undefined &&
    (permission.sourceAccount === undefined || permission.sourceAccount === source.account) &&
    (permission.sourceArn === undefined || matchesArn(parsePattern(permission.sourceArn, PLAIN)!, source.arn));
}

/** AWS documents that a function URL requires both since October 2025. */
export const URL_ACTIONS = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'] as const;

/** @returns the action that a caller without credentials lacks, or undefined if the function URL is public */
export function missingPublicAction(permissions: Iterable<Permission>): string | undefined {
  const open = [...permissions].filter(({ functionUrlAuthType = 'NONE', principal, principalOrgId, sourceAccount, sourceArn }) =>
    principal === '*' && functionUrlAuthType === 'NONE' && [principalOrgId, sourceAccount, sourceArn].every(restriction => restriction === undefined));
  return URL_ACTIONS.find(action => !open.some(permission => allowsAction(permission, action)));
}

function allowsAction(permission: Permission, action: string): boolean {
  return matches(parsePattern(permission.action, PLAIN)!, action, { ignoreCase: true });
}
