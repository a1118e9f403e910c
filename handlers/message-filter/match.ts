/** A part of a text that a rule has found, as indexes of the original. */
export interface Match {
  readonly start: number;
  readonly end: number;
}
