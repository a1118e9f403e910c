import type { Budget } from './budget';
import type { Match } from './match';
import { ACCENT, LEET, LETTER, LOOK_ALIKE, otherLettersOf, SEPARATOR, SPACE, SPACELESS_LETTER, SYMBOL } from '../../src/moderation/filter/characters';
import type { WordsData, WordTable } from '../../src/moderation/filter/filter-file';
import type { FoldedText, Reading } from '../../src/moderation/filter/fold';

const ASTERISK = '*'.charCodeAt(0);
const L = 'l'.charCodeAt(0);
const BLANK = ' '.charCodeAt(0);

/** Separators that are between the letters of a word only to hide it. */
const HIDING_SEPARATORS = new Set([...'_*|~^`=#<>\\"%'].map(separator => separator.charCodeAt(0)));
const MAX_SEPARATORS = 3;

/** Doubled, these rarely make another word. */
const VOWELS = new Set([...'aeiouаеёиоуыэюяαεηιουω'].map(vowel => vowel.charCodeAt(0)));
/** Doubled after a vowel, these often make another word: raping, rapping. Beside another consonant they rarely do: fucck. */
const CONSONANTS = new Set([...'bcdfghjklmnpqrstvwxz'].map(consonant => consonant.charCodeAt(0)));
/** From this length on, most letters can be digits and symbols. Shorter entries would be found in codes: A55. */
const MIN_LEET_LENGTH = 5;
/** Spaced letters of shorter entries are found in abbreviations. */
const MIN_SPACED_LENGTH = 3;

/** Entries that the text can still be, and how it was read so far. */
interface Candidate {
  /** Range of the sorted entries. */
  readonly low: number;
  readonly high: number;
  /** Number of their units that were read. */
  readonly depth: number;
  /** Number of digits and symbols that were read as letters. A doubled vowel counts as two. */
  readonly leet: number;
  /** Number of letters that were read as letters of another alphabet. */
  readonly lookAlikes: number;
  /** Whether there is something between all letters. */
  readonly isSpaced: boolean;
}

/** Finds the words of a rule, except in phrases that the list allows. */
export class WordFinder {
  private readonly blocked: TableFinder[];
  private readonly allowed: TableFinder[];

  constructor({ allowed, blocked, ignoreAccents }: WordsData) {
    this.blocked = findersOf(blocked, ignoreAccents);
    this.allowed = findersOf(allowed, ignoreAccents);
  }

  public find(text: FoldedText, budget: Budget): Match[] {
    const found = findLongest(this.blocked, text, budget);
    if (found.length === 0 || this.allowed.length === 0) return found;
    const allowed = findLongest(this.allowed, text, budget);
    return found.filter(match => !allowed.some(({ end, start }) => start <= match.start && end >= match.end));
  }
}

function findersOf({ hasLookAlikes, parts, words }: WordTable, ignoreAccents: boolean): TableFinder[] {
  return [words, parts].filter(entries => entries.length > 0)
    .map(entries => new TableFinder(entries, entries === parts, hasLookAlikes, ignoreAccents));
}

/** Returns the longest match at each position, from left to right. */
function findLongest(finders: readonly TableFinder[], text: FoldedText, budget: Budget): Match[] {
  const matches: Match[] = [];
  for (let index = 0; index < text.length;) {
    let end = 0;
    if (text.types[index] > SPACE || text.readings[index].length > 0) {
      for (const finder of finders) end = Math.max(end, finder.longestAt(text, index, budget));
    }
    if (end > index) matches.push({ start: text.starts[index], end: text.ends[end - 1] });
    index = Math.max(end, index + 1);
  }
  return matches;
}

/** Finds the entries of one sorted list. */
class TableFinder {
  /** Ranges of the entries by their first unit. */
  private readonly firstUnits = new Map<number, [number, number]>();
  private text!: FoldedText;
  private budget!: Budget;
  private start = 0;
  private end = 0;

