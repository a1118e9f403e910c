import * as fc from 'fast-check';
import { MAX_SEGMENT_BYTES, segmentsOf, wellFormed } from '../../../../handlers/auto-moderator/judges/segments';

const bytesOf = (segments: string[]) => segments.map(segment => Buffer.byteLength(segment));

test('a short text is one segment', () => {
  expect(segmentsOf('hello')).toEqual(['hello']);
});

test.each(['', '   ', '\n\u3000'])('a blank text has none: %p', text => {
  expect(segmentsOf(text)).toEqual([]);
});

test('500 astral characters are divided between characters', () => {
  const segments = segmentsOf('😀'.repeat(500));
  expect(segments.every(segment => /^(?:😀)+$/u.test(segment))).toBe(true);
  expect(Math.max(...bytesOf(segments))).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
  expect(segments.length).toBeLessThanOrEqual(3);
});

test('lone surrogates become replacement characters', () => {
  expect(segmentsOf('a\ud83d b\ude00')).toEqual(['a\ufffd b\ufffd']);
  expect(wellFormed('😀\ud83d')).toBe('😀\ufffd');
});

test.each([['without spaces', ''], ['with spaces', ' ']])('a word behind a kilobyte of emoji is whole in a segment, wherever it is (%s)', (_, space) => {
  for (let before = 235; before < 255; before++) {
    const segments = segmentsOf(`${`😀${space}`.repeat(before)}idiot${`${space}😀`.repeat(20)}`);
    expect([before, segments.some(segment => segment.includes('idiot'))]).toEqual([before, true]);
  }
});

test('a phrase is not cut within a word', () => {
  const words = Array.from({ length: 300 }, (_, index) => `word${index}`);
  expect(segmentsOf(words.join(' ')).flatMap(segment => segment.split(' '))).toEqual(words);
});

test('every text fits, and nothing is left out', () => {
  const unit = fc.oneof(fc.constantFrom('a', ' ', '😀', 'é', '\ud800', '\udc00', '漢', '\n', 'word '), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }));
  fc.assert(fc.property(fc.array(unit, { minLength: 300, maxLength: 1_200 }), characters => {
    const text = wellFormed(characters.join(''));
    const segments = segmentsOf(characters.join(''));
    expect(Math.max(0, ...bytesOf(segments))).toBeLessThanOrEqual(MAX_SEGMENT_BYTES);
    let covered = 0;
    for (const segment of segments) covered = startOf(segment, text, covered) + segment.length;
    expect(text.slice(covered).trim()).toBe('');
  }), { numRuns: 50 });
});

/** The last place of a segment in a text that leaves out nothing but white space. It may repeat the end of what is covered. */
function startOf(segment: string, text: string, covered: number): number {
  const blank = /^\s*/.exec(text.slice(covered))![0].length;
  for (let start = covered + blank; start >= Math.max(0, covered - 80); start--) {
    if (text.startsWith(segment, start)) return start;
  }
  throw new Error(`a part of the text is missing after ${covered} of ${text.length} units`);
}
