import { mask } from '../../../handlers/message-filter/mask';

const maskFirst = (text: string) => mask(text, [{ start: 0, end: 1 }]);

test.each([
  ['ab', '*b'],
  ['e\u0301x', '*x'],
  ['\r\nx', '*x'],
  ['🖕🏽x', '*x'],
  ['👩‍👩‍👧x', '*x'],
  ['🇩🇪🇫🇷', '*🇫🇷'],
  ['क्षिx', '*x'],
  ['กำx', '*x'],
  ['\u1100\u1161\u11a8x', '*x'],
  ['각x', '*x'],
  ['\u0600١x', '*x'],
])('%j becomes %j', (text, masked) => {
  expect(maskFirst(text)).toBe(masked);
});

test('a part of a character masks all of it', () => {
  expect(mask('x👩‍👩‍👧x', [{ start: 3, end: 4 }])).toBe('x*x');
});

test('joins what the segmenter of Node.js joins, for each mark, format character and letter before and after an emoji', () => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  for (let first = 0; first < 0x12000; first += 0x100) {
    const characters = Array.from({ length: 0x100 }, (_, index) => String.fromCodePoint(first + index)).filter(character => /[\p{M}\p{Cf}\p{L}]/u.test(character));
    const pairs = characters.flatMap(character => [`${character}🖕`, `🖕${character}`]);
    // Together, because each call of the segmenter takes long.
    const segments = new Set([...segmenter.segment(pairs.join('\n'))].map(({ segment }) => segment));
    const split = pairs.filter(pair => segments.has(pair) && maskFirst(pair) !== '*');
    expect(split.map(pair => [...pair].map(character => character.codePointAt(0)!.toString(16)))).toEqual([]);
  }
});
