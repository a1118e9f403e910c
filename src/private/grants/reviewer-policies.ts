import { Names, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import { type IRole, ManagedPolicy, Policy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import { Construct, type DependencyGroup } from 'constructs';
import { acknowledgeWildcard, anyRoom } from '../acknowledge';
import { formatArn } from '../arns';
import { warn } from '../errors';
import { MAX_MANAGED_POLICY_CHARACTERS } from '../limits';
import { charactersOf, policyBudget, type PolicyBudget } from './policy-size';
import type { RoleKey } from './roles';

/** A grant to a role on a room of this app. */
export interface RoomGrant {
  readonly room: CfnRoom;
  readonly role: IRole;
  readonly statement: PolicyStatement;
  /** The policies that the grant is written to, which other resources may depend on. */
  readonly policies: DependencyGroup;
}

/** The policies of a role that are separate from its default policy. */
export interface ReviewerPolicies {
  readonly budget: PolicyBudget;
  readonly byStack: Map<Stack, StackPolicies>;
}

/** Those in one stack, on rooms of the stack. */
interface StackPolicies {
  readonly scope: Construct;
  readonly id: string;
  readonly role: IRole;
  /** The first is the inline policy. */
  readonly written: [WrittenPolicy, ...WrittenPolicy[]];
  readonly actionsOfRooms: Map<CfnRoom, Set<string>>;
  /** For rooms that the other policies have no space for. */
  anyRoomStatement?: PolicyStatement;
}

interface WrittenPolicy {
  readonly isInline: boolean;
  /** Created with the first statement, because the CDK refuses empty policies. */
  policy?: Policy | ManagedPolicy;
  /** By their actions. */
  readonly statements: Map<string, PolicyStatement>;
  /** Characters that are left. */
  space: number;
}

/** ID of the construct in a stack that contains the policies of reviewers. */
const NAMESPACE = 'MessageReviewerPolicies';

const ROOM_ARN_CHARACTERS = '"arn:aws:ivschat:ap-northeast-1:111122223333:room/AbCdEfGhIjKl",'.length;
/** Characters of a policy without permissions on single rooms: those of its document, and of a statement for all rooms. */
const RESERVED_CHARACTERS = 540;
const ACTION_TOKEN_CHARACTERS = 50;

/**
 * Writes grants to one role, which reviews messages, to policies in the stacks of the rooms: one inline policy for each stack,
 * and managed policies for what does not fit into the limits of the role.
 */
export function writeReviewerGrants(all: Map<RoleKey, ReviewerPolicies>, key: RoleKey, grants: RoomGrant[]): void {
  const role = typeof key !== 'string' && Role.isRole(key.node.scope) ? key.node.scope : grants[0].role;
  const policies = all.get(key) ?? { budget: policyBudget(role), byStack: new Map<Stack, StackPolicies>() };
  all.set(key, policies);
  const grantsByStack = groupBy(grants, ({ room }) => Stack.of(room));
  const { budget, byStack } = policies;
  const newStacks = [...grantsByStack.keys()].filter(stack => !byStack.has(stack));
  // Equal shares: with one more room in a stack, the policies of the others stay the same.
  const share = Math.floor(budget.inline / Math.max(1, newStacks.length));
  for (const stack of newStacks) {
    byStack.set(stack, newStackPolicies(stack, key, role, share));
    budget.inline -= Math.min(share, RESERVED_CHARACTERS);
  }
  for (const [stack, grantsOfStack] of grantsByStack) {
    if (canAttach(role, stack)) writeToStack(byStack.get(stack)!, budget, grantsOfStack);
  }
}

function newStackPolicies(stack: Stack, key: RoleKey, role: IRole, inlineCharacters: number): StackPolicies {
  const scope = stack.node.tryFindChild(NAMESPACE) as Construct ?? new Construct(stack, NAMESPACE);
  const inline = { isInline: true, statements: new Map(), space: Math.max(0, inlineCharacters - RESERVED_CHARACTERS) };
  const id = Names.nodeUniqueId((typeof key === 'string' ? role : key).node);
  return { scope, id, role, written: [inline], actionsOfRooms: new Map() };
}

/** The CDK attaches policies only to roles of the same account. */
function canAttach(role: IRole, stack: Stack): boolean {
  return Token.compareStrings(role.env.account, stack.account) !== TokenComparison.DIFFERENT;
}

function writeToStack(target: StackPolicies, budget: PolicyBudget, grants: RoomGrant[]): void {
  for (const [room, grantsOfRoom] of groupBy(grants, ({ room: granted }) => granted)) {
    const known = target.actionsOfRooms.get(room) ?? new Set();
    const actions = [...new Set(grantsOfRoom.flatMap(({ statement }) => statement.actions))].filter(action => !known.has(action)).sort();
    target.actionsOfRooms.set(room, new Set([...known, ...actions]));
    if (actions.length > 0) writeToPolicy(target, budget, room, actions);
  }
  const created = target.written.flatMap(({ policy }) => policy ?? []);
  for (const { policies } of grants) policies.add(...created);
}

/** Adds permissions on a room to the first policy with space, to a new managed policy, or to the statement for all rooms. */
function writeToPolicy(target: StackPolicies, budget: PolicyBudget, room: CfnRoom, actions: string[]): void {
  const key = actions.join();
  for (const written of target.written) {
    const existing = written.statements.get(key);
    // A statement is frozen when it has been resolved, for example by an Aspect.
    const statement = existing?.frozen ? undefined : existing;
    const characters = ROOM_ARN_CHARACTERS + (statement ? 0 : charactersOfStatement(actions));
    // What is left for the role can be less than the share of the stack, if an Aspect granted permissions in other stacks.
    if (characters > written.space || (written.isInline && characters > budget.inline)) continue;
    written.space -= characters;
    if (written.isInline) budget.inline -= characters;
    if (statement) return statement.addResources(room.attrArn);
    written.statements.set(key, addStatement(target, written, actions, room.attrArn));
    return;
  }
  if (budget.managed > 0) {
    budget.managed--;
    target.written.push({ isInline: false, statements: new Map(), space: MAX_MANAGED_POLICY_CHARACTERS - RESERVED_CHARACTERS });
    return writeToPolicy(target, budget, room, actions);
  }
  writeForAnyRoom(target, actions);
}

function writeForAnyRoom(target: StackPolicies, actions: string[]): void {
  const { scope, role, anyRoomStatement: existing } = target;
  if (existing && !existing.frozen) return existing.addActions(...actions);
  // An inline policy without other statements has no space, because the default policy of the role needs it.
  const written = target.written.find(({ policy }) => policy !== undefined) ?? target.written[0];
  target.anyRoomStatement = addStatement(target, written, actions, formatArn(scope, 'room', '*'));
  warn(scope, 'anyRoomReviewerPolicy', `The permissions of ${role.node.path} on the rooms of ${Stack.of(scope).node.path} do not fit into the policies that IAM allows for a role. The role therefore has permission for ${actions.join(', ')} on all rooms of the account and region. Grant the permissions with AllChatRoomsGrants instead, use one function for fewer rooms, or acknowledge this warning.`);
  acknowledgeWildcard(written.policy!, anyRoom(scope), 'The permissions on more rooms do not fit into the policies of one role.');
}

function addStatement(target: StackPolicies, written: WrittenPolicy, actions: string[], resource: string): PolicyStatement {
  const statement = new PolicyStatement({ actions, resources: [resource] });
  const { scope, id, role } = target;
  written.policy ??= written.isInline
    ? new Policy(scope, id, { roles: [role] })
    : new ManagedPolicy(scope, `${id}Managed${target.written.indexOf(written)}`, { roles: [role] });
  written.policy.addStatements(statement);
  return statement;
}

function charactersOfStatement(actions: string[]): number {
  const printed = actions.map(action => Token.isUnresolved(action) ? '-'.repeat(ACTION_TOKEN_CHARACTERS) : action);
  return charactersOf({ Action: printed, Effect: 'Allow', Resource: [] });
}

function groupBy<T, K>(values: T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group) group.push(value);
    else groups.set(keyOf(value), [value]);
  }
  return groups;
}
