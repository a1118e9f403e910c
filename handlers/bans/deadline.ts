/** In milliseconds, for disconnecting a user from all rooms. Callers wait for it. */
const MAX_TIME = 15_000;

/** Time reserved for scheduling the second disconnect, and for the response. Less if the function has a short timeout. */
const RESERVE = 6_000;

/** When to stop retrying. */
export class Deadline {
  private readonly end: number;

  /** @param remainingTime milliseconds until Lambda stops the function */
  constructor(remainingTime: number) {
    this.end = performance.now() + Math.min(MAX_TIME, remainingTime - Math.min(RESERVE, remainingTime / 3));
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
