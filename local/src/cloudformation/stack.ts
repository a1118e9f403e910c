import { isDeepStrictEqual } from 'node:util';
import { runInDependencyOrder } from './dependency-order';
import { uuid } from './generated-names';
import { resolve, type Scope } from './intrinsics';
import { planStack, type Plan, type PlannedResource } from './plan';
import { causeOf, describeResource, IncompleteError, type Properties, type ResourceRequest, type ResourceState, type ResourceType } from './resource-type';
import type { Services } from './services';
import type { LoadedStack } from './source';
import { ExpectedError } from '../expected-error';
import { traceOf, withSubject } from '../faults';

/** An existing resource. Immutable, so that a rollback can restore the previous object. */
export interface StackResource extends ResourceRequest {
  readonly dependencies: readonly string[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  readonly state: ResourceState;
  readonly status: string;
}

/** State that all stacks share. */
export interface StackContext {
  readonly services: Services;
  readonly stacks: Set<Stack>;
  readonly seedsInUse: Set<string>;
  typeOf(type: string): ResourceType;
}

/** Change of one resource in the current deployment. */
interface Change {
  readonly action: 'create' | 'replace' | 'update';
  readonly request: ResourceRequest;
  readonly before?: StackResource;
  /** The resulting resource. Undefined if there is none, or the outcome is unknown. */
  after?: StackResource;
}

/** State of a stack before the current deployment. */
interface Snapshot {
  readonly isNew: boolean;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly exports: ReadonlyMap<string, string>;
  readonly imports: ReadonlySet<string>;
}

/**
 * A deployed stack.
 *
 * As in CloudFormation, a deployment has two phases: `apply` creates and updates resources, and rolls back if one fails; `commit` deletes resources
 * that are no longer needed, after which a rollback is impossible. Each phase of a nested stack is part of the same phase of its parent.
 */
export class Stack {
  public readonly id: string;
  public status = 'CREATE_IN_PROGRESS';
  public resources: ReadonlyMap<string, StackResource> = new Map();
  public outputs: ReadonlyMap<string, string> = new Map();
  public exports: ReadonlyMap<string, string> = new Map();
  public imports: ReadonlySet<string> = new Set();

  private snapshot?: Snapshot;
  private readonly changes = new Map<string, Change>();
  private plannedIds: ReadonlySet<string> = new Set();

