import { createChangeSet, isRetained, NO_CHANGES, type ChangeSet } from './change-set';
import { deleteResources } from './deletion';
import { Execution, type Failure, type Outcome } from './execution';
import { uuid } from './generated-names';
import type { Scope } from './intrinsics';
import { importedValue, resolveOutputs, type ResolvedOutputs } from './outputs';
import { planStack, scopeOfTypes, type Plan } from './plan';
import { describeResource } from './resource-type';
import { rollBack } from './rollback';
import type { LoadedStack } from './source';
import type { DeploymentContext, StackContext } from './stack-context';
import { StackLog } from './stack-log';
import { attributeOf, refOf, type StackContents, type StackResource } from './stack-resource';
import { unusableValues } from './unusable-values';
import { ExpectedError } from '../expected-error';
import { withSubject } from '../faults';

export type StackStatus =
  | 'CREATE_COMPLETE' | 'CREATE_IN_PROGRESS' | 'DELETE_COMPLETE' | 'DELETE_FAILED' | 'DELETE_IN_PROGRESS' | 'ROLLBACK_COMPLETE' | 'ROLLBACK_FAILED'
  | 'ROLLBACK_IN_PROGRESS' | 'UPDATE_COMPLETE' | 'UPDATE_IN_PROGRESS' | 'UPDATE_ROLLBACK_COMPLETE' | 'UPDATE_ROLLBACK_FAILED'
  | 'UPDATE_ROLLBACK_IN_PROGRESS';

/** A deployment that can be rolled back, because it has not been committed. */
interface PendingDeployment {
  readonly kind: 'creation' | 'update';
  readonly before: StackContents;
  changeSet: ChangeSet;
  outcomes: ReadonlyMap<string, Outcome>;
}

/** A new stack has never been deployed. A settled one can neither be committed nor rolled back. */
type State = PendingDeployment | { readonly kind: 'new' } | { readonly kind: 'settled' };

const EMPTY: StackContents = { resources: new Map(), outputs: new Map(), exports: new Map(), imports: new Set() };

/**
 * A deployed stack.
 *
 * As in CloudFormation, a deployment has two phases: `apply` creates and updates resources, and rolls back if one fails; `commit` deletes resources
 * that are no longer needed, after which a rollback is impossible. Each phase of a nested stack is part of the same phase of its parent.
 */
export class Stack implements StackContents {
  public readonly id: string;
  private readonly log: StackLog;
  private contents = EMPTY;
  private state: State = { kind: 'new' };
  private currentStatus: StackStatus = 'CREATE_IN_PROGRESS';

  constructor(public readonly name: string, private readonly context: StackContext) {
    const { environment: { account, region }, liveLog } = context.services;
    this.id = `arn:aws:cloudformation:${region}:${account}:stack/${name}/${uuid(name)}`;
    this.log = new StackLog(name, liveLog);
    context.stacks.add(this);
  }

  public get status(): StackStatus {
    return this.currentStatus;
  }

  public get resources(): ReadonlyMap<string, StackResource> {
    return this.contents.resources;
  }

  public get outputs(): ReadonlyMap<string, string> {
    return this.contents.outputs;
  }

  public get exports(): ReadonlyMap<string, string> {
    return this.contents.exports;
  }

  public get imports(): ReadonlySet<string> {
    return this.contents.imports;
  }

  public async apply(source: LoadedStack): Promise<void> {
    const isNew = this.state.kind === 'new';
    const deployment: PendingDeployment = { kind: isNew ? 'creation' : 'update', before: this.contents, changeSet: NO_CHANGES, outcomes: new Map() };
    this.state = deployment;
    this.currentStatus = isNew ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS';
    let failure: Failure | undefined;
    try {
      const plan = planStack(source, this.id, this.context.services.environment);
      const importValue = (exportName: string) => importedValue(exportName, this.context.stacks);
      const { typeOf } = this.context;
      deployment.changeSet = createChangeSet({ plan, source, resources: this.resources, typeOf, importValue });

      const execution = new Execution(this, source, this.resources, this.deploymentContext);
      deployment.outcomes = execution.outcomes;
      const imports = new Set(deployment.changeSet.imports);
      const scope = scopeOf(plan, execution, typeOf, exportName => {
        imports.add(exportName);
        return importValue(exportName);
      });
      // Descriptions show the progress.
      this.contents = { ...this.contents, resources: execution.current };
      failure = await execution.run(deployment.changeSet, scope);
      if (failure) throw withSubject(describeResource(failure.resource), failure.error);

      const others = [...this.context.stacks].filter(stack => stack !== this);
      const resolved = resolveOutputs(plan.outputs, scope, this.exports, others);
      this.reportOutputs(plan, scope, resolved);
      this.contents = { resources: execution.current, outputs: resolved.outputs, exports: resolved.exports, imports };
      this.currentStatus = isNew ? 'CREATE_COMPLETE' : 'UPDATE_COMPLETE';
    } catch (error) {
      this.log.deploymentFailed(error, failure?.resource);
      const outcome = await this.rollBack() ? 'and was rolled back' : 'and could not be rolled back completely';
      throw withSubject(`The stack ${this.name} could not be ${isNew ? 'created' : 'updated'} ${outcome}`, error);
    }
  }

