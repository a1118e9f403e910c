const MODULUS = 2 ** 31 - 1;

/** Random choices that are the same for the same seed. */
export class Random {
  private state: number;

  constructor(seed: number) {
    // Small seeds begin with small numbers.
    this.state = (seed * 1_000_003 + 12_345) % MODULUS;
  }

  /** A whole number from 0 to below the limit. */
  public below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  public chance(probability: number): boolean {
    return this.next() < probability;
  }

  public pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  /** The generator of Lehmer, with the factor of Park and Miller's revision. */
  private next(): number {
    this.state = this.state * 48_271 % MODULUS;
    return this.state / MODULUS;
  }
}