  constructor(
    private readonly entries: readonly string[], private readonly areParts: boolean, private readonly hasLookAlikes: boolean,
    private readonly ignoreAccents: boolean,
  ) {
    for (let first = 0, end = 0; first < entries.length; first = end) {
      const unit = entries[first].charCodeAt(0);
      end = firstIndex(first, entries.length, index => entries[index].charCodeAt(0) > unit);
      this.firstUnits.set(unit, [first, end]);
    }
  }

  /** Returns the end of the longest entry that starts at an index, or 0. */
  public longestAt(text: FoldedText, index: number, budget: Budget): number {
    if (!this.areParts && !isBoundary(text, index)) return 0;
    this.text = text;
    this.budget = budget;
    this.start = index;
    this.end = 0;
    this.read(index, { low: 0, high: this.entries.length, depth: 0, leet: 0, lookAlikes: 0, isSpaced: false });
    return this.end;
  }

  /** Reads the unit at an index in each way it can be read. */
  private read(index: number, candidate: Candidate): void {
    const { text } = this;
    if (index >= text.length || !this.budget.spend()) return;
    const unit = text.units[index];
    if (text.types[index] > SPACE) {
      this.take(index, unit, candidate);
      if (this.hasLookAlikes && unit < 128) this.readAsOtherLetter(index, unit, candidate);
    }
    for (const reading of text.readings[index]) this.readAs(index, reading, candidate);
  }

  private readAs(index: number, { kind, unit }: Reading, candidate: Candidate): void {
    if (kind === ACCENT && !this.ignoreAccents) return;
    const leet = candidate.leet + (kind === LEET ? 1 : 0);
    // Letters of a text in another alphabet are what they are.
    const lookAlikes = candidate.lookAlikes + (kind === LOOK_ALIKE && this.text.isOtherAlphabet ? 1 : 0);
    this.take(index, unit, { ...candidate, leet, lookAlikes });
    if (this.hasLookAlikes && kind === LOOK_ALIKE) this.readAsOtherLetter(index, unit, candidate);
  }

  /** Reads a Latin letter as those of other alphabets that look like it. */
  private readAsOtherLetter(index: number, latinLetter: number, candidate: Candidate): void {
    for (const unit of otherLettersOf(latinLetter)) this.take(index, unit, { ...candidate, lookAlikes: candidate.lookAlikes + 1 });
  }

  private take(index: number, unit: number, candidate: Candidate): void {
    const range = this.narrow(candidate, unit);
    if (!range) return;
    const next = { ...candidate, low: range[0], high: range[1], depth: candidate.depth + 1 };
    this.settle(index + 1, next);
    this.proceed(index + 1, next);

    const end = this.endOfRun(index);
    const isSecondOfRun = index > this.start && this.text.units[index - 1] === this.text.units[index];
    const isLong = end - index >= 3 || isSecondOfRun;
    if (end - index < 2 || this.text.types[index] !== LETTER || !(isLong || VOWELS.has(unit) || this.isDisguise(index, unit))) return;
    // A letter three times or more is as often as the entry has it.
    const shortened = { ...next, leet: next.leet + (isLong ? 0 : 2) };
    this.settle(end, shortened);
    this.proceed(end, shortened);
  }

  /** Whether a doubled consonant is beside another consonant, or at the start of a word, where only Spanish doubles one. */
  private isDisguise(index: number, unit: number): boolean {
    if (!CONSONANTS.has(unit)) return false;
    const { units } = this.text;
    return index === this.start ? !this.areParts && unit !== L : CONSONANTS.has(units[index - 1]) || CONSONANTS.has(units[index + 2]);
  }

  private endOfRun(index: number): number {
    const { length, units } = this.text;
    let end = index + 1;
    while (end < length && units[end] === units[index]) end++;
    return end;
  }

  /** Notes the end of a match if an entry ends here. */
  private settle(end: number, candidate: Candidate): void {
    const { depth, isSpaced, leet, lookAlikes, low } = candidate;
    if (end <= this.end || leet > (depth < MIN_LEET_LENGTH ? 0.5 : 0.75) * depth || 2 * lookAlikes > depth) return;
    if (isSpaced && depth < MIN_SPACED_LENGTH && this.text.types[this.start] !== SPACELESS_LETTER) return;
    if (this.entries[low].length === depth && isBoundary(this.text, end)) {
      this.end = end;
      return;
    }
    if (this.narrow(candidate, ASTERISK)) this.end = this.endOfWord(end);
  }

