import { DISGUISES, PLAIN } from '../../../src/replay/evasion/disguises';

const disguise = (name: string, word: string) => [PLAIN, ...DISGUISES].find(each => each.name === name)!.apply(word);

test.each([
  ['as written', 'idiot', 'idiot'],
  ['capitals', 'idiot', 'IDIOT'],
  ['between other words', 'idiot', 'so they said idiot, and left'],
  ['zero-width spaces', 'shit', 's\u200bh\u200bi\u200bt'],
  ['reversed direction', 'idiot', '\u202eid\u202ciot'],
  ['spaces', 'idiot', 'i d i o t'],
  ['dots', 'shut up', 's.h.u.t u.p'],
  ['look-alike letters', 'idiot', 'іdіоt'],
  ['full width', 'idiot', 'ｉｄｉｏｔ'],
  ['circled letters', 'Idiot', 'ⓘⓓⓘⓞⓣ'],
  ['one digit', 'idiot', 'id1ot'],
  ['all digits', 'idiot', '1d107'],
  ['a repeated vowel', 'darn', 'daaaarn'],
  ['a doubled consonant', 'idiot', 'iddiot'],
  ['an asterisk for a vowel', 'darn', 'd*rn'],
  ['a space within', 'idiot', 'id iot'],
  ['swapped letters', 'idiot', 'iidot'],
  ['plural', 'idiot', 'idiots'],
])('%s: %s', (name, word, expected) => {
  expect(disguise(name, word)).toBe(expected);
});

test.each([['full width', 'ばか'], ['a space within', 'ass'], ['swapped letters', '192.168.0.1'], ['one digit', 'ばか'], ['dots', '馬'], ['plural', 'shut up']])('%s does not change %s', (name, word) => {
  expect(disguise(name, word)).toBe(word);
});

test('names are different', () => {
  expect(new Set(DISGUISES.map(({ name }) => name)).size).toBe(DISGUISES.length);
});
