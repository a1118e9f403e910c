import { compilePattern } from '../../../../src/moderation/filter/compile-pattern';
import { PatternError } from '../../../../src/moderation/filter/parse-pattern';

test('a program is plain data', () => {
  expect(compilePattern('A[b-c]|d?\\bx')).toEqual([
    ['split', [1, 4]], ['character', 97], ['set', '', [98, 99], false], ['jump', 8],
    ['split', [5, 6]], ['character', 100], ['wordBoundary', true], ['character', 120], ['match'],
  ]);
  expect(JSON.parse(JSON.stringify(compilePattern('a\\d+')))).toEqual([
    ['character', 97], ['set', '\\p{Nd}', [], false], ['split', [3, 5]], ['set', '\\p{Nd}', [], false], ['jump', 2], ['match'],
  ]);
});

test.each([
  ['a(?=b)', 3, 'groups other than'],
  ['(?<name>a)', 2, 'groups other than'],
  ['(a)\\1', 5, 'backreferences'],
  ['*a', 1, 'something before *'],
  ['a|+', 3, 'something before +'],
  ['a++', 3, 'possessive'],
  ['a{2,1}', 2, 'n below m'],
  ['a{x}', 2, '{ only as'],
  ['a{1001}', 2, 'more than 1000 times'],
  ['(a', 2, '( without )'],
  ['a)', 2, ') without ('],
  ['[a', 2, '[ without ]'],
  ['[b-a]', 5, 'ends before it starts'],
  ['[a-\\d]', 6, 'a range to a set'],
  ['[\\W]', 4, 'a negated set in [ ]'],
  ['[ß]', 3, 'compared as "ss"'],
  ['a\\', 2, 'end with \\'],
  ['\\q', 2, 'must not have \\q'],
  ['\\0', 2, 'must not have \\0'],
  ['\\pL', 2, '\\p only as'],
  ['\\p{Nonsense}', 2, 'properties of Unicode, got \\p{Nonsense}'],
  ['\\u0041', 2, '\\u only as'],
  ['\\u{110000}', 2, '\\u only as'],
  ['^*', 2, 'repeat a position'],
  ['a\u200b', 2, 'U+200B'],
  ['a*', 1, 'match an empty string'],
  ['^$', 1, 'match an empty string'],
  ['\\b|x', 1, 'match an empty string'],
  ['[ab]{201}', 1, 'at most 200 steps'],
  [`${'('.repeat(51)}a${')'.repeat(51)}`, 51, 'at most 50 groups'],
])('%s is refused at character %s', (pattern, position, problem) => {
  let error: unknown;
  try {
    compilePattern(pattern);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(PatternError);
  expect((error as PatternError).problem).toContain(problem);
  expect((error as PatternError).position).toBe(position);
  expect((error as PatternError).advice).not.toBe('');
});
