const MAX_CHARACTERS = 80;

// Control characters (terminals interpret 0x80-0x9f as well), line separators, and marks that reverse the direction of the text.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;
const ESCAPE_SEQUENCE = /\u001b\[[0-9;]*[A-Za-z]/g;
/** Anyone who knows the secret path of a ResponseURL can answer for the custom resource. */
const RESPONSE_PATH = /(\/cfn\/)[\w-]+/g;

/** Shortens text from a client to at most 80 printable characters. */
export function oneLine(text: string): string {
  const start = text.slice(0, 2 * MAX_CHARACTERS + 2).replace(UNPRINTABLE, ' ');
  const characters = start.length > MAX_CHARACTERS ? [...start] : [];
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join('')}…` : start;
}

/** Turns output of a function into one printable line of any length, without the secret part of a ResponseURL. */
export function sanitizeLine(text: string): string {
  return text.replace(ESCAPE_SEQUENCE, '').replace(/\s*[\r\n]+\s*/g, ' ').replace(UNPRINTABLE, ' ').replace(RESPONSE_PATH, '$1…').trim();
}
