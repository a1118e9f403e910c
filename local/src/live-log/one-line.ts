const MAX_CHARACTERS = 80;

/** Control characters (terminals interpret 0x80-0x9f as well), line separators, and marks that change the direction of the text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const ESCAPE_SEQUENCE = /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/g;
const LINE_BREAKS = /[\r\n\u0085\u2028\u2029]+/;
/** Anyone who knows the secret path of a ResponseURL can answer for the custom resource. */
const RESPONSE_PATH = /(\/cfn\/)[\w-]+/g;

/** What the others look for. Most lines have none of it, and this runs for each message. */
const SUSPICIOUS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\/cfn\//;

/** Turns any text into one printable line, without the secret part of a ResponseURL. */
export function sanitizeLine(text: string): string {
  if (!SUSPICIOUS.test(text)) return text.trim();
  return joinLines(text.replace(ESCAPE_SEQUENCE, '')).replace(UNPRINTABLE, ' ').replace(RESPONSE_PATH, '$1…').trim();
}

/** A pattern with the spaces around a line break would take seconds for a line of many spaces. */
function joinLines(text: string): string {
  return text.split(LINE_BREAKS).map(line => line.trim()).filter(line => line !== '').join(' ');
}

/** Sanitizes each line of a stack trace, and keeps its indentation. */
export function sanitizeTrace(trace: string): string {
  return trace.split('\n').map(line => `${/^ */.exec(line)![0]}${sanitizeLine(line)}`).join('\n');
}

/** Turns text from a client into one printable line of at most 80 characters. */
export function oneLine(text: string): string {
  const start = sanitizeLine(text.slice(0, 2 * MAX_CHARACTERS + 2));
  const characters = start.length > MAX_CHARACTERS ? [...start] : [];
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join('')}…` : start;
}
