import { Names, Token } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, type IRole, Policy } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { appState } from './app-state';
import { referencedConstruct } from './referenced-construct';

/** ID of the construct, in the scope of the room, that contains the policies of reviewers. */
const NAMESPACE = 'ReviewerPolicies';

/** Registers the role of a function that reviews messages. */
export function registerReviewer(scope: IConstruct, handler: IFunctionRef): void {
  const { grantPrincipal } = handler as Partial<IGrantable>;
  if (grantPrincipal) appState(scope).reviewers.add(grantPrincipal);
}

/**
 * Returns the grantee or, if it is a function that reviews messages, a separate policy in the scope of the room.
 *
 * In the default policy of the function, the statement would be a circular dependency: the room depends on the function,
 * the function on its policy, and the policy on the room. Two rooms whose reviewers have permissions on each other's room are
 * a circular dependency as well, so this applies to all reviewers and all rooms.
 */
export function acyclicGrantee(room: IRoomRef, grantee: IGrantable): IGrantable {
  const resource = CfnRoom.isCfnRoom(room) ? room : room.node.defaultChild;
  if (!CfnRoom.isCfnRoom(resource)) return grantee; // an import has no dependencies
  const principal = grantee.grantPrincipal;
  const isReviewer = appState(room).reviewers.has(principal) || principal === reviewerOf(resource);
  return isReviewer && isRole(principal) ? reviewerPolicy(room, principal) : grantee;
}

/** A function that is imported without its role has a principal that policies cannot be attached to. */
function isRole(principal: IPrincipal): principal is IPrincipal & IRole {
  return 'attachInlinePolicy' in principal;
}

/** Returns the principal of the function that reviews a room, if its handler was set on the L1. */
function reviewerOf(room: CfnRoom): IPrincipal | undefined {
  const handler = room.messageReviewHandler;
  if (handler === undefined || Token.isUnresolved(handler)) return undefined;
  const owner = referencedConstruct((handler as CfnRoom.MessageReviewHandlerProperty).uri)?.node.scope;
  return (owner as Partial<IGrantable> | undefined)?.grantPrincipal;
}

function reviewerPolicy(room: IRoomRef, role: IRole): Policy {
  const namespace = room.node.tryFindChild(NAMESPACE) as Construct ?? new Construct(room as Construct & IRoomRef, NAMESPACE);
  const id = Names.nodeUniqueId(role.node);
  const existing = namespace.node.tryFindChild(id) as Policy | undefined;
  if (existing) return existing;
  const policy = new Policy(namespace, id);
  // An immutable role ignores the call, and a policy without a role is not synthesized.
  role.attachInlinePolicy(policy);
  return policy;
}
