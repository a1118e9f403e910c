const LENGTH = 80;
// Controls (a terminal obeys those of 0x80-0x9f too), line separators, and marks that reverse the direction of the rest of a line.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** What a client or a function sent, fit for a line of the live log. */
export function oneLine(text: string): string {
  const start = text.slice(0, 2 * LENGTH + 2).replace(UNPRINTABLE, ' ');
  const characters = start.length > LENGTH ? [...start] : [];
  return characters.length > LENGTH ? `${characters.slice(0, LENGTH).join('')}…` : start;
}
