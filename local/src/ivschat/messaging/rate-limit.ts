const WINDOW_MILLISECONDS = 1000;

/** Sliding window of one second. Rejected attempts do not count, so that a busy client is not locked out permanently (guess). */
export class RateLimit {
  private readonly accepted: number[] = [];

  /** @param now monotonic time in milliseconds */
  public accept(now: number, limit: number): boolean {
    while (this.accepted.length > 0 && this.accepted[0] <= now - WINDOW_MILLISECONDS) this.accepted.shift();
    if (this.accepted.length >= limit) return false;
    this.accepted.push(now);
    return true;
  }
}
