import type { Match } from './match';
import { DIGIT, SPACE, SYMBOL } from '../../src/moderation/filter/characters';
import type { RepetitionData } from '../../src/moderation/filter/filter-file';
import { FIRST_BLOCK_LETTER, type FoldedText, LAST_BLOCK_LETTER } from '../../src/moderation/filter/fold';

/** Of the units of one emoji, such as a family. */
const MAX_EMOJI_UNITS = 12;
const MARKS = /\p{M}+/gu;

/** Returns runs of equal characters, and the whole text if it repeats a word or has heaps of combining marks. */
export function findRepetition(text: FoldedText, data: RepetitionData): Match[] {
  const whole = { start: 0, end: text.original.length };
  return [
    ...findRuns(text, data.characters),
    ...repeatsWord(text.original, data.words) ? [whole] : [],
    ...hasHeapOfMarks(text.original, data.marks) ? [whole] : [],
  ];
}

function findRuns(text: FoldedText, minimum: number): Match[] {
  const matches: Match[] = [];
  for (let index = 0; index < text.length;) {
    const end = endOfRepetition(text, index, minimum);
    if (end !== undefined) matches.push({ start: text.starts[index], end: text.ends[end - 1] });
    index = end ?? index + 1;
  }
  return matches;
}

/** An emoji is several units, so that a run of it is a sequence that repeats. */
function endOfRepetition(text: FoldedText, start: number, minimum: number): number | undefined {
  let end = endOfRun(text, start, 1, minimum);
  for (let period = 1; end === undefined && period < MAX_EMOJI_UNITS && isEmoji(text, start) && isEmoji(text, start + period);) {
    end = endOfRun(text, start, ++period, minimum);
  }
  return end;
}

/** Returns the end of a sequence that repeats often enough. */
function endOfRun({ length, types, units }: FoldedText, start: number, period: number, minimum: number): number | undefined {
  if (types[start] === SPACE || types[start] === DIGIT) return undefined;
  let end = start + period;
  while (end < length && units[end] === units[end - period]) end++;
  return end - start >= minimum * period ? end : undefined;
}

/** Regional indicators, of which flags consist, are letters of blocks. */
function isEmoji({ types, units }: FoldedText, index: number): boolean {
  return types[index] === SYMBOL || (units[index] >= FIRST_BLOCK_LETTER && units[index] <= LAST_BLOCK_LETTER);
}

function repeatsWord(text: string, minimum: number): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(word => word !== '');
  if (words.length < minimum) return false;
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].some(([word, count]) => word.length > 1 && count >= minimum && 2 * count >= words.length);
}

function hasHeapOfMarks(text: string, minimum: number): boolean {
  // The expression is slow when it is first used.
  return /[^\x00-\xff]/.test(text) && [...text.matchAll(MARKS)].some(([marks]) => marks.length >= minimum);
}
