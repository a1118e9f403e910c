import { readReviewMetrics } from '../../src/replay/review-metrics';

const metric = (fields: object) => JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [] }, FunctionName: 'f', ...fields });

test.each([
  ['a line of its own', metric({ Rule: 'words', Denied: 1 })],
  ['a line of console.log', `2026-01-05T14:33:32.894Z\tid\tINFO\t${metric({ Rule: 'words', Denied: 1 })}`],
  ['a line with the log format JSON', JSON.stringify({ timestamp: 'x', level: 'INFO', message: metric({ Rule: 'words', Denied: 1 }) })],
  ['a line of Python', '{"_aws": {"Timestamp": 1}, "Rule": "words", "Denied": 1}'],
])('finds a rule in %s', (_what, line) => {
  expect(readReviewMetrics(`START RequestId: 1\n${line}\nEND RequestId: 1\n`)).toEqual({ rules: ['words'], countedRules: [], isLate: false });
});

test('rules that mask, deny and count are told apart, and each is listed once', () => {
  const log = [metric({ Rule: 'a', Masked: 1 }), metric({ Rule: 'b', Masked: 1 }), metric({ Rule: 'a', Masked: 1 }), metric({ Rule: 'c', Counted: 1 }), metric({ Late: 1 })];
  expect(readReviewMetrics(log.join('\n'))).toEqual({ rules: ['a', 'b'], countedRules: ['c'], isLate: true });
});

test.each(['', 'words _aws', '{"_aws":{', '{"_aws":1}', metric({ Denied: 1 }), metric({ Rule: 7, Denied: 1 }), metric({ Rule: 'words', Bans: 1 })])('finds no rule in %s', log => {
  expect(readReviewMetrics(log)).toEqual({ rules: [], countedRules: [], isLate: false });
});
