import type { Environment } from '../../../handlers/custom-resources/chat-api';
import { respond } from '../../../handlers/custom-resources/respond';
import { event, mockOperation, resetAll, ROOM, throttled } from '../../support/custom-resources/handler';

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

interface Crowd {
  readonly requestType: 'Create' | 'Delete';
  readonly rooms: number;
  readonly concurrency: number;
}

/** @returns the time it took, in milliseconds, and the calls that were not throttled */
async function handleAll({ requestType, rooms, concurrency }: Crowd): Promise<{ time: number; calls: number }> {
  const clock = new SharedClock();
  const environment: Environment = { now: () => clock.now, sleep: async time => clock.sleep(time), random: seeded(rooms), log: () => {} };
  const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
  let answered = 0;
  for (const operation of ['GetRoom', 'UpdateRoom'] as const) {
    let tokens = RATE;
    let lastRefill = 0;
    mockOperation(operation, () => {
      tokens = Math.min(RATE, tokens + (clock.now - lastRefill) / SECOND * RATE);
      lastRefill = clock.now;
      if (tokens < 1) return throttled;
      tokens -= 1;
      answered++;
      return operation === 'GetRoom' ? { maximumMessageRatePerSecond: 50 } : {};
    });
  }
  let remaining = rooms;
  const worker = async () => {
    while (remaining-- > 0) {
      const end = clock.now + 240 * SECOND;
      const sent = event('Custom::IVSChatRoomRate', requestType, props, { id: `${ROOM}/rate` });
      await respond(sent, { getRemainingTimeInMillis: () => end - clock.now }, environment);
    }
  };
  await clock.run(Promise.all(Array.from({ length: concurrency }, worker)));
  return { time: clock.now, calls: answered };
}

const CROWDS = [[100, 100], [100, 5], [300, 100]];

test.each(CROWDS)('%i rooms, %i at once, take at most 1.5 times as long as the documented rate needs, and a call each', async (rooms, concurrency) => {
  const { time, calls } = await handleAll({ requestType: 'Create', rooms, concurrency });
  expect(time).toBeLessThanOrEqual(1.5 * rooms / RATE * SECOND);
  expect(calls).toBe(rooms);
});

test.each(CROWDS)('%i rooms, %i at once, are deleted in at most 1.5 times that time, with two calls each', async (rooms, concurrency) => {
  const { time, calls } = await handleAll({ requestType: 'Delete', rooms, concurrency });
  expect(time).toBeLessThanOrEqual(1.5 * rooms / RATE * SECOND);
  expect(calls).toBe(2 * rooms);
});
