/** Replaces surrogates without their other half, such as half an emoji, with U+FFFD: not every JSON parser accepts them. */
export function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