  private endOfWord(index: number): number {
    let end = index;
    while (end < this.text.length && this.text.types[end] > SPACE && !isBoundary(this.text, end)) end++;
    return end;
  }

  /** Goes on to the next unit: directly, over what is between two words, or over what hides a word. */
  private proceed(index: number, candidate: Candidate): void {
    const { length, types } = this.text;
    if (index >= length) return;
    const { depth, isSpaced } = candidate;
    if (!isSpaced || this.isAlone(index)) this.read(index, candidate);
    if (types[index] > SPACE) return;
    const { end, hides, isWhite } = this.separatorsAt(index);
    if (end === index || end >= length) return;
    const phrase = this.narrow(candidate, BLANK);
    if (phrase) this.read(end, { ...candidate, low: phrase[0], high: phrase[1], depth: depth + 1, isSpaced: false });
    const isBetweenSingles = this.isAlone(index - 1) && this.isAlone(end);
    if ((isSpaced || depth === 1) && isBetweenSingles) this.read(end, { ...candidate, isSpaced: true });
    // Never between two parts that can be words.
    else if (!isWhite && !isSpaced && (hides || this.isAlone(index - 1) || this.isAlone(end))) this.read(end, candidate);
  }

  private separatorsAt(index: number): { end: number; isWhite: boolean; hides: boolean } {
    const { length, readings, types, units } = this.text;
    let [end, isWhite, hides] = [index, false, true];
    for (; end < length && types[end] <= SPACE && end - index <= MAX_SEPARATORS; end++) {
      // A symbol alone can be a letter.
      if (end > index && readings[end].length > 0 && types[end] === SEPARATOR && this.isAlone(end)) break;
      isWhite ||= types[end] === SPACE;
      hides &&= HIDING_SEPARATORS.has(units[end]);
    }
    return { end, isWhite, hides };
  }

  /** Whether a unit is of one letter between separators. */
  private isAlone(index: number): boolean {
    const { length, readings, starts, types } = this.text;
    if (index < 0 || index >= length || (types[index] <= SPACE && readings[index].length === 0)) return false;
    // One letter can be several units.
    let [first, last] = [index, index];
    while (starts[first - 1] === starts[index]) first--;
    while (last + 1 < length && starts[last + 1] === starts[index]) last++;
    return (first === 0 || types[first - 1] <= SPACE) && (last + 1 >= length || types[last + 1] <= SPACE);
  }

  /** Returns the range of the entries that go on with a unit. */
  private narrow({ depth, high, low }: Candidate, unit: number): [number, number] | undefined {
    if (depth === 0) return this.firstUnits.get(unit);
    const { entries } = this;
    // Shorter entries come first: their unit is NaN, which is not greater than or equal to anything.
    const first = firstIndex(low, high, index => entries[index].charCodeAt(depth) >= unit);
    if (first === high || entries[first].charCodeAt(depth) !== unit) return undefined;
    if (entries[high - 1].charCodeAt(depth) === unit) return [first, high];
    return [first, firstIndex(first, high, index => entries[index].charCodeAt(depth) > unit)];
  }
}

/** Returns the first index of a range that meets a condition, which all indexes after it meet as well. */
function firstIndex(low: number, high: number, meets: (index: number) => boolean): number {
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (meets(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether a word can start at an index, or end before it. */
function isBoundary({ length, types }: FoldedText, index: number): boolean {
  if (index === 0 || index >= length) return true;
  const before = types[index - 1];
  const after = types[index];
  if (before <= SPACE || after <= SPACE) return true;
  if (isBoundaryByItself(before) || isBoundaryByItself(after)) return true;
  // A letter and a digit, or katakana and another script.
  return before !== after;
}

function isBoundaryByItself(type: number): boolean {
  return type === SPACELESS_LETTER || type === SYMBOL;
}
