/** Milliseconds reserved for answering. */
const RESERVE = 1_000;

/** When the request must be answered, so that the client gets an answer before Lambda stops the function. */
export class Deadline {
  private readonly end: number;

  /** @param remainingTime milliseconds until Lambda stops the function */
  constructor(remainingTime: number) {
    this.end = performance.now() + remainingTime - RESERVE;
  }

  /** @returns a signal that is aborted after this many milliseconds, or at the deadline if that is earlier */
  public signal(limit: number): AbortSignal {
    return AbortSignal.timeout(Math.max(0, Math.floor(Math.min(limit, this.end - performance.now()))));
  }
}
