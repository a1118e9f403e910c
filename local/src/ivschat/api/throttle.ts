import type { Clock } from '../clock';

/** Token bucket for each operation. A bucket holds one second's worth of requests, which is a guess. */
export class Throttle {
  private readonly buckets = new Map<string, { tokens: number; time: number }>();

  constructor(private readonly rates: Readonly<Record<string, number>>, private readonly clock: Clock) {}

  /** @returns the rate that the request exceeds, or undefined if the request is allowed */
  public exceededRate(operation: string): number | undefined {
    const rate = this.rates[operation];
    const now = this.clock.monotonic();
    const bucket = this.buckets.get(operation) ?? { tokens: rate, time: now };
    const tokens = Math.min(rate, bucket.tokens + (now - bucket.time) / 1000 * rate);
    const allowed = tokens >= 1;
    this.buckets.set(operation, { tokens: allowed ? tokens - 1 : tokens, time: now });
    return allowed ? undefined : rate;
  }
}
