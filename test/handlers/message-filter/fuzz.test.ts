import * as fc from 'fast-check';
import { Filter } from '../../../handlers/message-filter/filter';
import { FilterAction, FilterRule, WordList } from '../../../src';
import { FUZZED_MESSAGE, FUZZED_WORDS, hasBrokenSurrogates, hasSplitCharacters, isLonger } from '../../support/fuzzed-messages';

const RUNS = 500;

const filter = new Filter({
  version: 1,
  exempt: [],
  ignoredAttributes: [],
  rules: [
    FilterRule.words(WordList.of(...FUZZED_WORDS), { ignoreAccents: true }),
    FilterRule.links({ action: FilterAction.MASK }),
    FilterRule.contactDetails(),
    FilterRule.pattern('[a-zа-я]\\p{M}?[^a-z]|\\d{2}'),
    FilterRule.capitals({ action: FilterAction.COUNT }),
    FilterRule.repetition({ action: FilterAction.COUNT }),
  ].map(({ _rule }) => _rule),
});

test('a masked message is never longer, has no broken surrogates and no split characters', () => {
  fc.assert(fc.property(FUZZED_MESSAGE, content => {
    const masked = filter.review(content).content;
    expect(isLonger(content, masked)).toBe(false);
    expect(hasBrokenSurrogates(content, masked)).toBe(false);
    expect(hasSplitCharacters(content, masked)).toBe(false);
  }), { numRuns: RUNS });
});

test('the values of attributes are masked as the content is', () => {
  fc.assert(fc.property(FUZZED_MESSAGE, value => {
    const { attributes } = filter.review('Hi', { value });
    expect(attributes?.value ?? value).toBe(filter.review(value).content);
  }), { numRuns: RUNS / 10 });
});

test('a message without letters, digits and symbols of a rule is unchanged', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom('.', ',', ' ', '-', '\u200b', '?') }), content => {
    expect(filter.review(content).content).toBe(content);
  }), { numRuns: RUNS / 10 });
});
