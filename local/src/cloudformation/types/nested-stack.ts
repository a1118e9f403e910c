import * as path from 'node:path';
import { generatedName } from '../generated-names';
import { IncompleteError, type ResourceRequest, type ResourceState, type ResourceType } from '../resource-type';
import type { LoadedStack } from '../source';
import type { Stack } from '../stack';
import { readTemplate } from '../template-file';
import type { TypeOptions } from './type-options';
import { ExpectedError } from '../../expected-error';

/** A nested stack is a `Stack` of its own, whose commit and rollback are part of its parent's. */
export function nestedStack({ newStack }: TypeOptions): ResourceType {
  const stacks = new Map<string, Stack>();
  return {
    alwaysUpdated: true,
    create: async request => {
      const source = load(request, generatedName(request.stackName, request.logicalId, request.seed, 128));
      const stack = newStack(source.name);
      stacks.set(stack.id, stack);
      try {
        await stack.apply(source);
      } catch (error) {
        // After its rollback the stack is empty but exists, and must be deleted.
        throw new IncompleteError(error, stateOf(stack));
      }
      return stateOf(stack);
    },
    update: async (request, { physicalId }) => {
      const stack = stacks.get(physicalId)!;
      await stack.apply(load(request, stack.name));
      return stateOf(stack);
    },
    commit: async ({ physicalId }) => stacks.get(physicalId)!.commit(),
    rollBack: async ({ physicalId }) => {
      const isComplete = await stacks.get(physicalId)!.rollBack();
      if (!isComplete) throw new ExpectedError('it could not be rolled back completely');
    },
    delete: async (_request, { physicalId }) => {
      await stacks.get(physicalId)!.destroy();
      stacks.delete(physicalId);
    },
  };
}

/** The URL of a synthesized nested stack ends in the key of a file asset. */
function load({ properties, source }: ResourceRequest, name: string): LoadedStack {
  const url = String(properties.TemplateURL);
  const asset = source.asset(url) ?? source.asset(path.posix.basename(url));
  if (!asset || 'directory' in asset) throw new ExpectedError(`TemplateURL ${url} must be an asset of the app: it does not exist on this machine.`);
  return {
    ...source,
    asset: asset.asset ?? source.asset,
    name,
    path: `${source.path}/${name}`,
    template: readTemplate(asset.file),
    parameters: Object.fromEntries(Object.entries(properties.Parameters ?? {}).map(([key, value]) => [key, [value].flat().join(',')])),
  };
}

function stateOf({ id, outputs }: Stack): ResourceState {
  return { physicalId: id, attributes: Object.fromEntries([...outputs].map(([key, value]) => [`Outputs.${key}`, value])) };
}
