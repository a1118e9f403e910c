import type { ExpressionAttributes } from './expression-attributes';
import { OperandParser } from './operand';
import { formatPath, relation, type Path } from './paths';
import { Problems } from './problems';
import { TokenStream } from './tokens';

export interface ParsedProjection {
  readonly paths: readonly Path[];
  readonly nestedPaths: ReadonlySet<string>;
}

export type PathKind = 'conflict' | 'overlap';

/** Parses a projection expression. Throws a ValidationException. */
export function parseProjection(text: string, attributes: ExpressionAttributes): ParsedProjection {
  const tokens = new TokenStream(text);
  const problems = new Problems<PathKind | 'attributes' | 'reserved'>(['reserved', 'attributes', 'overlap', 'conflict']);
  const operands = new OperandParser(tokens, attributes, (kind, message) => problems.add(kind === 'reserved' ? kind : 'attributes', message));
  const paths: Path[] = [];
  do {
    const path = operands.path();
    checkIndependent(path, paths, problems);
    paths.push(path);
  } while (tokens.accept(','));
  tokens.expectEnd();
  problems.check();
  return { paths, nestedPaths: operands.nestedPaths };
}

/** Reports a path that is the same as an earlier one, a part of it, or incompatible with it. */
export function checkIndependent(path: Path, earlier: readonly Path[], problems: { add(kind: PathKind, message: string): void }): void {
  for (const other of earlier) {
    const kind = relation(other, path);
    if (!kind) continue;
    problems.add(kind, `Two document paths ${kind} with each other; must remove or rewrite one of these paths; path one: ${formatPath(other)}, path two: ${formatPath(path)}`);
    if (kind === 'overlap') return;
  }
}