  /** Deletes resources that the last `apply` replaced or removed. As in CloudFormation, those that cannot be deleted stay behind. */
  public async commit(): Promise<void> {
    const { state } = this;
    if (!isPending(state)) return;
    this.state = { kind: 'settled' };
    const { changeSet: { removals }, outcomes } = state;
    this.contents = { ...this.contents, resources: new Map([...this.resources].filter(([logicalId]) => !removals.has(logicalId))) };
    const obsolete = this.obsoleteResources(state);
    for (const { after } of outcomes.values()) {
      if (after) await this.cleanUp(after);
    }
    const { failed } = await deleteResources(obsolete, this.resources, this.deploymentContext, true);
    for (const [logicalId, error] of failed) this.log.failed(obsolete.find(it => it.logicalId === logicalId)!, 'left-behind', error, 'warning');
  }

  /**
   * Restores the state before the last `apply`. That may have succeeded, if the parent stack failed.
   *
   * @returns whether the rollback is complete
   */
  public async rollBack(): Promise<boolean> {
    const { state } = this;
    if (!isPending(state)) return !this.status.endsWith('FAILED');
    const isNew = state.kind === 'creation';
    this.state = { kind: 'settled' };
    this.currentStatus = isNew ? 'ROLLBACK_IN_PROGRESS' : 'UPDATE_ROLLBACK_IN_PROGRESS';
    const { isComplete, resources } = await rollBack(state.outcomes, state.before.resources, this.deploymentContext, isNew);
    this.contents = { ...state.before, resources };
    const result = isComplete ? 'COMPLETE' : 'FAILED';
    this.currentStatus = isNew ? `ROLLBACK_${result}` : `UPDATE_ROLLBACK_${result}`;
    return isComplete;
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
    this.currentStatus = 'DELETE_IN_PROGRESS';
    const all = [...this.resources.values()];
    for (const resource of all.filter(it => isRetained(it.deletionPolicy))) this.log.retained(resource, 'DeletionPolicy', resource.deletionPolicy);
    const deletable = all.filter(it => !isRetained(it.deletionPolicy));
    const { failed, left } = await deleteResources(deletable, this.resources, this.deploymentContext, keepGoing);
    for (const [logicalId, error] of failed) this.log.failed(this.resources.get(logicalId)!, 'delete-failed', error, keepGoing ? 'warning' : 'error');
    this.contents = { ...this.contents, resources: new Map(left.map(resource => [resource.logicalId, resource])) };
    if (left.length > 0 && !keepGoing) {
      this.currentStatus = 'DELETE_FAILED';
      const [[logicalId, error]] = failed;
      throw withSubject(`The stack ${this.name} could not be deleted: ${describeResource(this.resources.get(logicalId)!)}`, error);
    }
    this.currentStatus = 'DELETE_COMPLETE';
    this.context.stacks.delete(this);
  }

  /** Resources that were removed or replaced, without those that are retained. */
  private obsoleteResources({ before, changeSet: { removals }, outcomes }: PendingDeployment): StackResource[] {
    return [...before.resources.values()].flatMap(resource => {
      const removal = removals.get(resource.logicalId);
      const after = outcomes.get(resource.logicalId)?.after;
      if (removal?.action === 'retain') {
        this.log.retained(resource, 'DeletionPolicy', resource.deletionPolicy);
        return [];
      }
      if (removal) return [resource];
      if (!after || after.state.physicalId === resource.state.physicalId) return [];
      if (!isRetained(after.updateReplacePolicy)) return [resource];
      this.log.retained(resource, 'UpdateReplacePolicy', after.updateReplacePolicy);
      return [];
    });
  }

  private reportOutputs({ outputs: planned, resources }: Plan, scope: Scope, { outputs, unresolved }: ResolvedOutputs): void {
    for (const { name, reason, standIn } of unresolved) this.log.outputUnresolved(name, resources.get(standIn)!, reason);
    for (const { name, value } of planned) {
      for (const found of unusableValues(value, outputs.get(name), scope)) {
        if (found.kind === 'dead-address') this.log.deadOutput(name, resources.get(found.logicalId)!);
      }
    }
  }

  private async cleanUp(resource: StackResource): Promise<void> {
    try {
      await this.context.typeOf(resource.type).commit?.(resource.state);
    } catch (error) {
      this.log.failed(resource, 'cleanup-failed', error);
    }
  }

  private get deploymentContext(): DeploymentContext {
    const { secrets, seeds, typeOf } = this.context;
    return { secrets, seeds, typeOf, log: this.log };
  }
}

function isPending(state: State): state is PendingDeployment {
  return state.kind === 'creation' || state.kind === 'update';
}

/** Resolves references to the resources of the template as they are at the time. */
function scopeOf(plan: Plan, execution: Execution, typeOf: StackContext['typeOf'], importValue: (exportName: string) => unknown): Scope {
  const { resources, scope } = plan;
  const find = (id: string) => resources.has(id) ? execution.current.get(id) : undefined;
  return {
    ...scope,
    importValue,
    ...scopeOfTypes(plan, typeOf),
    ref: id => {
      const found = find(id);
      return found ? refOf(found) : scope.ref(id);
    },
    attribute: (id, attribute) => {
      const found = find(id);
      return found ? attributeOf(found, attribute) : scope.attribute(id, attribute);
    },
  };
}
