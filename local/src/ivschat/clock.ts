/** The two kinds of time that the service needs. */
export interface Clock {
  /**
   * Time of day: milliseconds since 1970, with fractions. For timestamps and announced expiry times.
   *
   * Jumps when the clock of the machine is set.
   */
  now(): number;
  /** Milliseconds since any point in time, never decreasing. For rates and durations. */
  monotonic(): number;
}

const LARGEST_FRACTION = 0.999;

class SystemClock implements Clock {
  /** Time of day minus monotonic time. */
  private offset = performance.timeOrigin;

  /** Date.now has whole milliseconds: the fraction is that of the monotonic time. */
  public now(): number {
    const milliseconds = Date.now();
    const monotonic = performance.now();
    const fraction = Math.min(Math.max(monotonic + this.offset - milliseconds, 0), LARGEST_FRACTION);
    this.offset = milliseconds + fraction - monotonic;
    return milliseconds + fraction;
  }

  public monotonic(): number {
    return performance.now();
  }
}

export const SYSTEM_CLOCK: Clock = new SystemClock();
