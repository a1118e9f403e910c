import { decide, type ChangeSet, type ResourceChange } from './change-set';
import { runInDependencyOrder } from './dependency-order';
import { resolveProperties, type Scope } from './intrinsics';
import type { PlannedResource } from './plan';
import { checkProperties } from './property-schema';
import { causeOf, IncompleteError, type Properties, type ResourceRequest } from './resource-type';
import type { LoadedStack } from './source';
import type { DeploymentContext } from './stack-context';
import type { StackResource } from './stack-resource';
import { unusableValues } from './unusable-values';

/** What was done to one resource. A kept resource has no outcome. */
export interface Outcome {
  readonly action: 'create' | 'replace' | 'update';
  readonly request: ResourceRequest;
  readonly before?: StackResource;
  /** The resulting resource, also an incomplete one. Undefined while the action runs, and if there is none. */
  readonly after?: StackResource;
}

export interface Failure {
  readonly resource: PlannedResource;
  readonly error: unknown;
}

/** Creates, updates and keeps resources as a change set says. Deletes none, so that a rollback stays possible. */
export class Execution {
  /** By logical id. */
  public readonly outcomes = new Map<string, Outcome>();
  private readonly resources: Map<string, StackResource>;

  constructor(
    private readonly stack: { readonly name: string; readonly id: string },
    private readonly source: LoadedStack,
    before: ReadonlyMap<string, StackResource>,
    private readonly context: DeploymentContext,
  ) {
    this.resources = new Map(before);
  }

  /** The resources so far, including those that the change set removes. Changes during the execution. */
  public get current(): ReadonlyMap<string, StackResource> {
    return this.resources;
  }

  /** Starts no further change after the first failure, which is returned. */
  public async run({ changes }: ChangeSet, scope: Scope): Promise<Failure | undefined> {
    const planned = (id: string) => changes.get(id)!.planned;
    const apply = async (id: string) => this.apply(changes.get(id)!, scope);
    const failed = await runInDependencyOrder([...changes.keys()], id => planned(id).dependencies, apply, true);
    for (const [id, error] of failed) return { resource: planned(id), error: causeOf(error) };
    return undefined;
  }

  private async apply(change: ResourceChange, scope: Scope): Promise<void> {
    const { planned } = change;
    if (change.action === 'keep') return this.keep(planned, change.before);
    const type = this.context.typeOf(planned.type);
    const properties = checkProperties(resolveProperties(planned.properties, scope), type.schema);
    const action = change.action === 'conditional' ? decide(change, properties, type, this.source) : change.action;
    if (action === 'keep' && change.action !== 'create') return this.keep(planned, change.before);
    if (!type.isStandIn) this.reportUnusableValues(planned, properties, scope);
    return this.start(action as Outcome['action'], planned, properties, change.action === 'create' ? undefined : change.before);
  }

  private reportUnusableValues(planned: PlannedResource, properties: Properties, scope: Scope): void {
    for (const value of unusableValues(planned.properties, properties, scope)) {
      if (value.kind === 'dynamic-reference' && this.context.secrets.has(value.reference)) continue;
      this.context.log.unusableValue(planned, value, value.kind === 'dead-address' ? this.resources.get(value.logicalId) : undefined);
    }
  }

  /** Only policies and dependencies may differ, which take effect without an update. */
  private keep({ dependencies, deletionPolicy, updateReplacePolicy, logicalId }: PlannedResource, before: StackResource): void {
    this.resources.set(logicalId, { ...before, dependencies, deletionPolicy, updateReplacePolicy });
  }

  private async start(action: Outcome['action'], planned: PlannedResource, properties: Properties, before?: StackResource): Promise<void> {
    const { dependencies, deletionPolicy, updateReplacePolicy, logicalId } = planned;
    const { log, seeds, typeOf } = this.context;
    const { source, stack } = this;
    const type = typeOf(planned.type);
    if (action === 'update') type.checkUpdate?.(properties, before!.properties);
    const seed = action === 'update' ? before!.seed : seeds.take(stack.name, logicalId);
    const fingerprint = type.fingerprint?.(properties, source);
    const request: ResourceRequest = {
      stackName: stack.name, stackId: stack.id, logicalId, type: planned.type, properties, seed, source, fingerprint,
    };
    const settings = { dependencies, deletionPolicy, updateReplacePolicy };
    const outcome: Outcome = { action, request, before };
    this.outcomes.set(logicalId, outcome);
    try {
      const state = action === 'update' ? await type.update!(request, before!.state, before!.properties) : await type.create(request);
      const after = { ...request, ...settings, state, status: before ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE' };
      this.outcomes.set(logicalId, { ...outcome, after });
      this.resources.set(logicalId, after);
      const isReplaced = before && before.state.physicalId !== state.physicalId;
      if (!type.isQuiet) log.changed(request, !before ? 'created' : isReplaced ? 'replaced' : 'updated', state.physicalId);
    } catch (error) {
      if (error instanceof IncompleteError) {
        const after = { ...request, ...settings, state: error.state, status: before ? 'UPDATE_FAILED' : 'CREATE_FAILED' };
        this.outcomes.set(logicalId, { ...outcome, after });
      } else if (action !== 'update') {
        seeds.release(seed);
      }
      throw error;
    }
  }
}
