import { Aspects, Stage } from 'aws-cdk-lib';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { Dependable, DependencyGroup, type IConstruct, type IDependable } from 'constructs';
import { appState } from '../app-state';
import { lit, validationError } from '../errors';
import { referencedConstructs } from '../referenced-construct';
import { RedirectedPrincipal } from './redirected-principal';
import { type RoomGrant, writeReviewerGrants } from './reviewer-policies';
import { handlerUri, roleOfRoomReviewer, rolesOfReviewer } from './reviewers';
import { ignoresPolicies, isCustomized, type RoleKey, roleKey, roleOf } from './roles';

/** The grants to roles on the rooms of an app or a stage, which synthesis writes to policies. */
export interface StageGrants {
  /** Grants that are written when synthesis begins. */
  readonly pending: RoomGrant[];
  /** Grants in the policies of their roles. */
  readonly inRolePolicy: RoomGrant[];
  /** Whether synthesis has begun, so that further grants are written at once. */
  isSynthesizing: boolean;
  /** Roles of the functions that review messages, as far as they are known. */
  readonly reviewers: Set<RoleKey>;
  readonly knownHandlers: Set<IFunctionRef>;
}

/** Where a grant is written. */
export interface GrantRecipient extends IGrantable {
  /** Whether the policy is in the stack of the resource, and not in that of the grantee. */
  isInStackOfResource(): boolean;
}

/**
 * Returns what a grant on a room is written to: for a role, its own policy or, if its function reviews messages, a separate
 * policy in the stack of the room.
 *
 * In the policy of the role, the statement would be a circular dependency: the room depends on the function, the function on
 * the policy, and the policy on the room. Two rooms whose reviewers have permissions on each other's room are a circular
 * dependency as well, so this applies to all reviewers and all rooms. Which roles belong to reviewers is known when synthesis
 * begins.
 */
export function recipientOf(room: IRoomRef, grantee: IGrantable): GrantRecipient {
  const resource = referencedConstructs(room, CfnRoom.arnForRoom(room)).find(CfnRoom.isCfnRoom);
  const role = roleOf(grantee.grantPrincipal);
  // Nothing depends on what is not a resource of this app.
  if (!resource || !role || ignoresPolicies(role) || isCustomized(role)) {
    return { grantPrincipal: grantee.grantPrincipal, isInStackOfResource: () => false };
  }
  const stage = Stage.of(resource) ?? resource.node.root;
  const grants = grantsOf(stage);
  return {
    grantPrincipal: new RedirectedPrincipal(grantee.grantPrincipal, statement => {
      const policies = new DependencyGroup();
      addGrant(stage, { room: resource, role, statement, policies });
      return policies;
    }),
    isInStackOfResource: () => isReviewer(grants, { room: resource, role }),
  };
}

function grantsOf(stage: IConstruct): StageGrants {
  const { roomGrants } = appState(stage);
  const existing = roomGrants.get(stage);
  if (existing) return existing;
  const grants: StageGrants = {
    pending: [], inRolePolicy: [], isSynthesizing: hasBegunSynthesis(stage), reviewers: new Set(), knownHandlers: new Set(),
  };
  roomGrants.set(stage, grants);
  writeAtSynthesis(stage, grants);
  return grants;
}

/**
 * Returns whether the stage is being synthesized or has been: an Aspect that is added then is ignored or, if others were invoked
 * before it, an error. A synthesis that has ended is repeated only if there are new constructs.
 */
function hasBegunSynthesis(stage: IConstruct): boolean {
  return (stage as { assembly?: unknown }).assembly !== undefined || isInAspect(); // the property is private
}

/** The CDK does not tell, so this looks for the caller. Called once for each stage. */
function isInAspect(): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const { stack } = new Error();
  Error.stackTraceLimit = stackTraceLimit;
  return /\binvokeAspects/.test(stack ?? '');
}

function writeAtSynthesis(stage: IConstruct, grants: StageGrants): void {
  if (!grants.isSynthesizing) {
    // Before all other Aspects, of which one of the CDK splits policies that are too large.
    Aspects.of(stage).add({ visit: construct => { if (construct === stage) writePending(stage, grants); } }, { priority: 0 });
  }
  // The CDK resolves the dependencies of the stage after all Aspects, and before references between stacks.
  const afterAspects: IDependable = {};
  Dependable.implement(afterAspects, {
    get dependencyRoots() {
      writePending(stage, grants);
      validateRolePolicies(stage, grants);
      return [];
    },
  });
  stage.node.addDependency(afterAspects);
}

function addGrant(stage: IConstruct, grant: RoomGrant): void {
  const grants = grantsOf(stage);
  if (grants.isSynthesizing) write(stage, grants, [grant]);
  else grants.pending.push(grant);
}

function writePending(stage: IConstruct, grants: StageGrants): void {
  grants.isSynthesizing = true;
  const pending = grants.pending.splice(0);
  if (pending.length === 0) return;
  addReviewersOfRooms(stage, grants);
  write(stage, grants, pending);
}

function write(stage: IConstruct, grants: StageGrants, added: RoomGrant[]): void {
  const byReviewer = new Map<RoleKey, RoomGrant[]>();
  for (const grant of added) {
    if (isReviewer(grants, grant)) {
      const key = roleKey(grant.role)!;
      byReviewer.set(key, [...byReviewer.get(key) ?? [], grant]);
    } else {
      const { policyDependable } = grant.role.addToPrincipalPolicy(grant.statement);
      if (policyDependable) grant.policies.add(policyDependable);
      grants.inRolePolicy.push(grant);
    }
  }
  for (const [key, granted] of byReviewer) writeReviewerGrants(appState(stage).reviewerPolicies, key, granted);
}

function isReviewer(grants: StageGrants, { room, role }: Pick<RoomGrant, 'room' | 'role'>): boolean {
  for (const handler of appState(room).reviewers) {
    if (grants.knownHandlers.has(handler)) continue;
    grants.knownHandlers.add(handler);
    rolesOfReviewer(handler).forEach(key => grants.reviewers.add(key));
  }
  const key = roleKey(role);
  return key !== undefined && (grants.reviewers.has(key) || key === roleOfRoomReviewer(room));
}

/** Adds the reviewers of L1 rooms whose handler is not a `MessageReviewHandler`. */
function addReviewersOfRooms(stage: IConstruct, { reviewers }: StageGrants): void {
  for (const construct of stage.node.findAll()) {
    const key = CfnRoom.isCfnRoom(construct) ? roleOfRoomReviewer(construct) : undefined;
    if (key !== undefined) reviewers.add(key);
  }
}

/** Throws if a role has become the role of a reviewer after its grants were written to its own policy. */
function validateRolePolicies(stage: IConstruct, grants: StageGrants): void {
  const written = grants.inRolePolicy.filter(({ room }) => handlerUri(room) !== undefined);
  if (written.length === 0) return;
  addReviewersOfRooms(stage, grants);
  for (const { room, role } of written) {
    if (!isReviewer(grants, { room, role })) continue;
    throw validationError(room, lit`GranteeBecameReviewer`,
      `grantee must not start to review messages after its permissions were written, got ${role.node.path}, whose function became a review handler in an Aspect: create the MessageReviewHandler and set it on the room before app.synth(), or in an Aspect that runs before the one that grants the permissions`);
  }
}
