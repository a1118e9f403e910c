const MAX_IDLE = 10_000;

/** A clock shared by many functions. When all of them sleep, it advances to the first that wakes up. */
export class SharedClock {
  public now = 0;
  private readonly sleepers: { until: number; wake: () => void }[] = [];

  public async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(wake => this.sleepers.push({ until: this.now + milliseconds, wake }));
  }

  public async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => { done = true; });
    end.catch(() => {});
    for (let idle = 0; !done; idle++) {
      await new Promise(resolve => setImmediate(resolve));
      this.sleepers.sort((one, other) => one.until - other.until);
      const next = this.sleepers.shift();
      if (!next && idle > MAX_IDLE) throw new Error('nothing is sleeping, and the work does not end');
      if (!next) continue;
      idle = 0;
      this.now = Math.max(this.now, next.until);
      next.wake();
    }
    return end;
  }
}

/** Mulberry32: a random number generator with the same sequence in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) % 2 ** 32;
    /* eslint-disable no-bitwise -- the generator consists of bitwise operations */
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    /* eslint-enable no-bitwise */
  };
}
