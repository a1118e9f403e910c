import { Names, Token } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, type IRole, Policy } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { appState } from './app-state';
import { referencedConstruct } from './referenced-construct';

/** The policies of reviewers are below this construct of the room. */
const NAMESPACE = 'ReviewerPolicies';

/** Remembers the role of a function that reviews messages. */
export function addReviewer(scope: IConstruct, handler: IFunctionRef): void {
  const { grantPrincipal } = handler as Partial<IGrantable>;
  if (grantPrincipal) appState(scope).reviewers.add(grantPrincipal);
}

/**
 * The grantee, or in its place a policy of its own below the room if it is a function that reviews messages.
 *
 * In the function's default policy the statement would close a circle: the room waits for the function, the function for
 * its policy, and the policy names the room. The same goes for two rooms whose reviewers are granted on one another's
 * room, and so for every reviewer and every room.
 */
export function withoutCycle(room: IRoomRef, grantee: IGrantable): IGrantable {
  const resource = CfnRoom.isCfnRoom(room) ? room : room.node.defaultChild;
  if (!CfnRoom.isCfnRoom(resource)) return grantee; // an import waits for nothing
  const principal = grantee.grantPrincipal;
  const isReviewer = appState(room).reviewers.has(principal) || principal === reviewerOf(resource);
  return isReviewer && isRole(principal) ? policyBelow(room, principal) : grantee;
}

/** A function that is imported without its role has another principal, to which nothing can be attached. */
function isRole(principal: IPrincipal): principal is IPrincipal & IRole {
  return 'attachInlinePolicy' in principal;
}

/** The principal of the function that reviews a room that was wired without a handler of ours. */
function reviewerOf(room: CfnRoom): IPrincipal | undefined {
  const handler = room.messageReviewHandler;
  if (handler === undefined || Token.isUnresolved(handler)) return undefined;
  const owner = referencedConstruct((handler as CfnRoom.MessageReviewHandlerProperty).uri)?.node.scope;
  return (owner as Partial<IGrantable> | undefined)?.grantPrincipal;
}

function policyBelow(room: IRoomRef, role: IRole): Policy {
  const namespace = room.node.tryFindChild(NAMESPACE) as Construct ?? new Construct(room as Construct & IRoomRef, NAMESPACE);
  const id = Names.nodeUniqueId(role.node);
  const existing = namespace.node.tryFindChild(id) as Policy | undefined;
  if (existing) return existing;
  const policy = new Policy(namespace, id);
  // By the role's own method: a role that must not be changed takes no policy, and the empty policy is not synthesized.
  role.attachInlinePolicy(policy);
  return policy;
}
