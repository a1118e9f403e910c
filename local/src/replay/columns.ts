import { sanitizeLine } from '../live-log/one-line';

/** Width of a terminal with default settings. */
export const COLUMNS = 80;

/** Characters of East Asia and emoji, which terminals show two columns wide. */
const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const ZERO_WIDTH = /[\p{M}\u200b-\u200d\ufeff]/u;

/** Quotes text of a user in one printable line of limited width. */
export function quoteIn(columns: number, text: string): string {
  // Longer text is cut in any case.
  const line = sanitizeLine(text.slice(0, 8 * COLUMNS));
  return `"${cutEnd(line, Math.max(1, columns - 2))}"`;
}

/** Cuts text at its end. */
export function cutEnd(text: string, columns: number): string {
  let width = 0;
  let fitting = '';
  for (const character of text) {
    width += widthOf(character);
    // One column for the ellipsis.
    if (width <= columns - 1) fitting += character;
    if (width > columns) return `${fitting}…`;
  }
  return text;
}

/** Cuts text at its start: names of log files differ at their ends. */
export function cutStart(text: string, columns: number): string {
  return text.length <= columns ? text : `…${text.slice(text.length - columns + 1)}`;
}

/** Breaks text at spaces. Further lines are indented. */
export function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  const start = /^ */.exec(text)![0];
  let line = '';
  for (const word of text.trim().split(' ')) {
    const margin = lines.length === 0 ? start : ' '.repeat(indent);
    if (line !== '' && margin.length + line.length + 1 + word.length > COLUMNS) {
      lines.push(margin + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, (lines.length === 0 ? start : ' '.repeat(indent)) + line];
}

/** Such as `1 message` and `2 messages`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function widthOf(character: string): number {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}