  constructor(public readonly name: string, private readonly context: StackContext) {
    const { account, region } = context.services.environment;
    this.id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid(name)}`;
    context.stacks.add(this);
  }

  public async apply(source: LoadedStack): Promise<void> {
    const isNew = this.status === 'CREATE_IN_PROGRESS';
    const { resources, outputs, exports, imports } = this;
    this.snapshot = { isNew, resources, outputs, exports, imports };
    if (!isNew) this.status = 'UPDATE_IN_PROGRESS';
    try {
      const plan = planStack(source, this.id, this.context.services.environment);
      this.refuseTypeChanges(plan);
      this.plannedIds = new Set(plan.resources.keys());
      const newImports = new Set<string>();
      const scope = this.scope(plan, newImports);
      const planned = (id: string) => plan.resources.get(id)!;
      const failed = await runInDependencyOrder(
        [...plan.resources.keys()], id => planned(id).dependencies, async id => this.deploy(planned(id), source, scope), true,
      );
      for (const [id, error] of failed) throw withSubject(describeResource(planned(id)), causeOf(error));
      this.resolveOutputs(plan, scope);
      this.imports = newImports;
      this.status = isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    } catch (error) {
      const { message: text } = withSubject(this.name, error);
      this.context.services.liveLog.record({ kind: 'resource', level: 'error', text, trace: traceOf(error) });
      const outcome = await this.rollBack() ? 'and was rolled back' : 'and could not be rolled back completely';
      throw withSubject(`The stack ${this.name} could not be ${isNew ? 'created' : 'updated'} ${outcome}`, error);
    }
  }

  /** Deletes resources that the last `apply` replaced or removed. As in CloudFormation, those that cannot be deleted stay behind. */
  public async commit(): Promise<void> {
    const { snapshot: before } = this;
    if (!before) return;
    const obsolete: StackResource[] = [];
    for (const [logicalId, resource] of before.resources) {
      const after = this.changes.get(logicalId)?.after;
      const retain = after ? after.updateReplacePolicy : resource.deletionPolicy;
      if (this.plannedIds.has(logicalId) && (!after || after.state.physicalId === resource.state.physicalId)) continue;
      if (isRetained(retain)) this.record(resource, `retained ${resource.state.physicalId} (${after ? 'UpdateReplacePolicy' : 'DeletionPolicy'} ${retain})`);
      else obsolete.push(resource);
    }
    this.resources = new Map([...this.resources].filter(([logicalId]) => this.plannedIds.has(logicalId)));
    const deployed = [...this.changes.values()].flatMap(({ after }) => after ?? []);
    this.endDeployment();
    for (const resource of deployed) {
      try {
        await this.context.typeOf(resource.type).commit?.(resource.state);
      } catch (error) {
        this.recordFailure(resource, 'could not be cleaned up', error);
      }
    }
    const { failed } = await this.remove(obsolete, true);
    for (const [logicalId, error] of failed) {
      this.recordFailure(obsolete.find(it => it.logicalId === logicalId)!, 'could not be deleted and stays behind', error, 'warning');
    }
  }

  /**
   * Restores the state before the last `apply`. That may have succeeded, if the parent stack failed.
   *
   * @returns whether the rollback is complete
   */
  public async rollBack(): Promise<boolean> {
    const { snapshot: before } = this;
    if (!before) return !this.status.endsWith('FAILED');
    this.status = before.isNew ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS';

    const resources = new Map(before.resources);
    const obsolete: StackResource[] = [];
    // In the dependency order of the previous template, so that the function of a custom resource is rolled back first.
    const failed = await runInDependencyOrder([...this.changes.keys()], id => before.resources.get(id)?.dependencies ?? [], async logicalId => {
      const change = this.changes.get(logicalId)!;
      if (change.action === 'update') resources.set(logicalId, await this.revert(change, obsolete));
      else if (change.after && change.after.state.physicalId !== change.before?.state.physicalId) obsolete.push(change.after);
    });

    const deletable = obsolete.filter(resource => {
      // Retain keeps even resources that a failed deployment created; RetainExceptOnCreate does not.
      const retained = resource.deletionPolicy === 'Retain' && !before.resources.has(resource.logicalId);
      if (retained) this.record(resource, `retained ${resource.state.physicalId} (DeletionPolicy Retain)`);
      return !retained;
    });
    this.resources = resources;
    const { failed: notRemoved, left } = await this.remove(deletable, !before.isNew);
    for (const [logicalId, error] of notRemoved) {
      this.recordFailure(deletable.find(it => it.logicalId === logicalId)!, 'could not be deleted', error);
    }

    if (before.isNew) this.resources = new Map(left.map(resource => [resource.logicalId, resource]));
    this.outputs = before.outputs;
    this.exports = before.exports;
    this.imports = before.imports;
    this.endDeployment();
    const incomplete = failed.size > 0 || (before.isNew ? left.length > 0 : [...resources.values()].some(isUncertain));
    this.status = `${before.isNew ? '' : 'UPDATE_'}ROLLBACK_${incomplete ? 'FAILED' : 'COMPLETE'}`;
    return !incomplete;
  }

  /**
   * Deletes the stack.
   *
   * @param keepGoing abandon resources that cannot be deleted, as `aws cloudformation delete-stack --retain-resources` does
   */
  public async destroy(keepGoing = false): Promise<void> {
    for (const [exported] of this.exports) {
      const user = [...this.context.stacks].find(stack => stack !== this && stack.imports.has(exported));
      if (user) throw new ExpectedError(`The stack ${this.name} cannot be deleted: ${user.name} imports its export ${exported}.`);
    }
    this.status = 'DELETE_IN_PROGRESS';
    const all = [...this.resources.values()];
    for (const resource of all.filter(it => isRetained(it.deletionPolicy))) {
      this.record(resource, `retained ${resource.state.physicalId} (DeletionPolicy ${resource.deletionPolicy})`);
    }
    const { failed, left } = await this.remove(all.filter(it => !isRetained(it.deletionPolicy)), keepGoing);
    for (const [logicalId, error] of failed) {
      this.recordFailure(this.resources.get(logicalId)!, 'could not be deleted', error, keepGoing ? 'warning' : 'error');
    }
    this.resources = new Map(left.map(resource => [resource.logicalId, resource]));
    if (left.length > 0 && !keepGoing) {
      this.status = 'DELETE_FAILED';
      const [[logicalId, error]] = failed;
      throw withSubject(`The stack ${this.name} could not be deleted: ${describeResource(this.resources.get(logicalId)!)}`, error);
    }
    this.status = 'DELETE_COMPLETE';
    this.context.stacks.delete(this);
  }

  private async deploy(planned: PlannedResource, source: LoadedStack, scope: Scope): Promise<void> {
    const { logicalId, dependencies, deletionPolicy, updateReplacePolicy } = planned;
    const type = this.context.typeOf(planned.type);
    const properties = resolve(planned.properties, scope) as Properties;
    const existing = this.resources.get(logicalId);
    const settings = { dependencies, deletionPolicy, updateReplacePolicy };
    const fingerprint = type.fingerprint?.(properties, source);
    const isUnchanged = existing?.fingerprint === fingerprint && isDeepStrictEqual(existing?.properties, properties);
    if (existing && isUnchanged && !isUncertain(existing) && !type.alwaysUpdated) {
      this.store({ ...existing, ...settings });
      return;
    }

    const action = !existing ? 'create' : type.update && !replaces(type, existing.properties, properties) ? 'update' : 'replace';
    const seed = action === 'update' ? existing!.seed : this.newSeed(logicalId);
    const request: ResourceRequest = { stackName: this.name, stackId: this.id, logicalId, type: planned.type, properties, seed, source, fingerprint };
    const change: Change = { action, request, before: existing };
    this.changes.set(logicalId, change);
    try {
      const state = action === 'update' ? await type.update!(request, existing!.state, existing!.properties) : await type.create(request);
      change.after = { ...request, ...settings, state, status: existing ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE' };
      this.store(change.after);
      const isReplaced = existing && existing.state.physicalId !== state.physicalId;
      if (!type.isQuiet) this.record(request, `${!existing ? 'created' : isReplaced ? 'replaced' : 'updated'}: ${state.physicalId}`);
    } catch (error) {
      if (error instanceof IncompleteError) {
        change.after = { ...request, ...settings, state: error.state, status: existing ? 'UPDATE_FAILED' : 'CREATE_FAILED' };
      } else if (action !== 'update') {
        this.context.seedsInUse.delete(seed);
      }
      throw error;
    }
  }

  /** Updates a resource back to its previous properties, even if the first update failed, because it may have been partly done. */
  private async revert({ before, after, request }: Change, obsolete: StackResource[]): Promise<StackResource> {
    const type = this.context.typeOf(before!.type);
    const current = after?.state ?? before!.state;
    try {
      if (type.rollBack) {
        await type.rollBack(current);
        return before!;
      }
      const state = await type.update!(before!, current, request.properties);
      if (state.physicalId !== current.physicalId) obsolete.push({ ...(after ?? before!), state: current });
      this.record(before!, `rolled back: ${state.physicalId}`);
      return { ...before!, state, status: 'UPDATE_COMPLETE' };
    } catch (error) {
      this.recordFailure(before!, 'could not be rolled back', causeOf(error));
      return { ...before!, state: error instanceof IncompleteError ? error.state : current, status: 'UPDATE_FAILED' };
    }
  }

  /** Deletes resources after those that depend on them. */
  private async remove(resources: readonly StackResource[], keepGoing: boolean): Promise<{ failed: Map<string, Error>; left: StackResource[] }> {
    const byId = new Map(resources.map(resource => [resource.logicalId, resource]));
    const dependents = new Map<string, string[]>(resources.map(({ logicalId }) => [logicalId, []]));
    for (const { logicalId, dependencies } of resources) {
      for (const dependency of dependencies) dependents.get(dependency)?.push(logicalId);
    }
    const failed = new Map<string, Error>();
    await runInDependencyOrder([...byId.keys()], id => dependents.get(id)!, async logicalId => {
      const resource = byId.get(logicalId)!;
      const type = this.context.typeOf(resource.type);
      try {
        await type.delete(resource, resource.state);
        byId.delete(logicalId);
        // A custom resource that was replaced keeps its seed.
        const current = this.resources.get(logicalId);
        if (current?.seed !== resource.seed || current.state.physicalId === resource.state.physicalId) this.context.seedsInUse.delete(resource.seed);
        if (!type.isQuiet) this.record(resource, `deleted: ${resource.state.physicalId}`);
      } catch (error) {
        failed.set(logicalId, error as Error);
        if (!keepGoing) throw error;
      }
    });
    return { failed, left: [...byId.values()].map(resource => ({ ...resource, status: 'DELETE_FAILED' })) };
  }

  private resolveOutputs(plan: Plan, scope: Scope): void {
    const outputs = new Map<string, string>();
    const exports = new Map<string, string>();
    const others = [...this.context.stacks].filter(stack => stack !== this);
    for (const { name, value, exportName } of plan.outputs) {
      const resolved = resolve(value, scope);
      if (!['boolean', 'number', 'string'].includes(typeof resolved)) throw new ExpectedError(`The value of the output ${name} must be a string, number or boolean.`);
      outputs.set(name, String(resolved));
      if (exportName === undefined) continue;
      const exported = String(resolve(exportName, scope));
      const owner = others.find(stack => stack.exports.has(exported));
      if (owner) throw new ExpectedError(`The export ${exported} already exists in the stack ${owner.name}: use another name.`);
      exports.set(exported, String(resolved));
    }
    for (const [exported, value] of this.exports) {
      const user = others.find(stack => stack.imports.has(exported));
      if (user && exports.get(exported) !== value) throw new ExpectedError(`The export ${exported} cannot be changed or deleted, because the stack ${user.name} imports it.`);
    }
    this.outputs = outputs;
    this.exports = exports;
  }

  private scope(plan: Plan, imports: Set<string>): Scope {
    const resource = (id: string) => plan.resources.has(id) ? this.resources.get(id) : undefined;
    return {
      ...plan.scope,
      ref: id => {
        const state = resource(id)?.state;
        return state ? state.ref ?? state.physicalId : plan.scope.ref(id);
      },
      attribute: (id, attribute) => {
        const found = resource(id);
        if (!found) return plan.scope.attribute(id, attribute);
        const value = Object.hasOwn(found.state.attributes, attribute) ? found.state.attributes[attribute] : found.state.attribute?.(attribute);
        if (value === undefined) throw new ExpectedError(`${describeResource(found)} has no attribute ${attribute}.`);
        return value;
      },
      importValue: exported => {
        const owner = [...this.context.stacks].find(stack => stack.exports.has(exported));
        if (!owner) throw new ExpectedError(`No stack exports ${exported}.`);
        imports.add(exported);
        return owner.exports.get(exported);
      },
    };
  }

  private refuseTypeChanges(plan: Plan): void {
    for (const [logicalId, { type }] of plan.resources) {
      const existing = this.resources.get(logicalId);
      if (existing && existing.type !== type) {
        throw new ExpectedError(`The type of ${logicalId} cannot change from ${existing.type} to ${type}: use another logical id.`);
      }
    }
  }

  private newSeed(logicalId: string): string {
    let seed;
    let count = 0;
    do seed = `${this.name}/${logicalId}/${count++}`; while (this.context.seedsInUse.has(seed));
    this.context.seedsInUse.add(seed);
    return seed;
  }

  private store(resource: StackResource): void {
    this.resources = new Map(this.resources).set(resource.logicalId, resource);
  }

  private endDeployment(): void {
    this.snapshot = undefined;
    this.changes.clear();
  }

  private record(resource: Pick<ResourceRequest, 'logicalId' | 'type'>, text: string): void {
    this.context.services.liveLog.record({ kind: 'resource', text: `${this.name}: ${describeResource(resource)} ${text}` });
  }

  private recordFailure(resource: ResourceRequest, what: string, error: unknown, level: 'error' | 'warning' = 'error'): void {
    const { message: text } = withSubject(`${this.name}: ${describeResource(resource)} ${what}`, error);
    this.context.services.liveLog.record({ kind: 'resource', level, text, trace: traceOf(error) });
  }
}

function replaces({ immutable }: ResourceType, before: Properties, after: Properties): boolean {
  return (immutable ?? []).some(name => !isDeepStrictEqual(before[name], after[name]));
}

function isRetained(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

/** Whether an update and its rollback both failed. The state is unknown, so the next deployment updates the resource in any case. */
function isUncertain({ status }: StackResource): boolean {
  return status === 'UPDATE_FAILED';
}
