import { Filter } from '../../../handlers/message-filter/filter';
import { FilterRule, WordList, type WordRuleOptions } from '../../../src';

function maskedBy(entries: string[], content: string, options?: WordRuleOptions): string {
  const { _rule } = FilterRule.words(WordList.of(...entries), options);
  return new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules: [_rule] }).review(content).content;
}

test('the longest entry is masked', () => {
  expect(maskedBy(['shut', 'shut up', 'shut up now'], 'shut up nowhere')).toBe('******* nowhere');
});

test('an exemption passes only within its phrase', () => {
  expect(maskedBy(['dick', '!Dick van Dyke'], 'Dick van Dyke, Dick')).toBe('Dick van Dyke, ****');
});

test('accents are ignored in both directions', () => {
  expect(maskedBy(['coño', 'élan'], 'cono coño elan', { ignoreAccents: true })).toBe('**** **** ****');
  expect(maskedBy(['coño', 'elan'], 'cono coño élan')).toBe('cono **** élan');
  expect(maskedBy(['все'], 'всё', { ignoreAccents: true })).toBe('***');
});

test('doubled vowels are found, doubled consonants are not', () => {
  expect(maskedBy(['raping'], 'raaping rapping rapppping')).toBe('******* rapping *********');
});

test('a text in another alphabet is not read as Latin letters', () => {
  expect(maskedBy(['pot'], 'рот')).toBe('***');
  expect(maskedBy(['pot'], 'мой рот большой')).toBe('мой рот большой');
});

test('at most half of the letters are of another alphabet, or digits and symbols', () => {
  expect(maskedBy(['сука'], 'сyка cyка cyka')).toBe('**** **** cyka');
  expect(maskedBy(['shit'], 'sh1t $h1t 5#17')).toBe('**** **** 5#17');
});

test('characters that become many units hide nothing after them', () => {
  expect(maskedBy(['fuck'], `${'ﷺ'.repeat(300)} fuck`)).toBe(`${'ﷺ'.repeat(300)} ****`);
});

test('a message of many almost matching letters is answered in time, and masked if its steps run out', () => {
  const entries = Array.from({ length: 5_000 }, (_, index) => `aaaa${'aeiou'[index % 5]}${index.toString(36).replace(/\d/g, 'x')}${index}`);
  const start = performance.now();
  maskedBy(entries, 'a4@ '.repeat(125));
  expect(performance.now() - start).toBeLessThan(1_000);
});
