import type { Match } from './match';

// Not Intl.Segmenter, which takes 10 ms when it is first used. Rather too much in one character than too little.
const EXTENDS = /[\p{M}\u0e33\u0eb3\u200c\u200d\u{1f3fb}-\u{1f3ff}\u{e0020}-\u{e007f}\uff9e\uff9f]/u;
/** Those of Unicode 17, as the next expression. */
const PREPENDS = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\u{110bd}\u{110cd}\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/u;
/** A mark that joins two consonants of an Indic script. */
const ENDS_WITH_LINKER = /[\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6\u{10a3f}\u{11133}\u{113d0}\u{1193e}\u{11a47}\u{11a99}\u{11f42}]\p{M}*$/u;
const REGIONAL_INDICATOR = /\p{RI}/u;
const HANGUL = /[\u1100-\u11ff\uac00-\ud7ff\ua960-\ua97f]/;
const JAMO = /[\u1100-\u11ff\ud7b0-\ud7ff\ua960-\ua97f]/;
const ZERO_WIDTH_JOINER = '\u200d';

/** Replaces what was found by asterisks: one for each character as readers see it, so that none is cut and the text is never longer. */
export function mask(text: string, matches: readonly Match[]): string {
  const isFound = new Uint8Array(text.length);
  for (const { end, start } of matches) isFound.fill(1, start, end);
  let masked = '';
  let index = 0;
  for (const character of /^[\x00-\x0c\x0e-\x7f]*$/.test(text) ? text : graphemesOf(text)) {
    masked += isFound.subarray(index, index + character.length).includes(1) ? '*' : character;
    index += character.length;
  }
  return masked;
}

function graphemesOf(text: string): string[] {
  const graphemes: string[] = [];
  let current = '';
  let last = '';
  let indicators = 0;
  for (const codePoint of text) {
    const isIndicator = REGIONAL_INDICATOR.test(codePoint);
    if (current !== '' && (isJoined(current, last, codePoint) || (isIndicator && indicators % 2 === 1))) {
      current += codePoint;
    } else {
      if (current !== '') graphemes.push(current);
      current = codePoint;
      if (!isIndicator) indicators = 0;
    }
    if (isIndicator) indicators++;
    last = codePoint;
  }
  if (current !== '') graphemes.push(current);
  return graphemes;
}

function isJoined(current: string, last: string, next: string): boolean {
  return EXTENDS.test(next) || last === ZERO_WIDTH_JOINER || PREPENDS.test(last) || ENDS_WITH_LINKER.test(current)
    || (last === '\r' && next === '\n')
    || (HANGUL.test(last) && HANGUL.test(next) && JAMO.test(last + next));
}
