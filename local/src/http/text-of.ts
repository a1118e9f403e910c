/** A value of parsed JSON as text, for example for an error message. `String` throws for an object such as `{ "toString": 1 }`. */
export function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
