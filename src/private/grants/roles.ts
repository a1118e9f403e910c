import { Stack } from 'aws-cdk-lib';
import { CfnRole, type IPrincipal, type IRole, LazyRole, PrincipalWithConditions, SessionTagsPrincipal } from 'aws-cdk-lib/aws-iam';
import { getCustomizeRolesConfig } from 'aws-cdk-lib/core/lib/helpers-internal';
import type { IConstruct } from 'constructs';
import { referencedConstruct } from '../referenced-construct';

/** Identifies a role in an app, which several principals can stand for: its resource or, for an import, its ARN. */
export type RoleKey = CfnRole | string;

/** Returns the role that a principal adds its statements to, or `undefined` if it is not a role. */
export function roleOf(principal: IPrincipal): IRole | undefined {
  if (principal instanceof PrincipalWithConditions || principal instanceof SessionTagsPrincipal) {
    // The property is protected. Without it, the ARN would not tell whether the role ignores policies.
    return roleOf((principal as unknown as { wrapped: IPrincipal }).wrapped);
  }
  return 'attachInlinePolicy' in principal && 'roleArn' in principal ? principal as IRole : undefined;
}

/** Returns the key of a role, or `undefined` for a `LazyRole` that nothing uses yet: reading its ARN would create it. */
export function roleKey(role: IRole): RoleKey | undefined {
  const created = role instanceof LazyRole ? role.node.tryFindChild('Default') as IRole | undefined : role;
  return created && roleKeyOfArn(created, created.roleArn);
}

/** Returns the key of the role with an ARN, as it is written in the stack of the scope. */
export function roleKeyOfArn(scope: IConstruct, roleArn: string): RoleKey {
  const resource = referencedConstruct(roleArn);
  return CfnRole.isCfnRole(resource) ? resource : JSON.stringify(Stack.of(scope).resolve(roleArn));
}

/** Returns whether a role ignores policies, such as `role.withoutPolicyUpdates()`. Its class is not exported by the CDK. */
export function ignoresPolicies(role: IRole): boolean {
  return 'addGrantsToResources' in role;
}

/** Returns whether policies of the role are written to a report, because of `Role.customizeRoles()`. */
export function isCustomized(role: IRole): boolean {
  return getCustomizeRolesConfig(role).enabled;
}
