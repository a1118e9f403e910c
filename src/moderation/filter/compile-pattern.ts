import type { Instruction } from './filter-file';
import { parsePattern, PatternError, type PatternNode } from './parse-pattern';

/** Maximum number of steps of a pattern. A message of 500 characters takes at most 500 times as many. */
export const MAX_PATTERN_STEPS = 200;

/**
 * Compiles a pattern to steps that find it in linear time.
 *
 * Throws a `PatternError` if the pattern is not supported, too long, or found in every message.
 */
export function compilePattern(pattern: string): Instruction[] {
  const program = new ProgramBuilder();
  program.addNode(parsePattern(pattern));
  program.add(['match']);
  const { steps } = program;
  if (matchesNothing(steps)) throw new PatternError('must not match an empty string', 1, 'use + instead of *, because it would be found in every message');
  return steps;
}

class ProgramBuilder {
  public readonly steps: Instruction[] = [];

  /** @returns the index of the step */
  public add(instruction: Instruction): number {
    if (this.steps.length >= MAX_PATTERN_STEPS) {
      throw new PatternError(`must have at most ${MAX_PATTERN_STEPS} steps`, 1, 'repeat less often, or use several rules: each character and each repetition is a step');
    }
    return this.steps.push(instruction) - 1;
  }

  public addNode(node: PatternNode): void {
    switch (node.type) {
      case 'character':
        this.add(['character', node.codePoint]);
        break;
      case 'set':
        this.add(['set', node.properties, node.ranges, node.isNegated]);
        break;
      case 'start':
      case 'end':
        this.add([node.type]);
        break;
      case 'wordBoundary':
      case 'noWordBoundary':
        this.add(['wordBoundary', node.type === 'wordBoundary']);
        break;
      case 'sequence':
        node.nodes.forEach(part => this.addNode(part));
        break;
      case 'alternatives':
        this.addAlternatives(node.nodes);
        break;
      default:
        this.addRepeat(node.node, node.minimum, node.maximum);
    }
  }

  private addAlternatives(nodes: PatternNode[]): void {
    const jumps: number[] = [];
    nodes.forEach((node, index) => {
      if (index === nodes.length - 1) {
        this.addNode(node);
        return;
      }
      const split = this.add(['split', []]);
      this.addNode(node);
      jumps.push(this.add(['jump', 0]));
      this.steps[split] = ['split', [split + 1, this.steps.length]];
    });
    for (const jump of jumps) this.steps[jump] = ['jump', this.steps.length];
  }

  private addRepeat(node: PatternNode, minimum: number, maximum: number): void {
    for (let count = 0; count < minimum; count++) this.addNode(node);
    if (maximum === Infinity) {
      const split = this.add(['split', []]);
      this.addNode(node);
      this.add(['jump', split]);
      this.steps[split] = ['split', [split + 1, this.steps.length]];
      return;
    }
    const splits: number[] = [];
    for (let count = minimum; count < maximum; count++) {
      splits.push(this.add(['split', []]));
      this.addNode(node);
    }
    for (const split of splits) this.steps[split] = ['split', [split + 1, this.steps.length]];
  }
}

/** Whether a program can match without a character. */
function matchesNothing(steps: readonly Instruction[]): boolean {
  const pending = [0];
  const seen = new Set<number>();
  while (pending.length > 0) {
    const index = pending.pop()!;
    if (seen.has(index)) continue;
    seen.add(index);
    const step = steps[index];
    switch (step[0]) {
      case 'match': return true;
      case 'split': pending.push(...step[1]); break;
      case 'jump': pending.push(step[1]); break;
      case 'character':
      case 'set': break;
      default: pending.push(index + 1);
    }
  }
  return false;
}
