import * as fs from 'node:fs';
import * as path from 'node:path';
import { generatedName } from '../generated-names';
import { IncompleteError } from '../resource-type';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { LoadedStack } from '../source';
import type { Stack } from '../stack';
import { parseTemplate } from '../template';
import type { TypeOptions } from './type-options';

/** A stack in a stack: the same engine once more. Its clean-up waits for the parent's, and so does its way back. */
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
        // Even where all went back: there is an empty stack that has to go.
        throw new IncompleteError((error as Error).message, stateOf(stack));
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
      const wentWell = await stacks.get(physicalId)!.rollBack();
      if (!wentWell) throw new Error('it could not be rolled back completely');
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
  if (!asset || 'directory' in asset) throw new Error(`Its template ${url} is not on this machine.`);
  return {
    ...source,
    asset: asset.asset ?? source.asset,
    name,
    path: `${source.path}/${name}`,
    template: parseTemplate(fs.readFileSync(asset.file, 'utf8'), path.basename(asset.file)),
    parameters: Object.fromEntries(Object.entries(properties.Parameters ?? {}).map(([key, value]) => [key, [value].flat().join(',')])),
  };
}

function stateOf({ id, outputs }: Stack): ResourceState {
  return { physicalId: id, attributes: Object.fromEntries([...outputs].map(([key, value]) => [`Outputs.${key}`, value])) };
}
