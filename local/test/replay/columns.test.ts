import * as fc from 'fast-check';
import { cutEnd, cutStart, quoteIn, wrap } from '../../src/replay/columns';

test.each([
  ['Hello', 7, '"Hello"'],
  ['Hello', 6, '"Hel…"'],
  ['見て、すごい', 14, '"見て、すごい"'],
  ['見て、すごい', 10, '"見て、…"'],
  ['👏👏👏', 7, '"👏👏…"'],
  ['e\u0301e\u0301e\u0301', 5, '"e\u0301e\u0301e\u0301"'],
  ['a\u001b[31mb\nc\u202e', 80, '"ab c"'],
])('%j in %d columns', (text, columns, expected) => {
  expect(quoteIn(columns, text)).toBe(expected);
});

test('paths are cut at their start', () => {
  expect([cutStart('logs/a.log:1', 12), cutStart('logs/a.log:1', 8)]).toEqual(['logs/a.log:1', '…a.log:1']);
});

test('lines are wrapped with an indent', () => {
  expect(wrap('  a', 4)).toEqual(['  a']);
  const lines = wrap(`     1  ${'word '.repeat(30)}`.trimEnd(), 8);
  expect(lines.map(line => line.length)).toEqual([77, 77, 17]);
  expect(lines.map(line => /^ */.exec(line)![0].length)).toEqual([5, 8, 8]);
});

test('text is never cut within a character, and never longer', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, columns) => {
    const cut = cutEnd(text, columns);
    expect(cut === text || cut.endsWith('…')).toBe(true);
    expect(text.startsWith(cut.replace(/…$/, '')) || cut === text).toBe(true);
    expect([...text].slice(0, [...cut].length - 1).join('')).toBe([...cut].slice(0, -1).join(''));
  }));
});
