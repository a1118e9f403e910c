import { Stack, Token } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { ResourceEnvironment } from 'aws-cdk-lib/interfaces';
import { Construct, type IConstruct } from 'constructs';
import { CREATE_AND_LIST, KNOWN_ACTIONS } from './actions';
import { lit, validationError, warn } from './errors';

/** What a grant is about. */
export interface GrantTarget {
  /** Where warnings and errors are reported. */
  readonly scope: IConstruct;
  /** The environment of the resources, which may be another than the scope's for an import. */
  readonly env: ResourceEnvironment;
  /** `*` in it for all resources of the account and region. */
  readonly resourceArn: string;
}

/** Writes a statement with these actions on the target into the policy of the grantee, or says that it could not. */
export function grantActions(target: GrantTarget, grantee: IGrantable, actions: string[]): Grant {
  validateActions(target, actions);
  validateGranteeEnvironment(target, grantee);
  const grant = Grant.addToPrincipal({ grantee, actions, resourceArns: [target.resourceArn] });
  warnIfNothingGranted(target, grantee, grant, actions);
  return grant;
}

/**
 * Create and List actions have no resource they could name: ids are given by the service. AWS's user guide says they
 * need `*`, its authorization reference lists the room; `*` is right either way.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/security-iam.html
 */
export function grantOnEverything(scope: IConstruct, env: ResourceEnvironment, grantee: IGrantable, action: string): Grant {
  const target = { scope, env, resourceArn: '*' };
  const grant = Grant.addToPrincipal({ grantee, actions: [action], resourceArns: ['*'] });
  warnIfNothingGranted(target, grantee, grant, [action]);
  return grant;
}

function validateActions({ scope }: GrantTarget, actions: string[]): void {
  if (actions.length === 0) {
    throw validationError(scope, lit`NoActions`,
      'actions must name at least one action, got none: pass for example "ivschat:GetRoom"');
  }
  for (const action of actions) {
    if (Token.isUnresolved(action)) continue;
    const sameAction = (known: string) => known.toLowerCase() === action.toLowerCase(); // as IAM compares
    if (!action.toLowerCase().startsWith('ivschat:')) {
      throw validationError(scope, lit`ActionOfOtherService`,
        `actions must be actions of Amazon IVS Chat, which start with "ivschat:", got ${JSON.stringify(action)}: use the grants of the resource it is about`);
    }
    if (CREATE_AND_LIST.some(sameAction)) {
      throw validationError(scope, lit`ActionHasNoResource`,
        `actions must be actions on an existing resource, got ${JSON.stringify(action)}, which is on none: use the method of that name of AllChatRoomsGrants or AllLoggingConfigurationsGrants`);
    }
    if (!action.includes('*') && !KNOWN_ACTIONS.some(sameAction)) {
      warn(scope, 'unknownAction',
        `actions has ${JSON.stringify(action)}, which is not a known action of Amazon IVS Chat: IAM accepts it and it may allow nothing. Known are ${KNOWN_ACTIONS.join(', ')}.`);
    }
  }
}

/**
 * An ARN whose region is "that of the stack" is written as `AWS::Region`, and means another region in a policy of a
 * stack that is deployed elsewhere. Nobody can tell whether that is meant, so it is refused.
 */
function validateGranteeEnvironment({ scope, env }: GrantTarget, grantee: IGrantable): void {
  const principal = grantee.grantPrincipal;
  if (!Construct.isConstruct(principal)) return;
  const policyStack = Stack.of(principal);
  for (const part of ['account', 'region'] as const) {
    if (!Token.isUnresolved(env[part]) || Token.isUnresolved(policyStack[part])) continue;
    // An ARN from a parameter or an export is that of a known environment all the same.
    if (Token.isUnresolved(Stack.of(scope)[part])) {
      throw validationError(scope, lit`GranteeInKnownEnvironment`,
        `grantee must not be in a stack with a known ${part} (${policyStack[part]}) where the ${part} of the room or logging configuration is not known, because the ARN would point at the wrong place: set env on the stack of ${scope.node.path}`);
    }
  }
}

/** Resources of this service have no policies of their own, so that a grant is written to the principal or nowhere. */
function warnIfNothingGranted({ scope, env }: GrantTarget, grantee: IGrantable, grant: Grant, actions: string[]): void {
  const theirs = grantee.grantPrincipal.principalAccount;
  const otherAccount = theirs !== undefined && !Token.isUnresolved(theirs) && !Token.isUnresolved(env.account) && theirs !== env.account;
  if (grant.success && !otherAccount) return;
  const reason = otherAccount
    ? `the principal is in account ${theirs} and the resource in ${env.account}, and Amazon IVS Chat has no resource policies that could allow another account`
    : 'the principal has no policy that can be written to, as a service or an account';
  warn(scope, 'grantWroteNothing',
    `The grant of ${actions.join(', ')} has no effect: ${reason}. Grant to a role or a user of this account.`);
}
