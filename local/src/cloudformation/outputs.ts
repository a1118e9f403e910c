import { resolve, standInIn, type Scope } from './intrinsics';
import type { PlannedOutput } from './plan';
import type { StackContents } from './stack-resource';
import { isScalar } from './template';
import { ExpectedError } from '../expected-error';
import { inSubject } from '../faults';

/** A stack as far as others import from it. */
export type ExportingStack = Pick<StackContents, 'exports' | 'imports'> & { readonly name: string };

export interface ResolvedOutputs extends Pick<StackContents, 'exports' | 'outputs'> {
  /** Outputs without a value, because those of a stand-in do not have the expected form. */
  readonly unresolved: readonly { readonly name: string; readonly standIn: string; readonly reason: string }[];
}

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
): ResolvedOutputs {
  const outputs = new Map<string, string>();
  const exports = new Map<string, string>();
  const unresolved: ResolvedOutputs['unresolved'][number][] = [];
  for (const output of planned) {
    const { name, value } = output;
    let resolved: ResolvedOutput;
    try {
      resolved = inSubject(`The output ${name}`, () => resolveOutput(output, scope));
    } catch (error) {
      const standIn = standInIn(value, scope);
      if (standIn === undefined || !(error instanceof ExpectedError)) throw error;
      unresolved.push({ name, standIn, reason: error.message });
      continue;
    }
    outputs.set(name, resolved.value);
    const { exported } = resolved;
    if (exported === undefined) continue;
    const owner = others.find(stack => stack.exports.has(exported));
    if (owner) throw new ExpectedError(`The export ${exported} already exists in the stack ${owner.name}: use another name.`);
    exports.set(exported, resolved.value);
  }
  for (const [exported, value] of previous) {
    const user = others.find(stack => stack.imports.has(exported));
    if (user && exports.get(exported) !== value) {
      throw new ExpectedError(`The export ${exported} cannot be changed or deleted, because the stack ${user.name} imports it.`);
    }
  }
  return { outputs, exports, unresolved };
}

interface ResolvedOutput {
  readonly value: string;
  /** Name of the export. */
  readonly exported?: string;
}

function resolveOutput({ value, exportName }: PlannedOutput, scope: Scope): ResolvedOutput {
  const resolved = resolve(value, scope);
  if (!isScalar(resolved)) throw new ExpectedError('Value must be a string, number or boolean.');
  if (exportName === undefined) return { value: String(resolved) };
  const exported = resolve(exportName, scope);
  if (typeof exported !== 'string') throw new ExpectedError('The export name must be a string.');
  return { value: String(resolved), exported };
}

/** Throws if no stack has the export. */
export function importedValue(exportName: string, stacks: Iterable<ExportingStack>): string {
  const owner = [...stacks].find(({ exports }) => exports.has(exportName));
  if (!owner) throw new ExpectedError(`No stack exports ${exportName}.`);
  return owner.exports.get(exportName)!;
}
