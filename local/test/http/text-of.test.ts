import { textOf } from '../../src/http/text-of';

test.each([
  ['a', 'a'], [1.5, '1.5'], [true, 'true'], [null, 'null'], [undefined, 'undefined'], [['a', 1], '["a",1]'], [{ a: 1 }, '{"a":1}'],
  [{ toString: 1, valueOf: 1 }, '{"toString":1,"valueOf":1}'], [[{ toString: 1 }], '[{"toString":1}]'],
])('%j is %s', (value, text) => expect(textOf(value)).toBe(text));
