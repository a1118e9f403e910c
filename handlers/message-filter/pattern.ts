import type { Budget } from './budget';
import type { Match } from './match';
import { KATAKANA, LETTER } from '../../src/moderation/filter/characters';
import type { Instruction } from '../../src/moderation/filter/filter-file';
import { FIRST_BLOCK_LETTER, type FoldedText, LAST_BLOCK_LETTER } from '../../src/moderation/filter/fold';

/** More matches of one rule are not masked one by one. */
const MAX_MATCHES = 100;

type Accepts = (character: number) => boolean;

/** Finds a pattern in linear time: the program runs once over the text, with the set of steps that can be next. */
export class PatternFinder {
  /** For each step that reads a character: whether it accepts one. */
  private readonly accepts: readonly (Accepts | undefined)[];

  constructor(private readonly program: readonly Instruction[]) {
    this.accepts = program.map(step => {
      if (step[0] === 'set') return characterSet(step[1], step[2], step[3]);
      return step[0] === 'character' ? character => character === step[1] : undefined;
    });
  }

  public find(text: FoldedText, budget: Budget): Match[] {
    const { characters, indexes, isWord } = charactersOf(text);
    const matches: Match[] = [];
    for (let from = 0; from < characters.length && matches.length < MAX_MATCHES;) {
      const found = new Run(this.program, this.accepts, characters, isWord, budget).first(from);
      if (!found) break;
      const [start, end] = found;
      matches.push({ start: text.starts[indexes[start]], end: text.ends[indexes[end - 1]] });
      from = end;
    }
    return matches;
  }
}

/** One search for the leftmost match, and of those the longest. */
class Run {
  private readonly seenAt: Int32Array;
  private best?: [number, number];

  constructor(
    private readonly program: readonly Instruction[], private readonly accepts: readonly (Accepts | undefined)[],
    private readonly characters: readonly number[], private readonly isWord: readonly boolean[], private readonly budget: Budget,
  ) {
    this.seenAt = new Int32Array(program.length).fill(-1);
  }

  /** Returns the start and the end of the match. */
  public first(from: number): [number, number] | undefined {
    // Pairs of a step and the start of the match. Earlier starts come first, so they are kept.
    let current: number[] = [];
    for (let position = from; position <= this.characters.length; position++) {
      if (!this.best) this.follow(0, position, position, current);
      if (position === this.characters.length || (current.length === 0 && this.best)) break;
      const next: number[] = [];
      for (let index = 0; index < current.length; index += 2) {
        const [step, start] = [current[index], current[index + 1]];
        if (this.best && start > this.best[0]) continue;
        if (!this.budget.spend()) return undefined;
        if (this.accepts[step]!(this.characters[position])) this.follow(step + 1, position + 1, start, next);
      }
      current = next;
    }
    return this.best;
  }

  /** Adds the steps that read a character and can be reached from a step without reading one. */
  private follow(first: number, position: number, start: number, reached: number[]): void {
    const pending = [first];
    while (pending.length > 0) {
      const index = pending.pop()!;
      if (this.seenAt[index] === position) continue;
      this.seenAt[index] = position;
      if (!this.budget.spend()) return;
      const step = this.program[index];
      if (this.accepts[index]) reached.push(index, start);
      else if (step[0] === 'jump') pending.push(step[1]);
      else if (step[0] === 'split') pending.push(...step[1]);
      else if (step[0] === 'match') this.note(start, position);
      else if (this.isAt(step, position)) pending.push(index + 1);
    }
  }

  private note(start: number, end: number): void {
    if (!this.best || start < this.best[0] || (start === this.best[0] && end > this.best[1])) this.best = [start, end];
  }

  private isAt(step: Instruction, position: number): boolean {
    if (step[0] === 'start') return position === 0;
    if (step[0] === 'end') return position === this.characters.length;
    const isBoundary = (this.isWord[position - 1] ?? false) !== (this.isWord[position] ?? false);
    return isBoundary === step[1];
  }
}

/** Returns a set that remembers which characters it contains: an expression with Unicode properties is slow when it is first used. */
function characterSet(properties: string, ranges: readonly number[], isNegated: boolean): Accepts {
  const known = new Map<number, boolean>();
  const expression = properties === '' ? undefined : new RegExp(`^[${properties}]$`, 'u');
  const contains = (character: number) =>
    ranges.some((first, index) => index % 2 === 0 && character >= first && character <= ranges[index + 1])
    || (expression?.test(String.fromCodePoint(character)) ?? false);
  return character => {
    let accepts = known.get(character);
    if (accepts === undefined) known.set(character, accepts = contains(character) !== isNegated);
    return accepts;
  };
}

interface Characters {
  readonly characters: number[];
  /** Of their first unit in the folded text. */
  readonly indexes: number[];
  readonly isWord: boolean[];
}

function charactersOf({ length, readings, types, units }: FoldedText): Characters {
  const [characters, indexes, isWord]: [number[], number[], boolean[]] = [[], [], []];
  for (let index = 0; index < length; index++) {
    const unit = units[index];
    indexes.push(index);
    isWord.push((types[index] >= LETTER && types[index] <= KATAKANA) || unit === 95);
    if (unit >= 0xd800 && unit < 0xdc00 && index + 1 < length) characters.push((unit - 0xd800) * 0x400 + units[++index] - 0xdc00 + 0x10000);
    else characters.push(unit >= FIRST_BLOCK_LETTER && unit <= LAST_BLOCK_LETTER ? readings[index][0].unit : unit);
  }
  return { characters, indexes, isWord };
}
