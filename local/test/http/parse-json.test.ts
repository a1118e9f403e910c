import { parseJson } from '../../src/http/parse-json';

const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);

test.each(['1', 'null', '"a"', '{"a":[{"b":null}]}', nested(1000)])('JSON is parsed: %.30s', text => {
  expect(parseJson(text)).toEqual(JSON.parse(text));
});

test.each([
  ['no JSON', '{'],
  ['lists within lists', nested(1002)],
  ['objects within objects', `${'{"a":'.repeat(1001)}1${'}'.repeat(1001)}`],
  ['far too many levels', nested(500_000)],
])('fails for %s', (_what, text) => {
  expect(() => parseJson(text)).toThrow(SyntaxError);
});
