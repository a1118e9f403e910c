/** A way to write a word so that a filter may not find it. */
export interface Disguise {
  readonly name: string;
  /** Returns the word itself if it cannot be disguised this way. */
  readonly apply: (word: string) => string;
}

const LEET: Readonly<Record<string, string>> = { a: '4', b: '8', e: '3', g: '9', i: '1', l: '1', o: '0', s: '5', t: '7', z: '2' };
/** Cyrillic letters that look like Latin ones. */
const LOOK_ALIKES: Readonly<Record<string, string>> = { a: 'а', c: 'с', e: 'е', i: 'і', j: 'ј', o: 'о', p: 'р', s: 'ѕ', x: 'х', y: 'у' };

const VOWEL = /[aeiouäöüáéíóúàèìòùâêîôû]/i;
const LATIN_WORD = /^[a-z]+$/i;

const eachLetter = (change: (letter: string, index: number) => string) => (word: string) => [...word].map(change).join('');
const between = (separator: string) => (word: string) => [...word].map((letter, index, all) =>
  index < all.length - 1 && letter !== ' ' && all[index + 1] !== ' ' ? letter + separator : letter).join('');
const ifLatin = (change: (word: string) => string) => (word: string) => LATIN_WORD.test(word) ? change(word) : word;
const inTheMiddle = (change: (start: string, end: string) => string) => (word: string) => {
  const letters = [...word];
  if (letters.length < 4 || letters.includes(' ') || !/\p{L}/u.test(word)) return word;
  const middle = Math.floor(letters.length / 2);
  return change(letters.slice(0, middle).join(''), letters.slice(middle).join(''));
};
/** Of the first letter that matches, but not the first one of the word. */
const first = (pattern: RegExp, change: (letter: string) => string) => (word: string) => {
  const letters = [...word];
  const index = letters.findIndex((letter, position) => position > 0 && pattern.test(letter));
  return index === -1 ? word : [...letters.slice(0, index), change(letters[index]), ...letters.slice(index + 1)].join('');
};

export const PLAIN: Disguise = { name: 'as written', apply: word => word };

export const DISGUISES: readonly Disguise[] = [
  { name: 'capitals', apply: word => word.toUpperCase() },
  { name: 'between other words', apply: word => `so they said ${word}, and left` },
  { name: 'zero-width spaces', apply: between('\u200b') },
  { name: 'soft hyphens', apply: between('\u00ad') },
  { name: 'combining marks', apply: eachLetter(letter => letter === ' ' ? letter : `${letter}\u0336\u0321`) },
  { name: 'reversed direction', apply: inTheMiddle((start, end) => `\u202e${start}\u202c${end}`) },
  { name: 'spaces', apply: between(' ') },
  { name: 'dots', apply: between('.') },
  { name: 'hyphens', apply: between('-') },
  { name: 'asterisks', apply: between('*') },
  { name: 'look-alike letters', apply: eachLetter(letter => LOOK_ALIKES[letter] ?? letter) },
  { name: 'full width', apply: ifLatin(eachLetter(letter => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))) },
  { name: 'circled letters', apply: ifLatin(word => eachLetter(letter => String.fromCharCode(letter.charCodeAt(0) - 97 + 0x24d0))(word.toLowerCase())) },
  { name: 'one digit', apply: first(/[abegilostz]/, letter => LEET[letter]) },
  { name: 'all digits', apply: eachLetter(letter => LEET[letter] ?? letter) },
  { name: 'a repeated vowel', apply: first(VOWEL, letter => letter.repeat(4)) },
  { name: 'a doubled consonant', apply: first(/[bcdfghjklmnpqrstvwxz]/, letter => letter.repeat(2)) },
  { name: 'an asterisk for a vowel', apply: first(VOWEL, () => '*') },
  { name: 'a space within', apply: inTheMiddle((start, end) => `${start} ${end}`) },
  { name: 'swapped letters', apply: inTheMiddle((start, end) => [...start].slice(0, -1).join('') + [...end][0] + [...start].at(-1)! + [...end].slice(1).join('')) },
  { name: 'plural', apply: ifLatin(word => `${word}s`) },
];
