/** The result of a judge. */
export interface Judgement {
  /** The output of the operation. */
  readonly output: object;
  /** How many texts were judged, and how many of them are flagged. */
  readonly parts: number;
  readonly flagged: number;
}
