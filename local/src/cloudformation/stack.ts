import { isDeepStrictEqual } from 'node:util';
import { inOrder } from './dependency-order';
import { uuid } from './generated-names';
import { resolve } from './intrinsics';
import type { Scope } from './intrinsics';
import { planStack } from './plan';
import type { Plan, PlannedResource } from './plan';
import { describeResource, IncompleteError } from './resource-type';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from './resource-type';
import type { Services } from './services';
import type { LoadedStack } from './source';

/** A resource that exists. Replaced as a whole, never changed: a rollback puts the one from before back. */
export interface StackResource extends ResourceRequest {
  readonly dependencies: readonly string[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
  readonly state: ResourceState;
  readonly status: string;
}

/** What all stacks of this machine share. */
export interface StackContext {
  readonly services: Services;
  readonly stacks: Set<Stack>;
  readonly seedsInUse: Set<string>;
  typeOf(type: string): ResourceType;
}

/** What one resource has gone through in the deployment that is under way. */
interface Change {
  readonly how: 'create' | 'replace' | 'update';
  readonly request: ResourceRequest;
  readonly before?: StackResource;
  /** What it has led to; undefined if nothing is there, or nobody knows. */
  after?: StackResource;
}

/** A stack as it was before the deployment that is under way. */
interface Snapshot {
  readonly isNew: boolean;
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly outputs: ReadonlyMap<string, string>;
  readonly exports: ReadonlyMap<string, string>;
  readonly imports: ReadonlySet<string>;
}

/** A deployment that did not come to a good end, in one sentence. */
export class DeploymentError extends Error {}

/**
 * One stack through its life.
 *
 * A deployment has two halves, as CloudFormation's has: `apply` makes and changes, and goes back if anything fails; `commit` removes what is no
 * longer needed, and from there is no way back. A nested stack's halves are parts of its parent's.
 */
export class Stack {
  public readonly id: string;
  public status = 'CREATE_IN_PROGRESS';
  public resources: ReadonlyMap<string, StackResource> = new Map();
  public outputs: ReadonlyMap<string, string> = new Map();
  public exports: ReadonlyMap<string, string> = new Map();
  public imports: ReadonlySet<string> = new Set();

  private before?: Snapshot;
  private readonly changes = new Map<string, Change>();
  private wanted: ReadonlySet<string> = new Set();

