import type { Environment } from '../../../handlers/custom-resources/chat-api';
import { respond } from '../../../handlers/custom-resources/respond';
import { seeded, SharedClock } from '../../support/custom-resources/clock';
import { event, mockOperation, resetAll, ROOM, throttled } from '../../support/custom-resources/handler';

const RATE = 5;
const SECOND = 1_000;

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
