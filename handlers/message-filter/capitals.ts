import type { Match } from './match';
import type { CapitalsData } from '../../src/moderation/filter/filter-file';

/** Returns the whole text if too many of its letters are capitals. */
export function findCapitals(text: string, { minimumLetters, share }: CapitalsData): Match[] {
  let capitals = 0;
  let smallLetters = 0;
  for (const character of text) {
    if (character !== character.toLowerCase()) capitals++;
    else if (character !== character.toUpperCase()) smallLetters++;
  }
  return capitals >= minimumLetters && capitals >= share * (capitals + smallLetters) ? [{ start: 0, end: text.length }] : [];
}
