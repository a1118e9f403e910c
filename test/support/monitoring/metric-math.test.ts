import { evaluateMath } from './metric-math';

const _ = undefined;

// The comparisons are those of the documentation.
test.each([
  ['m1 + m2', { m1: [1, _, 3, _], m2: [_, 2, 3, _] }, [1, 2, 6, _]],
  ['m1 / m2 * 100', { m1: [1, _, 3], m2: [4, 2, _] }, [25, 0, _]],
  ['(m1 + m2) / (m1 + 2)', { m1: [2], m2: [2] }, [1]],
  ['m1 - 1 - 1', { m1: [5] }, [3]],
  ['m1 >= 30', { m1: [30, 20, 0, 0] }, [1, 0, 0, 0]],
  ['IF(m1 >= 150, 1, 0) + m2', { m1: [150, 149, _, _], m2: [1, _, 2, _] }, [2, 0, 2, _]],
  ['SUM([m1, m2 + m3])', { m1: [], m2: [1, _], m3: [_, _] }, [1, _]],
  ['SUM([m1, m2])', { m1: [1, _, 3, _], m2: [_, 2, 3, _] }, [1, 2, 6, _]],
  ['m1 / SERVICE_QUOTA(m1) * 100', { m1: [50, _] }, [50, _]],
])('%s', (expression, metrics, expected) => {
  expect(evaluateMath(expression, metrics as any, 100)).toEqual(expected);
});

test.each([
  ['m1 + m3', 'unknown m3'], ['m1 +', 'unknown undefined'], ['1 + 2', 'must be a time series'], ['m1 m1', 'unexpected m1'], ['m1 ^ 2', 'unexpected'],
  ['SUM(m1)', 'expected ['], ['SUM([1])', 'SUM must have time series'], ['IF(m1, m1, 0)', 'IF must have two numbers'], ['(m1', 'expected )'],
])('%s fails', (expression, message) => {
  expect(() => evaluateMath(expression, { m1: [1] })).toThrow(message);
});
