import * as fc from 'fast-check';
import { Filter } from '../../../handlers/message-filter/filter';
import { FilterAction, FilterRule, WordList } from '../../../src';

const RUNS = 500;

const WORDS = ['fuck', 'idiot*', '*scheiße*', 'shut up', 'сука', 'ばか', '馬鹿', 'كلب', 'कमीना', '🖕', '👩‍👩‍👧', '🇩🇪'];

/** Characters of many kinds, and pieces of the words. */
const piece = fc.oneof(
  fc.constantFrom(...WORDS, 'f u c k', 'ﷺ', 'İ', 'ß', '\u200d', '\u200b', '\u0301', '\ufe0f', '🏽', '\ud83d', '\ude00', '\u1100\u1161\u11a8', 'क्षि', 'กำ', '\r\n', '0', '$'),
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
);
const text = fc.array(piece, { maxLength: 30 }).map(pieces => pieces.join(''));

const filter = new Filter({
  version: 1,
  exempt: [],
  ignoredAttributes: [],
  rules: [
    FilterRule.words(WordList.of(...WORDS), { ignoreAccents: true }),
    FilterRule.links({ action: FilterAction.MASK }),
    FilterRule.contactDetails(),
    FilterRule.pattern('[a-zа-я]\\p{M}?[^a-z]|\\d{2}'),
    FilterRule.capitals({ action: FilterAction.COUNT }),
    FilterRule.repetition({ action: FilterAction.COUNT }),
  ].map(({ _rule }) => _rule),
});

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
const graphemesOf = (value: string) => [...segmenter.segment(value)].map(({ segment }) => segment);

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether each asterisk stands for one or more whole characters, and all other characters are as they were. */
function isMasked(original: string, masked: string): boolean {
  const graphemes = graphemesOf(original);
  // For each index of the masked text, how many characters of the original can be before it.
  const counts = Array.from({ length: masked.length + 1 }, () => new Set<number>());
  counts[0].add(0);
  for (let index = 0; index < masked.length; index++) {
    for (const count of counts[index]) {
      const grapheme = graphemes[count];
      if (grapheme !== undefined && masked.startsWith(grapheme, index)) counts[index + grapheme.length].add(count + 1);
      if (masked[index] === '*') for (let next = count + 1; next <= graphemes.length; next++) counts[index + 1].add(next);
    }
  }
  return counts[masked.length].has(graphemes.length);
}

test('a masked message is never longer, has no broken surrogates and no split characters', () => {
  fc.assert(fc.property(text, content => {
    const masked = filter.review(content).content;
    expect([...masked].length).toBeLessThanOrEqual([...content].length);
    expect(Buffer.byteLength(masked)).toBeLessThanOrEqual(Buffer.byteLength(content));
    if (!LONE_SURROGATE.test(content)) expect(LONE_SURROGATE.test(masked)).toBe(false);
    expect(isMasked(content, masked)).toBe(true);
  }), { numRuns: RUNS });
});

test('the values of attributes are masked as the content is', () => {
  fc.assert(fc.property(text, value => {
    const { attributes } = filter.review('Hi', { value });
    expect(attributes?.value ?? value).toBe(filter.review(value).content);
  }), { numRuns: RUNS / 10 });
});

test('a message without letters, digits and symbols of a rule is unchanged', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('.', ',', ' ', '-', '\u200b', '?') }), content => {
    expect(filter.review(content).content).toBe(content);
  }), { numRuns: RUNS / 10 });
});
