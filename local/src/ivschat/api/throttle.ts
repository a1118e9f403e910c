/** One bucket an operation, as large as what a second brings: a second's worth may come at once. The size of the bucket is a guess. */
export class Throttle {
  private readonly buckets = new Map<string, { tokens: number; time: number }>();

  constructor(private readonly rates: Readonly<Record<string, number>>, private readonly clock: () => number) {}

  /** @returns the rate that is exceeded, or undefined if the request may go on */
  public exceeded(operation: string): number | undefined {
    const rate = this.rates[operation];
    const now = this.clock();
    const bucket = this.buckets.get(operation) ?? { tokens: rate, time: now };
    const elapsed = Math.max(0, now - bucket.time);
    const tokens = Math.min(rate, bucket.tokens + elapsed / 1000 * rate);
    const allowed = tokens >= 1;
    this.buckets.set(operation, { tokens: allowed ? tokens - 1 : tokens, time: now });
    return allowed ? undefined : rate;
  }
}
