/** The documented limit of a segment is "1 KB": less than both readings of it. */
export const MAX_SEGMENT_BYTES = 1_000;

/** Code points of the end of a segment that the next one repeats if it was cut within a word. */
const OVERLAP = 40;

/** Replaces lone surrogates, which cannot be sent as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/**
 * Divides a text into segments, without cutting a character, and without cutting a word that has spaces around it. Nothing is left out: a
 * kilobyte of emoji must not hide what follows.
 *
 * @returns nothing for a blank text
 */
export function segmentsOf(text: string): string[] {
  const segments: string[] = [];
  let segment: string[] = [];
  let bytes = 0;
  for (const character of wellFormed(text)) {
    const size = Buffer.byteLength(character);
    if (bytes + size > MAX_SEGMENT_BYTES) {
      const space = segment.lastIndexOf(' ');
      const hasWordBoundary = space > segment.length / 2;
      segments.push((hasWordBoundary ? segment.slice(0, space) : segment).join(''));
      segment = hasWordBoundary ? segment.slice(space + 1) : segment.slice(-OVERLAP);
      bytes = Buffer.byteLength(segment.join(''));
    }
    segment.push(character);
    bytes += size;
  }
  segments.push(segment.join(''));
  return segments.filter(each => each.trim() !== '');
}
