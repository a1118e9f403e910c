import { comparedCharacters } from './fold';

export type PatternNode =
  | { readonly type: 'character'; readonly codePoint: number }
  | PatternSet
  | { readonly type: 'sequence' | 'alternatives'; readonly nodes: PatternNode[] }
  | { readonly type: 'repeat'; readonly node: PatternNode; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'start' | 'end' | 'wordBoundary' | 'noWordBoundary' };

export interface PatternSet {
  readonly type: 'set';
  /** Unicode properties, such as `\p{L}`. */
  readonly properties: string;
  /** Code points in pairs, both inclusive. */
  readonly ranges: number[];
  readonly isNegated: boolean;
}

/** What a pattern must not contain. */
export class PatternError extends Error {
  /**
   * @param problem what the pattern must be
   * @param position of the character, from 1
   */
  constructor(public readonly problem: string, public readonly position: number, public readonly advice: string) {
    super(`pattern ${problem} at character ${position}: ${advice}`);
  }
}

const SETS: Readonly<Record<string, Pick<PatternSet, 'properties' | 'ranges'>>> = {
  d: { properties: '\\p{Nd}', ranges: [] },
  w: { properties: '\\p{L}\\p{N}\\p{M}', ranges: [95, 95] },
  s: { properties: '\\s', ranges: [] },
};
const CONTROL_CHARACTERS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };
const MAX_DEPTH = 50;
const MAX_REPETITIONS = 1000;
const LOOKAROUND_ADVICE = 'use (?:…) or (…), because lookaround cannot be found in linear time';

/** Parses a pattern: a subset of RE2, which is found in linear time, without case. */
export function parsePattern(pattern: string): PatternNode {
  return new PatternParser(pattern).parse();
}

class PatternParser {
  private readonly characters: string[];
  private index = 0;
  private depth = 0;

  constructor(pattern: string) {
    this.characters = [...pattern];
  }

  public parse(): PatternNode {
    const node = this.alternatives();
    if (this.index < this.characters.length) this.fail('must not have ) without (', 'add the (, or escape it as \\)');
    return node;
  }

  private get next(): string | undefined {
    return this.characters[this.index];
  }

  private fail(problem: string, advice: string): never {
    throw new PatternError(problem, Math.min(this.index, this.characters.length - 1) + 1, advice);
  }

  private alternatives(): PatternNode {
    const nodes = [this.sequence()];
    while (this.next === '|') {
      this.index++;
      nodes.push(this.sequence());
    }
    return nodes.length === 1 ? nodes[0] : { type: 'alternatives', nodes };
  }

  private sequence(): PatternNode {
    const nodes: PatternNode[] = [];
    while (this.next !== undefined && this.next !== '|' && this.next !== ')') nodes.push(this.repeated());
    return { type: 'sequence', nodes };
  }

  private repeated(): PatternNode {
    let node = this.atom();
    for (let bounds = this.bounds(); bounds; bounds = this.bounds()) {
      if (!('codePoint' in node) && node.type !== 'set' && node.type !== 'sequence' && node.type !== 'alternatives' && node.type !== 'repeat') {
        this.fail('must not repeat a position such as ^ or \\b', 'remove the quantifier');
      }
      // Lazy or not, the longest match is masked.
      if (this.next === '?') this.index++;
      if (this.next === '+') this.fail('must not have a possessive quantifier', 'remove the second +');
      const [minimum, maximum] = bounds;
      node = { type: 'repeat', node, minimum, maximum };
    }
    return node;
  }

