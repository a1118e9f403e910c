import * as fc from 'fast-check';

/** Entries of a list, in several scripts. */
export const FUZZED_WORDS = ['fuck', 'idiot*', '*scheiße*', 'shut up', 'сука', 'ばか', '馬鹿', 'كلب', 'कमीना', '🖕', '👩‍👩‍👧', '🇩🇪'];

/** Characters of many kinds, and pieces of the words. */
const piece = fc.oneof(
  fc.constantFrom(
    ...FUZZED_WORDS, 'f u c k', 'ﷺ', 'İ', 'ß', '\u200d', '\u200b', '\u0301', '\ufe0f', '🏽', '\ud83d', '\ude00', '\u1100\u1161\u11a8', 'क्षि', 'กำ', '\r\n', '0', '$',
  ),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);

export const FUZZED_MESSAGE = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''));

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether a masked message is longer than the original, in characters or in bytes. */
export function isLonger(original: string, masked: string): boolean {
  return [...masked].length > [...original].length || Buffer.byteLength(masked) > Buffer.byteLength(original);
}

/** Whether a masked message has half a character that the original does not have. */
export function hasBrokenSurrogates(original: string, masked: string): boolean {
  return !LONE_SURROGATE.test(original) && LONE_SURROGATE.test(masked);
}

/** Whether an asterisk stands for a part of what readers see as one character, or another character was changed. */
export function hasSplitCharacters(original: string, masked: string): boolean {
  const characters = [...segmenter.segment(original)].map(({ segment }) => segment);
  // For each index of the masked text, how many characters of the original can be before it.
  const counts = Array.from({ length: masked.length + 1 }, () => new Set<number>());
  counts[0].add(0);
  for (let index = 0; index < masked.length; index++) {
    for (const count of counts[index]) {
      const character = characters[count];
      if (character !== undefined && masked.startsWith(character, index)) counts[index + character.length].add(count + 1);
      if (masked[index] === '*') for (let next = count + 1; next <= characters.length; next++) counts[index + 1].add(next);
    }
  }
  return !counts[masked.length].has(characters.length);
}
