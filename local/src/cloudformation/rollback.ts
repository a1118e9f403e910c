import { isUncertain } from './change-set';
import { deleteResources } from './deletion';
import { runInDependencyOrder } from './dependency-order';
import type { Outcome } from './execution';
import { causeOf, IncompleteError } from './resource-type';
import type { DeploymentContext } from './stack-context';
import type { StackResource } from './stack-resource';

export interface RollbackResult {
  readonly resources: ReadonlyMap<string, StackResource>;
  readonly isComplete: boolean;
}

/**
 * Undoes what a deployment has done so far.
 *
 * @param isNew whether the deployment was to create the stack, which then has no resources
 */
export async function rollBack(
  outcomes: ReadonlyMap<string, Outcome>, before: ReadonlyMap<string, StackResource>, context: DeploymentContext, isNew: boolean,
): Promise<RollbackResult> {
  const { log } = context;
  const resources = new Map(before);
  const obsolete: StackResource[] = [];
  // In the dependency order of the previous template, so that the function of a custom resource is rolled back first.
  await runInDependencyOrder([...outcomes.keys()], id => before.get(id)?.dependencies ?? [], async logicalId => {
    const outcome = outcomes.get(logicalId)!;
    const current = outcome.action === 'update' ? outcome.after ?? outcome.before : outcome.after;
    const restored = await restore(outcome, context);
    if (restored) resources.set(logicalId, restored);
    const isReplaced = current && current.state.physicalId !== restored?.state.physicalId;
    if (isReplaced && !(restored && isUncertain(restored))) obsolete.push(current);
  });

  const deletable = obsolete.filter(resource => {
    // Retain keeps even resources that a failed deployment created; RetainExceptOnCreate does not.
    const isKept = resource.deletionPolicy === 'Retain' && !before.has(resource.logicalId);
    if (isKept) log.retained(resource, 'DeletionPolicy', 'Retain');
    return !isKept;
  });
  const { failed, left } = await deleteResources(deletable, resources, context, !isNew);
  for (const [logicalId, error] of failed) log.failed(deletable.find(it => it.logicalId === logicalId)!, 'delete-failed', error);
  return isNew
    ? { resources: new Map(left.map(resource => [resource.logicalId, resource])), isComplete: left.length === 0 }
    : { resources, isComplete: ![...resources.values()].some(isUncertain) };
}

/** The resource after the rollback. Undefined if the deployment was to create it. */
async function restore(outcome: Outcome, context: DeploymentContext): Promise<StackResource | undefined> {
  const { action, after, before, request } = outcome;
  if (!before) return undefined;
  const type = context.typeOf(before.type);
  const current = after?.state ?? before.state;
  try {
    if (action === 'replace') {
      if (after?.state.physicalId !== before.state.physicalId) return before;
      // The replacement, such as that of an alias, has the same id and has overwritten the resource.
      context.seeds.release(after.seed);
      return { ...before, state: await type.create(before) };
    }
    if (type.rollBack) {
      await type.rollBack(current);
      return before;
    }
    // Even if the update failed, because it may have been partly done.
    const state = await type.update!(before, current, request.properties);
    context.log.changed(before, 'rolled-back', state.physicalId);
    return { ...before, state, status: 'UPDATE_COMPLETE' };
  } catch (error) {
    context.log.failed(before, 'rollback-failed', causeOf(error));
    return { ...before, state: error instanceof IncompleteError ? error.state : current, status: 'UPDATE_FAILED' };
  }
}
