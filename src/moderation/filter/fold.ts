import { ACCENT, isUnmistakable, latinLettersOf, LEET, leetLettersOf, LETTER, LOOK_ALIKE, SPACE, typeOf, withoutAccent } from './characters';

/**
 * A text as it is compared: without case, compatibility forms, invisible characters and decorating marks.
 *
 * A unit is a UTF-16 unit of the folded text. Each has its range in the original, so that what is found can be masked there.
 */
export interface FoldedText {
  readonly original: string;
  readonly length: number;
  readonly units: readonly number[];
  readonly types: readonly number[];
  /** What each unit can also be read as. */
  readonly readings: readonly (readonly Reading[])[];
  /** Start and end of the character in the original. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Whether the text is in another alphabet, of which it has letters that look like no Latin letter. */
  readonly isOtherAlphabet: boolean;
}

export interface Reading {
  readonly unit: number;
  /** Why the other unit can be read as this one. */
  readonly kind: number;
}

interface FoldedUnit {
  readonly unit: number;
  readonly type: number;
  /** At most two. */
  readonly readings: readonly Reading[];
}

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
/** Invisible characters, halves of characters, and Arabic letters that only lengthen a word. */
const INVISIBLE = /[\p{DI}\p{Cf}\p{Cs}\u00ad\u0640\u3164\u115f\u1160\ufffd]/u;
/** Marks that decorate: combining marks without a script, the points of Hebrew, and skin tones. */
const DECORATION = /(?:(?=\p{sc=Inherited})\p{M})|[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u{1f3fb}-\u{1f3ff}]/u;

/** Enough for the characters of several languages. */
const MAX_CACHED = 4096;
const cache = new Map<string, FoldedCharacter>();

const ASCII: readonly FoldedUnit[] = Array.from({ length: 128 }, (_, code) => foldAscii(code));

function foldAscii(code: number): FoldedUnit {
  const character = String.fromCharCode(code);
  return { unit: character.toLowerCase().charCodeAt(0), type: typeOf(character), readings: readingsAs(LEET, leetLettersOf(character)) };
}

/** Folds a text. */
export function fold(original: string): FoldedText {
  const units: number[] = [];
  const types: number[] = [];
  const readings: (readonly Reading[])[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let isOtherAlphabet = false;
  const add = (folded: FoldedUnit, start: number, end: number) => {
    units.push(folded.unit);
    types.push(folded.type);
    readings.push(folded.readings);
    starts.push(start);
    ends.push(end);
  };
  for (let start = 0; start < original.length;) {
    const code = original.charCodeAt(start);
    if (code < 128 && !(original.charCodeAt(start + 1) >= 0x300)) {
      add(ASCII[code], start, ++start);
      continue;
    }
    const end = endOfCharacter(original, start);
    const character = foldCharacter(original.slice(start, end));
    isOtherAlphabet ||= character.isOtherAlphabet;
    // What is invisible is masked with the character before it.
    if (character.units.length === 0 && ends.length > 0) ends[ends.length - 1] = end;
    for (const unit of character.units) add(unit, start, end);
    start = end;
  }
  return { original, length: units.length, units, types, readings, starts, ends, isOtherAlphabet };
}

/** Returns an entry of a list as it is compared: its units without separators, and a space between words. */
export function foldEntry(entry: string, ignoreAccents: boolean): string {
  const { length, readings, types, units } = fold(entry);
  let folded = '';
  let isAfterSeparator = false;
  for (let index = 0; index < length; index++) {
    if (types[index] <= SPACE) {
      isAfterSeparator = true;
      continue;
    }
    if (isAfterSeparator && folded !== '') folded += ' ';
    isAfterSeparator = false;
    const [first] = readings[index];
    folded += String.fromCharCode(ignoreAccents && first?.kind === ACCENT ? first.unit : units[index]);
  }
  return folded;
}

/** Returns the characters that one becomes in a folded text, as patterns see them: none if it is ignored. */
export function comparedCharacters(character: string): string[] {
  const block = blockLetter(character);
  if (block) return [String.fromCharCode(block.units[0].readings[0].unit)];
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
  const reading = { unit: 'a'.charCodeAt(0) + index, kind: LOOK_ALIKE };
  return { units: [{ unit: FIRST_BLOCK_LETTER + index, type: LETTER, readings: [reading] }], isOtherAlphabet: false };
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
    const readings = readingsOf(codePoint, isDecorated);
    isOtherAlphabet ||= readings.length === 0 && isUnmistakable(codePoint);
    units.push({ unit: codePoint.charCodeAt(0), type, readings });
    if (codePoint.length > 1) units.push({ unit: codePoint.charCodeAt(1), type, readings: [] });
  }
  return { units, isOtherAlphabet };
}

/** In lower case, where `İ` is two code points and the dot is a mark that decorates. */
function normalize(character: string): string {
  return character.normalize('NFKC').toLowerCase().normalize('NFC').replaceAll('ß', 'ss');
}

/** Returns at most two units that a letter or symbol can be read as, and why. */
function readingsOf(codePoint: string, isDecorated: boolean): Reading[] {
  const leet = leetLettersOf(codePoint);
  if (leet !== '') return readingsAs(LEET, leet);
  const letters = latinLettersOf(codePoint);
  if (letters !== '') return readingsAs(LOOK_ALIKE, letters);
  const base = withoutAccent(codePoint);
  if (base === undefined) return [];
  return [...readingsAs(isDecorated ? LOOK_ALIKE : ACCENT, base), ...readingsAs(LOOK_ALIKE, latinLettersOf(base).slice(0, 1))];
}

function readingsAs(kind: number, letters: string): Reading[] {
  return [...letters].map(letter => ({ unit: letter.charCodeAt(0), kind }));
}
