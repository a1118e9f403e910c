import { LOOK_ALIKES } from './look-alikes';

/** What a unit of a folded text is. Those above `SPACE` belong to words. */
export const SEPARATOR = 0, SPACE = 1, LETTER = 2, DIGIT = 3;
/** A letter of a script that is written without spaces. */
export const SPACELESS_LETTER = 4;
export const KATAKANA = 5;
/** An emoji or another symbol. */
export const SYMBOL = 6;

/** Why a unit can be read as another one. */
export const LEET = 1, LOOK_ALIKE = 2, ACCENT = 3;

/** Digits and symbols, each with the letters it can stand for. */
const LEET_LETTERS = pairsOf('0o 1il 2z 3e 4a 5s 6g 7t 8b 9g @a $s !i |li +t (c #h €e £l ¢c ¥y ¡i §s');

/** Letters with an accent that Unicode does not decompose. */
const UNDECOMPOSED_ACCENTS = pairsOf('ıi øo đd łl ħh ŧt');

const LATIN_LETTERS = new Map<string, string>();
const OTHER_LETTERS = new Map<number, number[]>();
for (const [letter, ...others] of LOOK_ALIKES) {
  for (const other of others) LATIN_LETTERS.set(other, (LATIN_LETTERS.get(other) ?? '') + letter);
  // Entries have letters of these blocks, and all of them are one unit: Greek, Cyrillic and Armenian.
  OTHER_LETTERS.set(letter.charCodeAt(0), others.map(other => other.codePointAt(0)!).filter(isGreekCyrillicOrArmenian));
}

function isGreekCyrillicOrArmenian(codePoint: number): boolean {
  return codePoint >= 0x370 && codePoint < 0x590;
}

const SPACELESS = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const KATAKANA_LETTER = /[\p{sc=Katakana}\u30fc]/u;
const LETTER_OR_MARK = /[\p{L}\p{M}]/u;
const NUMBER = /\p{N}/u;
const WHITE_SPACE = /[\s\u2800]/u;
const SYMBOLS = /[\p{So}\p{Sk}\p{Emoji_Presentation}\p{Extended_Pictographic}]/u;
const OTHER_ALPHABET = /[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Armenian}\p{sc=Cherokee}\p{sc=Coptic}\p{sc=Lisu}]/u;

export function typeOf(character: string): number {
  if (character < '\u0080') {
    if (/[a-z]/i.test(character)) return LETTER;
    if (/\d/.test(character)) return DIGIT;
    return /\s/.test(character) ? SPACE : SEPARATOR;
  }
  if (SPACELESS.test(character)) return SPACELESS_LETTER;
  if (KATAKANA_LETTER.test(character)) return KATAKANA;
  if (LETTER_OR_MARK.test(character)) return LETTER;
  if (NUMBER.test(character)) return DIGIT;
  if (WHITE_SPACE.test(character)) return SPACE;
  return SYMBOLS.test(character) ? SYMBOL : SEPARATOR;
}

/** Returns the letters that a digit or a symbol can stand for: at most two. */
export function leetLettersOf(character: string): string {
  return LEET_LETTERS.get(character) ?? '';
}

/** Returns the Latin letters that a character looks like: at most two. */
export function latinLettersOf(character: string): string {
  return LATIN_LETTERS.get(character) ?? '';
}

/** Returns the Greek, Cyrillic and Armenian letters that look like a Latin letter. */
export function otherLettersOf(latinLetter: number): readonly number[] {
  return OTHER_LETTERS.get(latinLetter) ?? [];
}

/** Whether a unit of an entry is a letter of another script that looks like a Latin letter. */
export function isOtherLetter(character: string): boolean {
  return isGreekCyrillicOrArmenian(character.charCodeAt(0)) && LATIN_LETTERS.has(character);
}

/** Whether a character can only be text in another alphabet, because it looks like no Latin letter. */
export function isUnmistakable(character: string): boolean {
  return OTHER_ALPHABET.test(character) && !LATIN_LETTERS.has(character);
}

/** Returns a letter without its accent, or undefined if it has none. In scripts such as Hangul and kana, marks make other letters. */
export function withoutAccent(letter: string): string | undefined {
  const undecomposed = UNDECOMPOSED_ACCENTS.get(letter);
  if (undecomposed !== undefined) return undecomposed;
  const base = String.fromCodePoint(letter.normalize('NFD').codePointAt(0)!);
  return base !== letter && base.charCodeAt(0) < 0x590 && LETTER_OR_MARK.test(base) ? base : undefined;
}

/** Returns the characters after the first one of each part, by that first one. */
function pairsOf(parts: string): Map<string, string> {
  return new Map(parts.split(' ').map(part => [part[0], part.slice(1)]));
}
