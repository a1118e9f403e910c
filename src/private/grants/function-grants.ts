import { Names, Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IPrincipal, type IRole, Policy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { validateGrantee } from '../argument-types';
import { warn } from '../errors';
import { RedirectedPrincipal } from './redirected-principal';
import { isRoleOfReviewer } from './reviewers';
import { ignoresPolicies, isCustomized, roleKey, roleOf } from './roles';

/** A permission on a function. */
export interface FunctionPermission {
  readonly action: string;
  readonly functionArn: string;
  readonly conditions?: Record<string, Record<string, unknown>>;
}

/**
 * Grants permissions on a function of this library that can depend on rooms, and warns if the grantee has no policy.
 *
 * A room depends on the function that reviews its messages, and that function on the default policy of its role. In that policy
 * the permissions would be a circular dependency. Roles of the same stack, and roles of functions that review messages, therefore
 * get a policy of their own, in the scope.
 *
 * @param scope the construct that contains the function
 */
export function grantOnFunction(scope: Construct, grantee: IGrantable, permissions: FunctionPermission[]): Grant {
  validateGrantee(scope, grantee);
  const role = roleOf(grantee.grantPrincipal);
  const recipient = role && needsOwnPolicy(scope, role) ? withOwnPolicy(grantee.grantPrincipal, policyOf(scope, role)) : grantee;
  const grant = permissions
    .map(({ action, conditions, functionArn }) => (
      Grant.addToPrincipal({ grantee: recipient, actions: [action], resourceArns: [functionArn], conditions })
    ))
    .reduce((one, other) => one.combine(other));
  warnIfNothingGranted(scope, grant, permissions.map(({ action }) => action));
  return grant;
}

export function warnIfNothingGranted(scope: Construct, grant: Grant, actions: string[]): void {
  if (grant.success) return;
  warn(scope, 'grantWroteNothing',
    `The grant of ${actions.join(', ')} has no effect: the principal has no policy that statements can be added to, for example because it is a service or an account. Grant to a role or a user in this account.`);
}

function needsOwnPolicy(scope: Construct, role: IRole): boolean {
  if (ignoresPolicies(role) || isCustomized(role)) return false;
  const key = roleKey(role);
  return Stack.of(role) === Stack.of(scope) || (key !== undefined && isRoleOfReviewer(scope, key));
}

function policyOf(scope: Construct, role: IRole): Policy {
  const id = `GrantTo${Names.nodeUniqueId(role.node)}`;
  return scope.node.tryFindChild(id) as Policy ?? new Policy(scope, id, { roles: [role] });
}

function withOwnPolicy(principal: IPrincipal, policy: Policy): IPrincipal {
  return new RedirectedPrincipal(principal, statement => {
    policy.addStatements(statement);
    return policy;
  });
}
