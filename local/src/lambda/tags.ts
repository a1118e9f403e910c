import { invalidParameter } from './errors';
import type { FunctionReference } from './function-arn';
import type { FunctionRegistry } from './function-registry';

const PATH = /^\/2017-03-31\/tags\/([^/]+)$/;

/** Returns the encoded ARN in a path of the tag operations of the Lambda API. */
export function taggedResource(path: string): string | undefined {
  return PATH.exec(path)?.[1];
}

/** Handles ListTags. Versions and aliases have no tags. */
export function tagsOf(registry: FunctionRegistry, reference: FunctionReference): { Tags: Record<string, string> } {
  if (reference.qualifier !== undefined) {
    throw invalidParameter(`Resource must be the ARN of a function without a version or an alias, got ${registry.arn(reference)}.`);
  }
  return { Tags: registry.get(reference).latest.definition.tags ?? {} };
}
