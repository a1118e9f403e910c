import * as fs from 'fs';
import * as path from 'path';
import type { Stack, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import * as ts from 'typescript';

export type StackClass = new (scope: Construct, id: string, props?: StackProps) => Stack;

/** The class `ChatStack` of each snippet of a page in docs/ that is a whole file, in order. */
export function chatStacksOf(page: string): StackClass[] {
  return exportsOf(page).map(({ ChatStack }) => ChatStack as StackClass);
}

/** The exports of each snippet of a page in docs/ that is a whole file, in order. */
export function exportsOf(page: string): Record<string, unknown>[] {
  const text = fs.readFileSync(path.join(__dirname, '..', '..', 'docs', page), 'utf8');
  return [...text.matchAll(/^```(?:mts|ts nofixture)\n(.*?)^```/gms)].map(([, code]) => run(code));
}

function run(code: string): Record<string, unknown> {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  const exports = {};
  // With the `require` of jest, which resolves cdk-ivschat to src/.
  new Function('exports', 'require', outputText)(exports, require);
  return exports;
}
