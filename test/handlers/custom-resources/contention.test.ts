import type { Environment } from '../../../handlers/custom-resources/chat-api';
import { respond } from '../../../handlers/custom-resources/respond';
import { calls, event, mockOperation, resetAll, ROOM, throttled } from '../../support/custom-resources/handler';

const RATE = 5;
const SECOND = 1_000;

/** A clock shared by many functions. When all of them sleep, it advances to the first that wakes up. */
class SharedClock {
  public now = 0;
  private readonly sleepers: { until: number; wake: () => void }[] = [];

  public async sleep(milliseconds: number): Promise<void> {
    await new Promise<void>(wake => this.sleepers.push({ until: this.now + milliseconds, wake }));
  }

  public async run<T>(work: Promise<T>): Promise<T> {
    let done = false;
    const end = work.finally(() => { done = true; });
    end.catch(() => {});
    while (!done) {
      await new Promise(resolve => setImmediate(resolve));
      this.sleepers.sort((one, other) => one.until - other.until);
      const next = this.sleepers.shift();
      if (!next) continue;
      this.now = Math.max(this.now, next.until);
      next.wake();
    }
    return end;
  }
}

/** Mulberry32: a random number generator with the same sequence in every run. */
function seeded(seed: number): () => number {
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

beforeEach(resetAll);

/** @returns the time it took, in milliseconds */
async function setRates(rooms: number, concurrency: number, seed: number): Promise<number> {
  const clock = new SharedClock();
  const environment: Environment = { now: () => clock.now, sleep: async time => clock.sleep(time), random: seeded(seed), log: () => {} };
  let tokens = RATE;
  let lastRefill = 0;
  mockOperation('UpdateRoom', () => {
    tokens = Math.min(RATE, tokens + (clock.now - lastRefill) / SECOND * RATE);
    lastRefill = clock.now;
    if (tokens < 1) return throttled;
    tokens -= 1;
    return {};
  });
  const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
  let remaining = rooms;
  const worker = async () => {
    while (remaining-- > 0) {
      const end = clock.now + 240 * SECOND;
      await respond(event('Custom::IVSChatRoomRate', 'Create', props), { getRemainingTimeInMillis: () => end - clock.now }, environment);
    }
  };
  await clock.run(Promise.all(Array.from({ length: concurrency }, worker)));
  return clock.now;
}

test.each([
  [100, 100],
  [100, 5],
  [300, 100],
])('%i rooms, %i at once, take at most 1.5 times as long as the documented rate needs', async (rooms, concurrency) => {
  expect(await setRates(rooms, concurrency, rooms)).toBeLessThanOrEqual(1.5 * rooms / RATE * SECOND);
  expect(calls().every(([operation]) => operation === 'UpdateRoom')).toBe(true);
});
