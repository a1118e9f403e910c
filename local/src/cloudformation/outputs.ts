import { resolve, type Scope } from './intrinsics';
import type { PlannedOutput } from './plan';
import type { StackContents } from './stack-resource';
import { isScalar } from './template';
import { ExpectedError } from '../expected-error';
import { inSubject } from '../faults';

/** A stack as far as others import from it. */
export type ExportingStack = Pick<StackContents, 'exports' | 'imports'> & { readonly name: string };

/**
 * Resolves outputs and exports.
 *
 * Throws if another stack has an export of the same name, or imports one that changes.
 *
 * @param previous exports of the stack before the deployment
 * @param others all other stacks
 */
export function resolveOutputs(
  planned: readonly PlannedOutput[], scope: Scope, previous: ReadonlyMap<string, string>, others: readonly ExportingStack[],
): Pick<StackContents, 'exports' | 'outputs'> {
  const outputs = new Map<string, string>();
  const exports = new Map<string, string>();
  for (const { name, value, exportName } of planned) {
    const [resolved, exported] = inSubject(`The output ${name}`, () => [resolve(value, scope), resolve(exportName, scope)]);
    if (!isScalar(resolved)) throw new ExpectedError(`The value of the output ${name} must be a string, number or boolean.`);
    outputs.set(name, String(resolved));
    if (exportName === undefined) continue;
    if (typeof exported !== 'string') throw new ExpectedError(`The export name of the output ${name} must be a string.`);
    const owner = others.find(stack => stack.exports.has(exported));
    if (owner) throw new ExpectedError(`The export ${exported} already exists in the stack ${owner.name}: use another name.`);
    exports.set(exported, String(resolved));
  }
  for (const [exported, value] of previous) {
    const user = others.find(stack => stack.imports.has(exported));
    if (user && exports.get(exported) !== value) {
      throw new ExpectedError(`The export ${exported} cannot be changed or deleted, because the stack ${user.name} imports it.`);
    }
  }
  return { outputs, exports };
}

/** Throws if no stack has the export. */
export function importedValue(exportName: string, stacks: Iterable<ExportingStack>): string {
  const owner = [...stacks].find(({ exports }) => exports.has(exportName));
  if (!owner) throw new ExpectedError(`No stack exports ${exportName}.`);
  return owner.exports.get(exportName)!;
}
