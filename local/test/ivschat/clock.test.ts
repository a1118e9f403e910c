import { SYSTEM_CLOCK } from '../../src/ivschat/clock';

afterEach(() => jest.restoreAllMocks());

test('the time of day is the clock of the machine, with fractions of a millisecond, in order', () => {
  const before = Date.now();
  const times = Array.from({ length: 1000 }, () => SYSTEM_CLOCK.now());
  const after = Date.now();
  expect(times[0]).toBeGreaterThanOrEqual(before);
  expect(times.at(-1)).toBeLessThan(after + 1);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
  expect(times.some(time => time % 1 > 0)).toBe(true);
});

test('the time of day follows the clock of the machine when it is set, monotonic time does not', () => {
  const monotonic = SYSTEM_CLOCK.monotonic();
  for (const shift of [-600_000, 600_000]) {
    const set = Date.now() + shift;
    jest.spyOn(Date, 'now').mockReturnValue(set);
    expect(Math.trunc(SYSTEM_CLOCK.now())).toBe(set);
    jest.restoreAllMocks();
  }
  expect(SYSTEM_CLOCK.monotonic() - monotonic).toBeLessThan(10_000);
  expect(SYSTEM_CLOCK.monotonic()).toBeGreaterThanOrEqual(monotonic);
});
