/** In milliseconds, for the decisions and metrics of the last calls. Less if the function has a short timeout. */
const RESERVE = 10_000;

/** When to stop retrying, so that the invocation fails by itself and is retried. */
export class Deadline {
  private readonly end: number;

  /** @param remainingTime milliseconds until Lambda stops the function */
  constructor(remainingTime: number) {
    this.end = performance.now() + remainingTime - Math.min(RESERVE, remainingTime / 3);
  }

  public get isReached(): boolean {
    return this.remaining <= 0;
  }

  /** Aborts a request after this many milliseconds, or at the deadline if that is earlier. */
  public signal(limit: number): AbortSignal {
    return AbortSignal.timeout(Math.max(0, Math.ceil(Math.min(limit, this.remaining))));
  }

  /** @returns false, at once, if the deadline comes first */
  public async sleep(milliseconds: number): Promise<boolean> {
    if (milliseconds >= this.remaining) return false;
    await new Promise(resolve => setTimeout(resolve, milliseconds));
    return true;
  }

  private get remaining(): number {
    return this.end - performance.now();
  }
}
