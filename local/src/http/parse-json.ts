/** Values with more levels exhaust the stack of functions that walk through them, such as `JSON.stringify`. No valid request has as many. */
const MAXIMUM_DEPTH = 1000;

/** Parses JSON from a client or a function. Throws a SyntaxError if the text is not JSON, or is nested too deeply. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Each level is at least one character.
  if (text.length <= MAXIMUM_DEPTH) return value;
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAXIMUM_DEPTH) throw new SyntaxError(`JSON must be nested at most ${MAXIMUM_DEPTH} levels deep`);
    level = level.flatMap(item => typeof item === 'object' && item !== null ? Object.values(item) as unknown[] : []);
  }
  return value;
}
