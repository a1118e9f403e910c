import { countsOf, readReplayLimits } from '../../src/replay/fail-if';
import type { ReplayResult } from '../../src/replay/result';

const RESULT = {
  ...{ messages: 200, denied: 4, masked: 1, missed: 2, mistakes: 0, caught: 0, counted: 0, late: 1, fallback: 1, unreadable: 3 },
  milliseconds: { p50: 0.5, p99: 149.96, slowest: 210, limit: 200 },
} as unknown as ReplayResult;

const check = (text: string) => readReplayLimits([text])[0].check(countsOf(RESULT));

test.each([
  ['denied>1%', 'denied>1%: it is 2.00%, 4 of 200 messages'],
  ['denied >= 2 %', 'denied >= 2 %: it is 2.00%, 4 of 200 messages'],
  ['missed>1', 'missed>1: it is 2'],
  ['late>0.4%', 'late>0.4%: it is 0.50%, 1 of 200 messages'],
  ['fallback>0', 'fallback>0: it is 1'],
  ['unreadable>0', 'unreadable>0: it is 3'],
  ['p99>149ms', 'p99>149ms: it is 150.0 ms'],
  ['slowest>200', 'slowest>200: it is 210.0 ms'],
])('%s is exceeded', (text, message) => {
  expect(check(text)).toBe(message);
});

test.each(['denied>2%', 'denied>4', 'masked>1', 'mistakes>0', 'caught>0%', 'counted>=1', 'p50>=1ms', 'p99>150ms'])('%s is not exceeded', text => {
  expect(check(text)).toBeUndefined();
});

test.each(['', 'denied', 'denied<1', 'denied>', 'denied>1ms', 'denied>-1', 'allowed>1', 'p99>1%', 'p98>1ms', 'denied>1%,missed>0', 'denied>1e3', 'constructor>0'])('fails for %s, and names what is allowed', text => {
  expect(() => readReplayLimits([text])).toThrow(
    '--fail-if must be a count (denied, masked, missed, mistakes, caught, counted, late, fallback, unreadable) with a number or a percentage, '
    + `such as "denied>1%" or "masked>0", or a duration (p50, p99, slowest), such as "p99>150ms", got "${text}".`,
  );
});
