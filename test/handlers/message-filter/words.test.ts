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

test('doubled vowels are found in words of at least four letters', () => {
  expect(maskedBy(['raping'], 'raaping rapiing')).toBe('******* *******');
  expect(maskedBy(['tit'], 'tiit')).toBe('tiit');
});

test('doubled consonants are found beside another consonant and at the start of a word', () => {
  expect(maskedBy(['fuck'], 'fucck fuckk ffuck')).toBe('***** ***** *****');
  expect(maskedBy(['fück'], 'fücck')).toBe('*****');
});

test('doubled consonants are not found where they make another word', () => {
  expect(maskedBy(['raping'], 'rapping rapppping rraping')).toBe('rapping ********* *******');
  expect(maskedBy(['canvas', 'lama', 'boob'], 'canvass llama boobb')).toBe('canvass llama boobb');
  expect(maskedBy(['*scheiße*'], 'Drecksscheiße')).toBe('Drecks*******');
});

test('a text in another alphabet is not read as Latin letters', () => {
  expect(maskedBy(['pot'], 'рот')).toBe('***');
  expect(maskedBy(['pot'], 'мой рот большой')).toBe('мой рот большой');
});

test('at most half of the letters are of another alphabet', () => {
  expect(maskedBy(['сука'], 'сyка cyка cyka')).toBe('**** **** cyka');
});

test('at most half of the letters are digits and symbols, and three quarters from five letters on', () => {
  expect(maskedBy(['shit', 'ass'], 'sh1t $h1t 5#1t 5#17 a5s A55 455')).toBe('**** **** 5#1t 5#17 *** A55 455');
  expect(maskedBy(['boobs', 'bitch', 'bastards'], 'b00bs 80obs 800bs 8008s 80085 81tch 817ch 84574rd5')).toBe('***** ***** ***** 8008s 80085 ***** ***** ********');
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
