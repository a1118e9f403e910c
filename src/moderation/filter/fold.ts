import {
  ACCENT, isUnmistakable, latinLettersOf, LEET, leetLettersOf, LETTER, LOOK_ALIKE, NO_READING, SPACE, typeOf, withoutAccent,
} from './characters';

/**
 * A text as it is compared: without case, compatibility forms, invisible characters and decorating marks.
 *
 * A unit is a UTF-16 unit of the folded text. Each has its range in the original, so that what is found can be masked there.
 */
export interface FoldedText {
  readonly original: string;
  readonly length: number;
  readonly units: Uint16Array;
  readonly types: Uint8Array;
  /** Units that a unit can also be read as, 0 for none, and why. */
  readonly firstReadings: Uint16Array;
  readonly firstKinds: Uint8Array;
  readonly secondReadings: Uint16Array;
  readonly secondKinds: Uint8Array;
  /** Start and end of the character in the original. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** Whether the text is in another alphabet, of which it has letters that look like no Latin letter. */
  readonly isOtherAlphabet: boolean;
}

/** The unit, its type, and two readings with their kinds. */
type FoldedUnit = readonly [unit: number, type: number, first: number, firstKind: number, second: number, secondKind: number];

interface FoldedCharacter {
  readonly units: readonly FoldedUnit[];
  readonly isOtherAlphabet: boolean;
}

/** Regional indicators and letters in negative circles and squares, which have no compatibility form. */
const LETTER_BLOCKS = [0x1f150, 0x1f170, 0x1f1e6];
/** What such a letter becomes: private use characters, so that two of them are not a word unless an entry is found. */
export const FIRST_BLOCK_LETTER = 0xe000;
export const LAST_BLOCK_LETTER = FIRST_BLOCK_LETTER + 25;

/** What belongs to the character before it. */
const EXTENDS = /[\p{M}\uff9e\uff9f\u{1f3fb}-\u{1f3ff}]/u;
/** Invisible characters, and Arabic letters that only lengthen a word. */
const INVISIBLE = /[\p{DI}\p{Cf}\u00ad\u0640\u3164\u115f\u1160]/u;
/** Marks that decorate: combining marks without a script, the points of Hebrew, and skin tones. */
const DECORATION = /(?:(?=\p{sc=Inherited})\p{M})|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u{1f3fb}-\u{1f3ff}]/u;

/** Enough for the characters of several languages. */
const MAX_CACHED = 4096;
const cache = new Map<string, FoldedCharacter>();

const ASCII: readonly FoldedUnit[] = Array.from({ length: 128 }, (_, code) => foldAscii(code));

function foldAscii(code: number): FoldedUnit {
  const character = String.fromCharCode(code);
  const [first = 0, second = 0] = [...leetLettersOf(character)].map(letter => letter.charCodeAt(0));
  return [character.toLowerCase().charCodeAt(0), typeOf(character), first, first ? LEET : NO_READING, second, second ? LEET : NO_READING];
}

/** Folds a text. */
export function fold(original: string): FoldedText {
  const buffer = new UnitBuffer(original.length);
  let isOtherAlphabet = false;
  for (let start = 0; start < original.length;) {
    const code = original.charCodeAt(start);
    if (code < 128 && !(original.charCodeAt(start + 1) >= 0x300)) {
      buffer.add(ASCII[code], start, ++start);
      continue;
    }
    const end = endOfCharacter(original, start);
    const character = foldCharacter(original.slice(start, end));
    isOtherAlphabet ||= character.isOtherAlphabet;
    // What is invisible is masked with the character before it.
    if (character.units.length === 0) buffer.extendLast(end);
    for (const unit of character.units) buffer.add(unit, start, end);
    start = end;
  }
  return buffer.toText(original, isOtherAlphabet);
}

/** Returns an entry of a list as it is compared: its units without separators, and a space between words. */
export function foldEntry(entry: string, ignoreAccents: boolean): string {
  const { firstKinds, firstReadings, length, types, units } = fold(entry);
  let folded = '';
  let isAfterSeparator = false;
  for (let index = 0; index < length; index++) {
    if (types[index] <= SPACE) {
      isAfterSeparator = true;
      continue;
    }
    if (isAfterSeparator && folded !== '') folded += ' ';
    isAfterSeparator = false;
    folded += String.fromCharCode(ignoreAccents && firstKinds[index] === ACCENT ? firstReadings[index] : units[index]);
  }
  return folded;
}

/** Returns the characters that one becomes in a folded text, as patterns see them: none if it is ignored. */
export function comparedCharacters(character: string): string[] {
  const block = blockLetter(character);
  if (block) return [String.fromCharCode(block.units[0][2])];
  return [...normalize(character)].filter(part => !DECORATION.test(part) && !INVISIBLE.test(part));
}

function endOfCharacter(text: string, start: number): number {
  let end = start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
  while (end < text.length && text.charCodeAt(end) >= 0x300) {
    const next = String.fromCodePoint(text.codePointAt(end)!);
    if (!EXTENDS.test(next) && !isJamoSequence(text, end)) break;
    end += next.length;
  }
  return end;
}

