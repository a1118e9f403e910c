/** When to stop, on the clock of the surroundings. */
export interface TimeLimits {
  readonly work: number;
  /** After the work: what a failed Create has to take back. */
  readonly undo: number;
}

const UNDO = 12_000;
const ANSWER = 3_000;

/** The reserves shrink with the time there is, so that a function with a short time limit still does something. */
export function timeLimits(now: number, remaining: number): TimeLimits {
  const end = now + remaining;
  const undo = end - Math.min(ANSWER, remaining / 10);
  return { undo, work: undo - Math.min(UNDO, remaining / 4) };
}
