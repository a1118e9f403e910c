import { randomNumbers } from './data';

const LEET: Record<string, string> = { a: '4', b: '8', e: '3', g: '9', i: '1', l: '1', o: '0', s: '5', t: '7', z: '2' };
const HOMOGLYPHS: Record<string, string> = { a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' };

const eachLetter = (change: (letter: string, index: number) => string) => (word: string) => [...word].map(change).join('');
const between = (separator: string) => (word: string) => [...word].join(separator);

/**
 * Ways to disguise a word, with the share of words that must be found all the same. A word of which almost all letters are digits is a
 * number, and a consonant that is doubled after a vowel often makes another word, so the filter does not find all of those on purpose.
 */
export const DISGUISES: readonly { readonly name: string; readonly bar: number; readonly disguise: (word: string) => string }[] = [
  { name: 'as written', bar: 1, disguise: word => word },
  { name: 'zero width', bar: 1, disguise: between('\u200b') },
  { name: 'soft hyphen', bar: 1, disguise: between('\u00ad') },
  { name: 'zalgo', bar: 1, disguise: eachLetter(letter => `${letter}\u0336\u0321\u035c`) },
  { name: 'bidi', bar: 1, disguise: word => `\u202e${word.slice(0, 2)}\u202c${word.slice(2)}` },
  { name: 'spaced', bar: 1, disguise: between(' ') },
  { name: 'dotted', bar: 1, disguise: between('.') },
  { name: 'dashed', bar: 1, disguise: between('-') },
  { name: 'starred', bar: 1, disguise: between('*') },
  { name: 'homoglyphs', bar: 1, disguise: eachLetter(letter => HOMOGLYPHS[letter] ?? letter) },
  { name: 'full width', bar: 1, disguise: eachLetter(letter => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)) },
  { name: 'circled', bar: 1, disguise: eachLetter(letter => String.fromCharCode(letter.charCodeAt(0) - 97 + 0x24d0)) },
  { name: 'all leet', bar: 0.71, disguise: eachLetter(letter => LEET[letter] ?? letter) },
  { name: 'a doubled letter', bar: 0.74, disguise: doubled() },
  { name: 'a space within', bar: 0, disguise: word => `${word.slice(0, 2)} ${word.slice(2)}` },
];

function doubled(): (word: string) => string {
  const random = randomNumbers();
  return word => {
    const index = random(word.length);
    return word.slice(0, index + 1) + word.slice(index);
  };
}
