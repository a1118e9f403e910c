import { runInDependencyOrder } from './dependency-order';
import type { DeploymentContext } from './stack-context';
import type { StackResource } from './stack-resource';

export interface DeletionResult {
  /** By logical id. */
  readonly failed: ReadonlyMap<string, unknown>;
  /** Resources that could not be deleted, and those that were not tried because of them. */
  readonly left: readonly StackResource[];
}

/**
 * Deletes resources after those that depend on them.
 *
 * @param current the resources of the stack: a custom resource that has replaced another one keeps its seed
 * @param keepGoing also delete what a resource depends on that could not be deleted
 */
export async function deleteResources(
  resources: readonly StackResource[], current: ReadonlyMap<string, StackResource>, { log, seeds, typeOf }: DeploymentContext, keepGoing: boolean,
): Promise<DeletionResult> {
  const byId = new Map(resources.map(resource => [resource.logicalId, resource]));
  const dependents = new Map<string, string[]>(resources.map(({ logicalId }) => [logicalId, []]));
  for (const { logicalId, dependencies } of resources) {
    for (const dependency of dependencies) dependents.get(dependency)?.push(logicalId);
  }
  const failed = new Map<string, unknown>();
  await runInDependencyOrder([...byId.keys()], id => dependents.get(id)!, async logicalId => {
    const resource = byId.get(logicalId)!;
    const type = typeOf(resource.type);
    try {
      await type.delete(resource, resource.state);
      byId.delete(logicalId);
      const successor = current.get(logicalId);
      if (successor?.seed !== resource.seed || successor.state.physicalId === resource.state.physicalId) seeds.release(resource.seed);
      if (!type.isQuiet) log.changed(resource, 'deleted', resource.state.physicalId);
    } catch (error) {
      failed.set(logicalId, error);
      if (!keepGoing) throw error;
    }
  });
  return { failed, left: [...byId.values()].map(resource => ({ ...resource, status: 'DELETE_FAILED' })) };
}
