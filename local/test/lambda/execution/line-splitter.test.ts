import { limitLine, LineSplitter } from '../../../src/lambda/execution/line-splitter';

/** The lines of text that arrives in pieces. */
function linesOf(pieces: string[], maxCharacters?: number): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(line => lines.push(line), maxCharacters);
  for (const piece of pieces) splitter.add(piece);
  splitter.close();
  return lines;
}

test.each([
  ['in one piece', ['a\nb\n\nc'], ['a', 'b', '', 'c']],
  ['in many pieces', ['a', 'b\n', 'c', '', 'd', '\ne\n'], ['ab', 'cd', 'e']],
  ['that is empty', [], []],
])('lines of text %s', (_how, pieces, lines) => expect(linesOf(pieces)).toEqual(lines));

test.each([
  ['in one piece', ['abcdefgh\ni']],
  ['in many pieces', ['ab', 'cd', 'ef', 'gh', '\ni']],
])('a line that is too long is shortened, %s', (_how, pieces) => {
  expect(linesOf(pieces, 5)).toEqual(['abcde… (3 more characters)', 'i']);
  expect(linesOf(pieces, 8)).toEqual(['abcdefgh', 'i']);
});

test('does not end in half a character', () => expect(linesOf(['ab😀', 'c'], 3)).toEqual(['ab… (2 more characters)']));

test('the unit is a UTF-16 code unit, and the limit is included', () => {
  expect(limitLine('x'.repeat(32 * 1024))).toHaveLength(32 * 1024);
  expect(limitLine('x'.repeat(32 * 1024 + 7))).toBe(`${'x'.repeat(32 * 1024)}… (7 more characters)`);
});
