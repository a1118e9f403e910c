import * as fc from 'fast-check';
import { fold, foldEntry } from '../../../../src/moderation/filter/fold';

test.each([
  ['Shut   UP!', 'shut up'], ['Straße', 'strasse'], ['ﬁne', 'fine'], ['ｆｉｎｅ', 'fine'], ['f\u200bi\u00adne', 'fine'], ['İstanbul', 'istanbul'],
  ['naïve', 'naïve'], ['e\u0301', 'é'], ['Ё', 'ё'], ['ﾊﾞｶ', 'バカ'], ['بـا', 'با'], ['كَلْب', 'كلب'], ['🖕🏽', '🖕'], ['-- ..', ''],
])('an entry %j is compared as %j', (entry, folded) => {
  expect(foldEntry(entry, false)).toBe(folded);
});

test('an entry is compared without accents on request', () => {
  expect(foldEntry('Coño déjà Ñøđ ё', true)).toBe('cono deja nod е');
  expect(foldEntry('ガ 각', true)).toBe('ガ 각');
});

test('each unit has its range in the original, in order and without gaps within a character', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), text => {
    const { ends, length, starts } = fold(text);
    for (let index = 0; index < length; index++) {
      expect(starts[index]).toBeLessThan(ends[index]);
      expect(ends[index]).toBeLessThanOrEqual(text.length);
      if (index > 0) expect(starts[index] === starts[index - 1] || starts[index] >= ends[index - 1]).toBe(true);
    }
  }));
});
