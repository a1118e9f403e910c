import { newPace, type Pace } from '../../../handlers/auto-moderator/pace';

async function startsOf(pace: Pace, calls: number): Promise<number[]> {
  return Promise.all(Array.from({ length: calls }, async () => {
    await pace(() => true);
    return performance.now();
  }));
}

function mostInASecond(starts: number[]): number {
  return Math.max(...starts.map(start => starts.filter(time => time >= start && time < start + 1_000).length));
}

test('20 calls a second are at most 21 in any second, and not much fewer', async () => {
  const starts = await startsOf(newPace(20), 50);
  expect(mostInASecond(starts)).toBeLessThanOrEqual(21);
  expect(starts[49] - starts[0]).toBeLessThan(3_500);
});

test('a blocked event loop is not followed by a burst', async () => {
  const pace = newPace(20);
  const calls = startsOf(pace, 30);
  await new Promise(resolve => setTimeout(resolve, 100));
  const end = performance.now() + 700;
  while (performance.now() < end);
  expect(mostInASecond(await calls)).toBeLessThanOrEqual(21);
  const starts = await calls;
  starts.slice(1).forEach((start, index) => expect(start - starts[index]).toBeGreaterThan(45));
});

test('the first call does not wait, and neither does one after a pause', async () => {
  const pace = newPace(2);
  for (let round = 0; round < 2; round++) {
    const start = performance.now();
    await pace(() => true);
    expect(performance.now() - start).toBeLessThan(100);
    await new Promise(resolve => setTimeout(resolve, 550));
  }
});

test('calls that are no longer needed take no time', async () => {
  const pace = newPace(1);
  const start = performance.now();
  const turns = [pace(() => true), ...Array.from({ length: 10 }, async () => pace(() => false))];
  expect(await Promise.all(turns)).toEqual([true, ...Array(10).fill(false)]);
  expect(performance.now() - start).toBeLessThan(500);
});
