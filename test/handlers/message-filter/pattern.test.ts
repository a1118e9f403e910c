import * as fc from 'fast-check';
import { Filter } from '../../../handlers/message-filter/filter';
import { FilterAction, FilterRule } from '../../../src';

function maskedBy(pattern: string, content: string): string {
  const { _rule } = FilterRule.pattern(pattern);
  return new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules: [_rule] }).review(content).content;
}

test.each([
  ['ab+', 'xabbbx', 'x****x'],
  ['ab+?', 'xabbbx', 'x****x'],
  ['a|ab', 'abc', '**c'],
  ['^hi', 'hi hi', '** hi'],
  ['hi$', 'hi hi', 'hi **'],
  ['\\bhi\\b', 'hi this', '** this'],
  ['\\Bhi', 'hi thi', 'hi t**'],
  ['(?:ab){2,3}', 'ab abab abababab', 'ab **** ******ab'],
  ['x{2}', 'xxxxx', '****x'],
  ['[^a-z ]', 'a1 b?', 'a* b*'],
  ['[a-c\\-]+', 'x-abc-d', 'x*****d'],
  ['[]x]', 'a]x', 'a**'],
  ['\\d\\w\\s', '1é ok', '***ok'],
  ['\\D\\W\\S', 'a b1', '***1'],
  ['\\p{Script=Greek}+', 'abc ΩΣ', 'abc **'],
  ['\\P{L}', 'a1b', 'a*b'],
  ['\\u{1F600}', 'a😀b', 'a*b'],
  ['[😀-😎]', 'x😁', 'x*'],
  ['STRASSE', 'Straße', '******'],
  ['straße', 'STRASSE', '*******'],
  ['[À-Ý]', 'é', '*'],
  ['İ', 'i I İ', '* * *'],
  ['a.c', 'abc a\nc', '*** a\nc'],
  ['\\.\\*', '.*', '**'],
  ['\\n', 'a\nb', 'a*b'],
])('%s in %j', (pattern, content, expected) => {
  expect(maskedBy(pattern, content)).toBe(expected);
});

test('finds what the expressions of JavaScript find', () => {
  const atom = fc.constantFrom('a', 'b', '[ab]', '[^a]', '.', '\\b', '(?:a|bb)', '(ab)', '\\d', 'c?', 'a+', 'b{1,2}', '(?:ab|a)*b');
  const pattern = fc.array(atom, { minLength: 1, maxLength: 5 }).map(atoms => atoms.join(''));
  const content = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', ' '), maxLength: 12 });
  fc.assert(fc.property(pattern, content, (source, text) => {
    const expression = new RegExp(source);
    fc.pre(!expression.test(''));
    let masked: string;
    try {
      masked = maskedBy(source, text);
    } catch {
      return; // matches an empty string between other characters
    }
    expect(masked.includes('*')).toBe(expression.test(text));
    // The first match starts at the same position.
    expect(masked.indexOf('*')).toBe(text.search(expression));
  }), { numRuns: 1_000 });
});

test.each([
  ['(a+)+$', 'a'.repeat(499) + '!'],
  ['(a|a)*b', 'a'.repeat(500)],
  ['(?:.*?,){20}x', ','.repeat(500)],
  ['(?:a?){30}a{30}', 'a'.repeat(500)],
  ['(.*)(.*)(.*)(.*)(.*)[^x]x', 'y'.repeat(500)],
])('%s is linear', (pattern, content) => {
  const rules = Array.from({ length: 5 }, (_, index) => FilterRule.pattern(pattern, { ruleName: `p${index}`, action: FilterAction.DENY })._rule);
  const filter = new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules });
  const start = performance.now();
  filter.review(content);
  // Milliseconds on a quiet machine. An expression of JavaScript takes seconds or years.
  expect(performance.now() - start).toBeLessThan(500);
});

test('a rule that runs out of steps counts as matched', () => {
  const rules = Array.from({ length: 40 }, (_, index) => FilterRule.pattern('(?:x?){30}y', { ruleName: `p${index}`, action: FilterAction.DENY }));
  const filter = new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules: rules.map(({ _rule }) => _rule) });
  expect(filter.review('x'.repeat(500)).denied).toMatch(/^p\d+$/);
  expect(filter.review('x').denied).toBeUndefined();
});

test('a rule that runs out of steps masks all of the message and its attributes', () => {
  const rules = Array.from({ length: 40 }, (_, index) => FilterRule.pattern('(?:x?){30}y', { ruleName: `p${index}` }));
  const filter = new Filter({ version: 1, exempt: [], ignoredAttributes: [], rules: rules.map(({ _rule }) => _rule) });
  expect(filter.review('x'.repeat(500), { title: 'fine' })).toMatchObject({ content: '*'.repeat(500), attributes: { title: '****' } });
});