  constructor(public readonly name: string, private readonly context: StackContext) {
    const { account, region } = context.services.environment;
    this.id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid(name)}`;
    context.stacks.add(this);
  }

  public async apply(source: LoadedStack): Promise<void> {
    const isNew = this.status === 'CREATE_IN_PROGRESS';
    const { resources, outputs, exports, imports } = this;
    this.before = { isNew, resources, outputs, exports, imports };
    if (!isNew) this.status = 'UPDATE_IN_PROGRESS';
    try {
      const plan = planStack(source, this.id, this.context.services.environment);
      this.refuseOtherTypes(plan);
      this.wanted = new Set(plan.resources.keys());
      const newImports = new Set<string>();
      const scope = this.scope(plan, newImports);
      const planned = (id: string) => plan.resources.get(id)!;
      const failed = await inOrder([...plan.resources.keys()], id => planned(id).dependencies, id => this.deploy(planned(id), source, scope), true);
      for (const [id, error] of failed) throw new Error(`${describeResource(planned(id))}: ${sentenceOf(error)}`);
      this.resolveOutputs(plan, scope);
      this.imports = newImports;
      this.status = isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    } catch (error) {
      const reason = sentenceOf(error as Error);
      this.context.services.liveLog.record({ kind: 'resource', level: 'error', text: `${this.name}: ${reason}` });
      const outcome = await this.rollBack() ? 'and was rolled back' : 'and could not be rolled back completely';
      throw new DeploymentError(`The stack ${this.name} could not be ${isNew ? 'created' : 'updated'} ${outcome}: ${reason}`);
    }
  }

  /** Removes what the last `apply` has made superfluous. What cannot be removed is left behind, as CloudFormation leaves it. */
  public async commit(): Promise<void> {
    const { before } = this;
    if (!before) return;
    const superfluous: StackResource[] = [];
    for (const [logicalId, resource] of before.resources) {
      const after = this.changes.get(logicalId)?.after;
      const retain = after ? after.updateReplacePolicy : resource.deletionPolicy;
      if (this.wanted.has(logicalId) && (!after || after.state.physicalId === resource.state.physicalId)) continue;
      if (isRetained(retain)) this.say(resource, `left ${resource.state.physicalId} where it is, as the template says (${retain})`);
      else superfluous.push(resource);
    }
    this.resources = new Map([...this.resources].filter(([logicalId]) => this.wanted.has(logicalId)));
    const made = [...this.changes.values()].flatMap(({ after }) => after ?? []);
    this.settle();
    for (const { type, state } of made) await this.context.typeOf(type).commit?.(state);
    const { failed } = await this.remove(superfluous, true);
    for (const [logicalId, error] of failed) {
      this.say(superfluous.find(it => it.logicalId === logicalId)!, `could not be removed and stays behind: ${error.message}`, 'warning');
    }
  }

  /**
   * Puts everything back to where it was before the last `apply`, which may have succeeded (then the parent stack has not).
   *
   * @returns whether that went well
   */
  public async rollBack(): Promise<boolean> {
    const { before } = this;
    if (!before) return !this.status.endsWith('FAILED');
    this.status = before.isNew ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS';

    const resources = new Map(before.resources);
    const superfluous: StackResource[] = [];
    // In the order of the template from before: a custom resource goes back after its function has gone back.
    const failed = await inOrder([...this.changes.keys()], id => before.resources.get(id)?.dependencies ?? [], async logicalId => {
      const change = this.changes.get(logicalId)!;
      if (change.how === 'update') resources.set(logicalId, await this.revert(change, superfluous));
      else if (change.after && change.after.state.physicalId !== change.before?.state.physicalId) superfluous.push(change.after);
    });

    const unwanted = superfluous.filter(resource => {
      // Retain holds even for what a failed deployment has made; RetainExceptOnCreate is there for those who do not want that.
      const retained = resource.deletionPolicy === 'Retain' && !before.resources.has(resource.logicalId);
      if (retained) this.say(resource, `left ${resource.state.physicalId} where it is, as the template says (Retain)`);
      return !retained;
    });
    this.resources = resources;
    const { failed: notRemoved, left } = await this.remove(unwanted, !before.isNew);
    for (const [logicalId, error] of notRemoved) {
      this.say(unwanted.find(it => it.logicalId === logicalId)!, `could not be removed: ${error.message}`, 'error');
    }

    if (before.isNew) this.resources = new Map(left.map(resource => [resource.logicalId, resource]));
    this.outputs = before.outputs;
    this.exports = before.exports;
    this.imports = before.imports;
    this.settle();
    const incomplete = failed.size > 0 || (before.isNew ? left.length > 0 : [...resources.values()].some(isUncertain));
    this.status = `${before.isNew ? '' : 'UPDATE_'}ROLLBACK_${incomplete ? 'FAILED' : 'COMPLETE'}`;
    return !incomplete;
  }

  /** @param keepGoing what cannot be removed is given up, as `aws cloudformation delete-stack --retain-resources` does */
  public async destroy(keepGoing = false): Promise<void> {
    for (const [exported] of this.exports) {
      const user = [...this.context.stacks].find(stack => stack !== this && stack.imports.has(exported));
      if (user) throw new DeploymentError(`The stack ${this.name} cannot be deleted: ${user.name} imports its export ${exported}.`);
    }
    this.status = 'DELETE_IN_PROGRESS';
    const all = [...this.resources.values()];
    for (const resource of all.filter(it => isRetained(it.deletionPolicy))) {
      this.say(resource, `left ${resource.state.physicalId} where it is, as the template says (${resource.deletionPolicy})`);
    }
    const { failed, left } = await this.remove(all.filter(it => !isRetained(it.deletionPolicy)), keepGoing);
    for (const [logicalId, error] of failed) {
      this.say(this.resources.get(logicalId)!, `could not be removed: ${error.message}`, keepGoing ? 'warning' : 'error');
    }
    this.resources = new Map(left.map(resource => [resource.logicalId, resource]));
    if (left.length > 0 && !keepGoing) {
      this.status = 'DELETE_FAILED';
      const [[logicalId, error]] = failed;
      throw new DeploymentError(`The stack ${this.name} could not be deleted: ${describeResource(this.resources.get(logicalId)!)}: ${error.message}`);
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

    const how = !existing ? 'create' : type.update && !replaces(type, existing.properties, properties) ? 'update' : 'replace';
    const seed = how === 'update' ? existing!.seed : this.newSeed(logicalId);
    const request: ResourceRequest = { stackName: this.name, stackId: this.id, logicalId, type: planned.type, properties, seed, source, fingerprint };
    const change: Change = { how, request, before: existing };
    this.changes.set(logicalId, change);
    try {
      const state = how === 'update' ? await type.update!(request, existing!.state, existing!.properties) : await type.create(request);
      change.after = { ...request, ...settings, state, status: existing ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE' };
      this.store(change.after);
      const isReplaced = existing && existing.state.physicalId !== state.physicalId;
      if (!type.isQuiet) this.say(request, `${!existing ? 'created' : isReplaced ? 'replaced' : 'updated'}: ${state.physicalId}`);
    } catch (error) {
      if (error instanceof IncompleteError) {
        change.after = { ...request, ...settings, state: error.state, status: existing ? 'UPDATE_FAILED' : 'CREATE_FAILED' };
      } else if (how !== 'update') {
        this.context.seedsInUse.delete(seed);
      }
      throw error;
    }
  }

  /** An update back to the properties from before: nobody but the resource knows how far the first one got. */
  private async revert({ before, after, request }: Change, superfluous: StackResource[]): Promise<StackResource> {
    const type = this.context.typeOf(before!.type);
    const current = after?.state ?? before!.state;
    try {
      if (type.rollBack) {
        await type.rollBack(current);
        return before!;
      }
      const state = await type.update!(before!, current, request.properties);
      if (state.physicalId !== current.physicalId) superfluous.push({ ...(after ?? before!), state: current });
      this.say(before!, `put back: ${state.physicalId}`);
      return { ...before!, state, status: 'UPDATE_COMPLETE' };
    } catch (error) {
      this.say(before!, `could not be put back: ${(error as Error).message}`, 'error');
      return { ...before!, state: error instanceof IncompleteError ? error.state : current, status: 'UPDATE_FAILED' };
    }
  }

  /** What is used by others goes after them. */
  private async remove(resources: readonly StackResource[], keepGoing: boolean): Promise<{ failed: Map<string, Error>; left: StackResource[] }> {
    const byId = new Map(resources.map(resource => [resource.logicalId, resource]));
    const users = new Map<string, string[]>(resources.map(({ logicalId }) => [logicalId, []]));
    for (const { logicalId, dependencies } of resources) {
      for (const used of dependencies) users.get(used)?.push(logicalId);
    }
    const failed = new Map<string, Error>();
    await inOrder([...byId.keys()], id => users.get(id)!, async logicalId => {
      const resource = byId.get(logicalId)!;
      const type = this.context.typeOf(resource.type);
      try {
        await type.delete(resource, resource.state);
        byId.delete(logicalId);
        // A custom resource that has given itself another physical id has kept its seed.
        const current = this.resources.get(logicalId);
        if (current?.seed !== resource.seed || current.state.physicalId === resource.state.physicalId) this.context.seedsInUse.delete(resource.seed);
        if (!type.isQuiet) this.say(resource, `deleted: ${resource.state.physicalId}`);
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
      if (!['boolean', 'number', 'string'].includes(typeof resolved)) throw new Error(`The output ${name} is no text.`);
      outputs.set(name, String(resolved));
      if (exportName === undefined) continue;
      const exported = String(resolve(exportName, scope));
      const owner = others.find(stack => stack.exports.has(exported));
      if (owner) throw new Error(`The export ${exported} is already there: it is the stack ${owner.name}'s.`);
      exports.set(exported, String(resolved));
    }
    for (const [exported, value] of this.exports) {
      const user = others.find(stack => stack.imports.has(exported));
      if (user && exports.get(exported) !== value) throw new Error(`The export ${exported} cannot change or go: the stack ${user.name} imports it.`);
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
        const it = resource(id);
        if (!it) return plan.scope.attribute(id, attribute);
        const value = Object.hasOwn(it.state.attributes, attribute) ? it.state.attributes[attribute] : it.state.attribute?.(attribute);
        if (value === undefined) throw new Error(`${describeResource(it)} has no attribute ${attribute}.`);
        return value;
      },
      importValue: exported => {
        const owner = [...this.context.stacks].find(stack => stack.exports.has(exported));
        if (!owner) throw new Error(`No stack exports ${exported}.`);
        imports.add(exported);
        return owner.exports.get(exported);
      },
    };
  }

  private refuseOtherTypes(plan: Plan): void {
    for (const [logicalId, { type }] of plan.resources) {
      const existing = this.resources.get(logicalId);
      if (existing && existing.type !== type) {
        throw new Error(`${logicalId} is ${existing.type} and cannot become ${type}: give the new resource another logical id.`);
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

  private settle(): void {
    this.before = undefined;
    this.changes.clear();
  }

  private say(resource: Pick<ResourceRequest, 'logicalId' | 'type'>, text: string, level?: 'error' | 'warning'): void {
    this.context.services.liveLog.record({ kind: 'resource', level, text: `${this.name}: ${describeResource(resource)} ${text}` });
  }
}

function replaces({ immutable }: ResourceType, before: Properties, after: Properties): boolean {
  return (immutable ?? []).some(name => !isDeepStrictEqual(before[name], after[name]));
}

/** What code that reads a template runs into where that has a form nobody foresaw. */
function sentenceOf(error: Error): string {
  return error instanceof TypeError ? `Something in the template is not of the form CloudFormation asks for (${error.message}).` : error.message;
}

function isRetained(policy: string | undefined): boolean {
  return policy === 'Retain' || policy === 'RetainExceptOnCreate';
}

/** What an update and the way back from it have both left in an unknown state: the next deployment updates it in any case. */
function isUncertain({ status }: StackResource): boolean {
  return status === 'UPDATE_FAILED';
}
