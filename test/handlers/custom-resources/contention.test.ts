import { respond } from '../../../handlers/custom-resources/respond';
import type { Surroundings } from '../../../handlers/custom-resources/surroundings';
import { answersWith, calls, event, ROOM, startAnew, throttled } from '../../support/custom-resources/handler';

const RATE = 5;
const SECOND = 1_000;

/** Many functions on one clock: it moves on to whoever wakes first, once all the others wait. */
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

/** Mulberry32: chance that is the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) % 2 ** 32;
    /* eslint-disable no-bitwise -- it is what the generator consists of */
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    /* eslint-enable no-bitwise */
  };
}

beforeEach(startAnew);

/** @returns how long it took, in milliseconds */
async function setRates(rooms: number, atOnce: number, seed: number): Promise<number> {
  const clock = new SharedClock();
  const surroundings: Surroundings = { now: () => clock.now, sleep: async time => clock.sleep(time), random: seeded(seed), log: () => {} };
  let tokens = RATE;
  let filled = 0;
  answersWith('UpdateRoom', () => {
    tokens = Math.min(RATE, tokens + (clock.now - filled) / SECOND * RATE);
    filled = clock.now;
    if (tokens < 1) return throttled;
    tokens -= 1;
    return {};
  });
  const props = { RoomArn: ROOM, MaximumMessageRatePerSecond: '50' };
  let left = rooms;
  const one = async () => {
    while (left-- > 0) {
      const end = clock.now + 240 * SECOND;
      await respond(event('Custom::IVSChatRoomRate', 'Create', props), { getRemainingTimeInMillis: () => end - clock.now }, surroundings);
    }
  };
  await clock.run(Promise.all(Array.from({ length: atOnce }, one)));
  return clock.now;
}

test.each([
  [100, 100],
  [100, 5],
  [300, 100],
])('%i rooms, %i at once, need at most half as long again as the documented rate allows', async (rooms, atOnce) => {
  expect(await setRates(rooms, atOnce, rooms)).toBeLessThanOrEqual(1.5 * rooms / RATE * SECOND);
  expect(calls().every(([operation]) => operation === 'UpdateRoom')).toBe(true);
});