/** A vowel or a final consonant of Hangul after another letter of its syllable. */
function isJamoSequence(text: string, index: number): boolean {
  const [before, code] = [text.charCodeAt(index - 1), text.charCodeAt(index)];
  return code >= 0x1160 && code <= 0x11ff && before >= 0x1100 && before <= 0x11ff;
}

function foldCharacter(character: string): FoldedCharacter {
  const cached = cache.get(character);
  if (cached) return cached;
  const folded = blockLetter(character) ?? foldCodePoints(character);
  if (cache.size < MAX_CACHED) cache.set(character, folded);
  return folded;
}

function blockLetter(character: string): FoldedCharacter | undefined {
  const codePoint = character.codePointAt(0)!;
  const block = LETTER_BLOCKS.find(first => codePoint >= first && codePoint < first + 26);
  if (block === undefined) return undefined;
  const index = codePoint - block;
  return { units: [[FIRST_BLOCK_LETTER + index, LETTER, 'a'.charCodeAt(0) + index, LOOK_ALIKE, 0, NO_READING]], isOtherAlphabet: false };
}

function foldCodePoints(character: string): FoldedCharacter {
  const units: FoldedUnit[] = [];
  let isOtherAlphabet = false;
  const codePoints = [...normalize(character)];
  // Marks that are left after composition are not how a language writes its letters.
  const isDecorated = codePoints.some(codePoint => DECORATION.test(codePoint));
  for (const codePoint of codePoints) {
    if (DECORATION.test(codePoint) || INVISIBLE.test(codePoint)) continue;
    if (codePoint < '\u0080') {
      units.push(ASCII[codePoint.charCodeAt(0)]);
      continue;
    }
    const type = typeOf(codePoint);
    const [[first, firstKind] = [0, NO_READING], [second, secondKind] = [0, NO_READING]] = readingsOf(codePoint, isDecorated);
    isOtherAlphabet ||= first === 0 && isUnmistakable(codePoint);
    units.push([codePoint.charCodeAt(0), type, first, firstKind, second, secondKind]);
    if (codePoint.length > 1) units.push([codePoint.charCodeAt(1), type, 0, NO_READING, 0, NO_READING]);
  }
  return { units, isOtherAlphabet };
}

/** In lower case, where `İ` is two code points and the dot is a mark that decorates. */
function normalize(character: string): string {
  return character.normalize('NFKC').toLowerCase().normalize('NFC').replaceAll('ß', 'ss');
}

/** Returns at most two units that a letter or symbol can be read as, and why. */
function readingsOf(codePoint: string, isDecorated: boolean): [number, number][] {
  const readings = (letters: string, kind: number) => [...letters].map((letter): [number, number] => [letter.charCodeAt(0), kind]);
  const leet = leetLettersOf(codePoint);
  if (leet !== '') return readings(leet, LEET);
  const letters = latinLettersOf(codePoint);
  if (letters !== '') return readings(letters, LOOK_ALIKE);
  const base = withoutAccent(codePoint);
  if (base === undefined) return [];
  return [...readings(base, isDecorated ? LOOK_ALIKE : ACCENT), ...readings(latinLettersOf(base).slice(0, 1), LOOK_ALIKE)];
}

/** Grows, because one character can become 18 units. */
class UnitBuffer {
  private length = 0;
  private capacity: number;
  private bytes: Uint8Array[];
  private shorts: Uint16Array[];
  private positions: Uint32Array[];

  constructor(capacity: number) {
    this.capacity = capacity + 16;
    this.bytes = [0, 1, 2].map(() => new Uint8Array(this.capacity));
    this.shorts = [0, 1, 2].map(() => new Uint16Array(this.capacity));
    this.positions = [0, 1].map(() => new Uint32Array(this.capacity));
  }

  public add([unit, type, first, firstKind, second, secondKind]: FoldedUnit, start: number, end: number): void {
    if (this.length === this.capacity) this.grow();
    const index = this.length++;
    const { bytes, positions, shorts } = this;
    shorts[0][index] = unit;
    shorts[1][index] = first;
    shorts[2][index] = second;
    bytes[0][index] = type;
    bytes[1][index] = firstKind;
    bytes[2][index] = secondKind;
    positions[0][index] = start;
    positions[1][index] = end;
  }

  public extendLast(end: number): void {
    if (this.length > 0) this.positions[1][this.length - 1] = end;
  }

  public toText(original: string, isOtherAlphabet: boolean): FoldedText {
    const [types, firstKinds, secondKinds] = this.bytes;
    const [units, firstReadings, secondReadings] = this.shorts;
    const [starts, ends] = this.positions;
    return { original, length: this.length, units, types, firstReadings, firstKinds, secondReadings, secondKinds, starts, ends, isOtherAlphabet };
  }

  private grow(): void {
    this.capacity *= 2;
    const copy = <T extends Uint8Array | Uint16Array | Uint32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.bytes = this.bytes.map(array => copy(array, new Uint8Array(this.capacity)));
    this.shorts = this.shorts.map(array => copy(array, new Uint16Array(this.capacity)));
    this.positions = this.positions.map(array => copy(array, new Uint32Array(this.capacity)));
  }
}
