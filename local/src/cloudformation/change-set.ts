import { isDeepStrictEqual } from 'node:util';
import { inDependencyOrder } from './dependency-order';
import { resolve, resolveProperties, type Scope } from './intrinsics';
import { scopeOfTypes, type Plan, type PlannedResource } from './plan';
import { checkProperties, UNKNOWN, type ObjectSchema } from './property-schema';
import { describeResource, type Properties, type ResourceType } from './resource-type';
import type { LoadedStack } from './source';
import { attributeOf, refOf, type StackResource } from './stack-resource';
import { ExpectedError } from '../expected-error';
import { inSubject } from '../faults';

export type Action = 'create' | 'keep' | 'replace' | 'update';

/** Change of one resource of the template. */
export type ResourceChange =
  | { readonly action: 'create'; readonly planned: PlannedResource }
  | { readonly action: 'keep' | 'replace' | 'update'; readonly planned: PlannedResource; readonly before: StackResource }
  | ConditionalChange;

/** A change that depends on properties whose values are known only during the deployment, such as an attribute of a new resource. */
export interface ConditionalChange {
  readonly action: 'conditional';
  readonly planned: PlannedResource;
  readonly before: StackResource;
  readonly possible: readonly Action[];
  readonly unknown: readonly string[];
}

/** What happens to a resource that is not in the template any more, after all other changes have succeeded. */
export interface Removal {
  readonly action: 'delete' | 'retain';
  readonly before: StackResource;
}

/** What a deployment will do, computed before it does anything. */
export interface ChangeSet {
  /** By logical id. */
  readonly changes: ReadonlyMap<string, ResourceChange>;
  /** By logical id. */
  readonly removals: ReadonlyMap<string, Removal>;
  /** Exports of other stacks that known properties import. */
  readonly imports: ReadonlySet<string>;
}

export const NO_CHANGES: ChangeSet = { changes: new Map(), removals: new Map(), imports: new Set() };

export interface ChangeSetInput {
  readonly plan: Plan;
  readonly source: LoadedStack;
  /** The resources of the stack before the deployment. */
  readonly resources: ReadonlyMap<string, StackResource>;
  typeOf(type: string): ResourceType;
  importValue(exportName: string): unknown;
}

/**
 * Computes the changes of a deployment. Throws if the type of a resource changes.
 *
 * As in CloudFormation, an invalid property fails the deployment only when its resource is reached. Until then it counts as changed.
 */
export function createChangeSet({ plan, source, resources, typeOf, importValue }: ChangeSetInput): ChangeSet {
  const changes = new Map<string, ResourceChange>();
  const imports = new Set<string>();
  // A nested stack may change its exports in the same deployment.
  const isNestedStack = (planned: PlannedResource) => inSubject(describeResource(planned), () => typeOf(planned.type).alwaysUpdated);
  const hasNestedStacks = [...plan.resources.values()].some(isNestedStack);
  const scope: Scope = {
    ...plan.scope,
    ...scopeOfTypes(plan, typeOf),
    ref: id => {
      const change = changes.get(id);
      return change ? knownResource(change, keepsIdentity(change, typeOf(change.planned.type)), refOf) : plan.scope.ref(id);
    },
    attribute: (id, attribute) => {
      const change = changes.get(id);
      return change ? knownResource(change, change.action === 'keep', before => attributeOf(before, attribute)) : plan.scope.attribute(id, attribute);
    },
    importValue: exportName => {
      if (hasNestedStacks) throw new UnknownValue();
      imports.add(exportName);
      return importValue(exportName);
    },
  };
  for (const logicalId of inDependencyOrder([...plan.resources.keys()], id => plan.resources.get(id)!.dependencies)) {
    const planned = plan.resources.get(logicalId)!;
    const before = resources.get(logicalId);
    if (before && before.type !== planned.type) {
      throw new ExpectedError(`The type of ${logicalId} cannot change from ${before.type} to ${planned.type}: use another logical id.`);
    }
    changes.set(logicalId, inSubject(describeResource(planned), () => {
      const type = typeOf(planned.type);
      const properties = convertIfValid(resolveProperties(planned.properties, scope, resolveKnown), type.schema);
      return before ? changeOf(planned, before, properties, type, source) : { action: 'create', planned };
    }));
  }
  const removed = [...resources].filter(([logicalId]) => !plan.resources.has(logicalId));
  const removals = new Map(removed.map(([logicalId, before]): [string, Removal] => {
    return [logicalId, { action: isRetained(before.deletionPolicy) ? 'retain' : 'delete', before }];
  }));
  return { changes, removals, imports };
}

