const WINDOW_MILLISECONDS = 1000;

/** At most so many in any second. What is refused does not count, so that a busy client is never locked out for good (guess). */
export class MessageRate {
  private readonly accepted: number[] = [];

  public accept(now: number, limit: number): boolean {
    while (this.accepted.length > 0 && this.accepted[0] <= now - WINDOW_MILLISECONDS) this.accepted.shift();
    if (this.accepted.length >= limit) return false;
    this.accepted.push(now);
    return true;
  }
}
