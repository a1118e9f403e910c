import { IvschatClient } from '@aws-sdk/client-ivschat';
import type { Environment } from '../../../handlers/custom-resources/chat-api';
import { respond } from '../../../handlers/custom-resources/respond';
import { seeded, SharedClock } from '../../support/custom-resources/clock';
import { event, ROOM, throttled } from '../../support/custom-resources/handler';

const RATE = 5;
const SECOND = 1_000;

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
  const buckets = { GetRoomCommand: { tokens: RATE, refilledAt: 0 }, UpdateRoomCommand: { tokens: RATE, refilledAt: 0 } };
  // Not a stub of a mock, which records every call with its stack.
  IvschatClient.prototype.send = async ({ constructor: { name } }: { constructor: { name: string } }) => {
    const bucket = buckets[name as keyof typeof buckets];
    bucket.tokens = Math.min(RATE, bucket.tokens + (clock.now - bucket.refilledAt) / SECOND * RATE);
    bucket.refilledAt = clock.now;
    if (bucket.tokens < 1) throw throttled;
    bucket.tokens -= 1;
    answered++;
    return name === 'GetRoomCommand' ? { maximumMessageRatePerSecond: 50 } : {};
  };
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

test.each(CROWDS)('%i rooms, %i at once, are deleted in at most 1.5 times that time, with little more than two calls each', async (rooms, concurrency) => {
  const { time, calls } = await handleAll({ requestType: 'Delete', rooms, concurrency });
  expect(time).toBeLessThanOrEqual(1.5 * rooms / RATE * SECOND);
  expect(calls).toBeLessThanOrEqual(2.1 * rooms);
});