/** Decides a conditional change when all properties are known. */
export function decide(change: ConditionalChange, properties: Properties, type: ResourceType, source: LoadedStack): Action {
  const { action } = changeOf(change.planned, change.before, properties, type, source);
  if (action === 'conditional' || !change.possible.includes(action)) {
    throw new Error(`The change of ${change.planned.logicalId} must be one of ${change.possible.join(', ')}, got ${action}`);
  }
  return action;
}

export function isRetained(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

/** Whether an update and its rollback both failed. The state is unknown, so the next deployment updates the resource in any case. */
export function isUncertain({ status }: StackResource): boolean {
  return status === 'UPDATE_FAILED';
}

function changeOf(planned: PlannedResource, before: StackResource, properties: Properties, type: ResourceType, source: LoadedStack): ResourceChange {
  const names = [...new Set([...Object.keys(before.properties), ...Object.keys(properties)])];
  const unknown = names.filter(name => properties[name] === UNKNOWN);
  const changed = names.filter(name => !unknown.includes(name) && !isDeepStrictEqual(before.properties[name], properties[name]));
  const replaces = (name: string) => !type.update || (type.immutable ?? []).includes(name);
  if (changed.some(replaces)) return { action: 'replace', planned, before };

  const hasNewFingerprint = () => type.fingerprint !== undefined && type.fingerprint(properties, source) !== before.fingerprint;
  const isCertain = changed.length > 0 || isUncertain(before) || type.alwaysUpdated === true;
  if (unknown.length === 0) {
    const isChanged = isCertain || hasNewFingerprint();
    return { action: !isChanged ? 'keep' : type.update ? 'update' : 'replace', planned, before };
  }
  const mayUpdate = type.update && (isCertain || type.fingerprint || !unknown.every(replaces));
  const possible: Action[] = [
    ...isCertain ? [] : ['keep'] as const,
    ...mayUpdate ? ['update'] as const : [],
    ...isCertain && !type.update || unknown.some(replaces) ? ['replace'] as const : [],
  ];
  const [only] = possible;
  return possible.length === 1 && only !== 'create' ? { action: only, planned, before } : { action: 'conditional', planned, before, possible, unknown };
}

/** Whether `Ref` of the resource stays the same. */
function keepsIdentity(change: ResourceChange, type: ResourceType): boolean {
  if (change.action === 'keep') return true;
  const mayReplace = change.action === 'create' || change.action === 'replace' || change.action === 'conditional' && change.possible.includes('replace');
  return !mayReplace && !type.updateMayReplace;
}

function knownResource<T>(change: ResourceChange, isKnown: boolean, value: (before: StackResource) => T): T {
  if (change.action === 'create' || !isKnown) throw new UnknownValue();
  return value(change.before);
}

class UnknownValue extends ExpectedError {}

function resolveKnown(value: unknown, scope: Scope): unknown {
  return unlessExpectedError(() => resolve(value, scope), UNKNOWN);
}

function convertIfValid(properties: Properties, schema: ObjectSchema): Properties {
  return unlessExpectedError(() => checkProperties(properties, schema), properties);
}

function unlessExpectedError<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ExpectedError) return otherwise;
    throw error;
  }
}
