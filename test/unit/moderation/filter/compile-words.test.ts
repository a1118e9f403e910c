import { compileWords } from '../../../../src/moderation/filter/compile-words';

test('sorts entries by UTF-16 unit, with the asterisk of a prefix at its end', () => {
  expect(compileWords(['b', 'ab*', 'abc', '*cde', '*fgh*', 'ab c', '!abx'], false)).toEqual({
    blocked: { words: ['ab c', 'ab*', 'abc'], parts: ['cde', 'fgh*'], hasLookAlikes: false },
    allowed: { words: ['abx'], parts: [], hasLookAlikes: false },
    problems: [{ line: 1, message: expect.stringContaining('at least 2 letters') }],
  });
});

test('notes whether entries have letters that look like Latin ones', () => {
  expect(compileWords(['сука'], false).blocked.hasLookAlikes).toBe(true);
  expect(compileWords(['馬鹿', 'café'], false).blocked.hasLookAlikes).toBe(false);
});

test('a word can be blocked and allowed in a longer phrase, and in both kinds', () => {
  expect(compileWords(['darn', '*darn', '!darn', '!darn it'], false).problems).toEqual([]);
});

test.each([
  ['...', 'must have a letter, a digit or a symbol, got "..."'],
  ['*ab', 'must have at least 3 letters after *, got "*ab": it would be found in too many words'],
  ['x'.repeat(101), 'must have at most 100 characters, got 101'],
  ['a*b', 'must have * only at its start or end'],
  ['!', 'must have a letter'],
])('%s is a problem', (entry, message) => {
  expect(compileWords([entry], false).problems).toEqual([{ line: 1, message: expect.stringContaining(message) }]);
});

test.each(['*馬鹿', '*сука', '🖕', '4k', '*abc'])('%s is an entry', entry => {
  expect(compileWords([entry], false).problems).toEqual([]);
});
