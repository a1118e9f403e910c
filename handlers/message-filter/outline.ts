import { DIGIT, KATAKANA, LETTER, SPACE, SPACELESS_LETTER } from '../../src/moderation/filter/characters';
import type { FoldedText } from '../../src/moderation/filter/fold';

/** What letters that are not ASCII become in an outline. */
export const LETTER_SIGN = 'ä';

/** A folded text in which expressions find links and contact details, with a character for each unit. */
export interface Outline {
  readonly text: string;
  readonly folded: FoldedText;
}

/**
 * Returns the outline of a text: all letters that are not ASCII become one, all digits that are not ASCII another one.
 *
 * Expressions without `\p{…}` take less than 1 ms when they are first used, those with it 5 ms each.
 */
export function outlineOf(folded: FoldedText): Outline {
  let text = '';
  for (let index = 0; index < folded.length; index++) text += outlineOfUnit(folded.units[index], folded.types[index]);
  return { text, folded };
}

function outlineOfUnit(unit: number, type: number): string {
  if (unit < 128) return String.fromCharCode(unit);
  // The ideographic full stop and the one dot leader separate the parts of a domain.
  if (unit === 0x3002 || unit === 0x2024) return '.';
  if (unit >= 0x2010 && unit <= 0x2015) return '-';
  if (type === DIGIT) return '0';
  if (type === SPACE) return ' ';
  return type === LETTER || type === SPACELESS_LETTER || type === KATAKANA ? LETTER_SIGN : '¡';
}