  private bounds(): [number, number] | undefined {
    const simple: Record<string, [number, number]> = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] };
    if (this.next !== undefined && this.next in simple) return simple[this.characters[this.index++]];
    if (this.next !== '{') return undefined;
    const match = /^\{(\d{1,4})(,(\d{0,4}))?\}/.exec(this.characters.slice(this.index, this.index + 12).join(''));
    if (!match) this.fail('must have { only as {m}, {m,} or {m,n}', 'correct the quantifier, or escape it as \\{');
    const [text, from, comma, to] = match;
    const minimum = Number(from);
    const maximum = comma === undefined ? minimum : to === '' ? Infinity : Number(to);
    if (maximum < minimum) this.fail('must not have {m,n} with n below m', 'swap the numbers');
    if (minimum > MAX_REPETITIONS || (maximum !== Infinity && maximum > MAX_REPETITIONS)) {
      this.fail(`must not repeat more than ${MAX_REPETITIONS} times`, 'a message has at most 500 characters');
    }
    this.index += text.length;
    return [minimum, maximum];
  }

  private atom(): PatternNode {
    const character = this.next!;
    if ('*+?{'.includes(character)) this.fail(`must have something before ${character}`, `escape it as \\${character}`);
    if (character === '(') return this.group();
    if (character === '[') return this.set();
    if (character === '\\') return this.escape();
    this.index++;
    if (character === '.') return { type: 'set', properties: '', ranges: [10, 10], isNegated: true };
    if (character === '^') return { type: 'start' };
    if (character === '$') return { type: 'end' };
    return this.literal(character);
  }

  private group(): PatternNode {
    if (++this.depth > MAX_DEPTH) this.fail(`must have at most ${MAX_DEPTH} groups inside each other`, 'simplify the pattern');
    this.index++;
    if (this.next === '?') {
      if (this.characters[this.index + 1] !== ':') this.fail('must not have groups other than (…) and (?:…)', LOOKAROUND_ADVICE);
      this.index += 2;
    }
    const node = this.alternatives();
    if (this.next !== ')') this.fail('must not have ( without )', 'add the ), or escape it as \\(');
    this.index++;
    this.depth--;
    return node;
  }

  /** Characters that are compared as several become a sequence. */
  private literal(character: string): PatternNode {
    const nodes = comparedCharacters(character).map((part): PatternNode => ({ type: 'character', codePoint: part.codePointAt(0)! }));
    if (nodes.length === 0) {
      this.fail(`must not have the character U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`, 'remove it, because it is ignored in messages');
    }
    return nodes.length === 1 ? nodes[0] : { type: 'sequence', nodes };
  }

  private escape(): PatternNode {
    this.index++;
    const character = this.next;
    if (character === 'b' || character === 'B') {
      this.index++;
      return { type: character === 'b' ? 'wordBoundary' : 'noWordBoundary' };
    }
    const escaped = this.escapedSetOrCharacter();
    return typeof escaped === 'string' ? this.literal(escaped) : escaped;
  }

  private escapedSetOrCharacter(): PatternSet | string {
    const character = this.next;
    if (character === undefined) this.fail('must not end with \\', 'remove it, or escape it as \\\\');
    if (/[1-9k]/.test(character)) this.fail('must not have backreferences', 'write the words out, because repeated text cannot be found in linear time');
    if (character === 'p' || character === 'P') return this.property();
    if (character === 'u') return this.codePoint();
    this.index++;
    const set = SETS[character.toLowerCase()];
    if (set) return { type: 'set', ...set, isNegated: character < 'a' };
    if (character in CONTROL_CHARACTERS) return CONTROL_CHARACTERS[character];
    if (/[A-Za-z0]/.test(character)) {
      this.index--;
      this.fail(`must not have \\${character}`, 'use \\d, \\w, \\s, \\b, \\p{…}, \\u{…}, \\n, \\r, \\t, or escape only punctuation');
    }
    return character;
  }

  private property(): PatternSet {
    const match = /^[pP](\{[A-Za-z_=]+\})/.exec(this.characters.slice(this.index, this.index + 60).join(''));
    if (!match) this.fail('must have \\p only as \\p{…}', 'name a Unicode property, such as \\p{L}');
    const properties = `\\p${match[1]}`;
    try {
      new RegExp(properties, 'u');
    } catch {
      this.fail(`must have only properties of Unicode, got ${properties}`, 'use for example \\p{L} or \\p{Script=Greek}');
    }
    this.index += match[0].length;
    return { type: 'set', properties, ranges: [], isNegated: match[0].startsWith('P') };
  }

  private codePoint(): string {
    const match = /^u\{([0-9a-f]{1,6})\}/i.exec(this.characters.slice(this.index, this.index + 9).join(''));
    if (!match || parseInt(match[1], 16) > 0x10ffff) this.fail('must have \\u only as \\u{…} with a code point', 'write for example \\u{1F600}');
    this.index += match[0].length;
    return String.fromCodePoint(parseInt(match[1], 16));
  }

  private set(): PatternNode {
    this.index++;
    const isNegated = this.next === '^';
    if (isNegated) this.index++;
    let properties = '';
    const ranges: number[] = [];
    for (let isFirst = true; this.next !== ']' || isFirst; isFirst = false) {
      if (this.next === undefined) this.fail('must not have [ without ]', 'add the ], or escape it as \\[');
      const member = this.setMember();
      if (typeof member === 'string') {
        ranges.push(...this.range(member));
        continue;
      }
      if (member.isNegated) this.fail('must not have a negated set in [ ]', 'use the set without [ ], or negate all of it with [^ ]');
      properties += member.properties;
      ranges.push(...member.ranges);
    }
    this.index++;
    return { type: 'set', properties, ranges, isNegated };
  }

  private setMember(): PatternSet | string {
    if (this.next !== '\\') return this.characters[this.index++];
    this.index++;
    return this.escapedSetOrCharacter();
  }

  /** Returns the code points from a member to the one after a hyphen, as they are compared. */
  private range(first: string): number[] {
    let last = first;
    if (this.next === '-' && this.characters[this.index + 1] !== ']' && this.characters[this.index + 1] !== undefined) {
      this.index++;
      const member = this.setMember();
      if (typeof member !== 'string') this.fail('must not have a range to a set of characters', 'end the range with a character, or escape the hyphen as \\-');
      last = member;
    }
    const [from, to] = [first.codePointAt(0)!, last.codePointAt(0)!];
    if (to < from) this.fail('must not have a range that ends before it starts', 'swap its ends');
    if (from === to && comparedCharacters(first).length !== 1) {
      this.fail(`must not have ${JSON.stringify(first)} in [ ], which is compared as ${JSON.stringify(comparedCharacters(first).join(''))}`, `write (?:[…]|${first})`);
    }
    return [from, to, ...lowerCaseOf(from, to)];
  }
}

/** Returns the code points of a range that are other ones when compared, in pairs. Messages are in lower case. */
function lowerCaseOf(from: number, to: number): number[] {
  const ranges: number[] = [];
  // No script with two cases, and no compatibility form that is one character, is above.
  for (let codePoint = from; codePoint <= Math.min(to, 0x1ffff); codePoint++) {
    if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
    const folded = comparedCharacters(String.fromCodePoint(codePoint));
    if (folded.length !== 1) continue;
    const other = folded[0].codePointAt(0)!;
    if (other >= from && other <= to) continue;
    if (other === ranges[ranges.length - 1] + 1) ranges[ranges.length - 1] = other;
    else ranges.push(other, other);
  }
  return ranges;
}
