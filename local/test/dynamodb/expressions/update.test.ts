import type { Item } from '../../../src/dynamodb/attribute-values';
import { ExpressionAttributes } from '../../../src/dynamodb/expressions/expression-attributes';
import { applyUpdate } from '../../../src/dynamodb/expressions/update';
import { parseUpdate } from '../../../src/dynamodb/expressions/update-parser';

const ITEM: Item = { l: { L: ['a', 'b', 'c', 'd'].map(S => ({ S })) }, m: { M: { x: { N: '1' } } }, n: { N: '5' } };

function update(expression: string, values: Item = {}): Item {
  const attributes = new ExpressionAttributes(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {});
  return applyUpdate(ITEM, parseUpdate(expression, attributes).actions, () => undefined);
}

const letters = ({ l }: Item) => l.L!.map(({ S }) => S);

test.each([
  ['REMOVE l[0], l[2]', ['b', 'd']],
  ['REMOVE l[2], l[0]', ['b', 'd']],
  ['REMOVE l[9]', ['a', 'b', 'c', 'd']],
  ['REMOVE l[0] SET l[1] = :x', ['x', 'c', 'd']],
  ['SET l[1] = :x REMOVE l[0]', ['x', 'c', 'd']],
  ['SET l[9] = :x, l[7] = :y', ['a', 'b', 'c', 'd', 'y', 'x']],
  ['SET l[9] = :x REMOVE l[3]', ['a', 'b', 'c', 'x']],
])('%s changes the elements that the list had before', (expression, expected) => {
  const values = Object.entries({ ':x': { S: 'x' }, ':y': { S: 'y' } }).filter(([name]) => expression.includes(name));
  expect(letters(update(expression, Object.fromEntries(values)))).toEqual(expected);
});

test('all actions see the item before the update', () => {
  expect(update('SET n = m.x, m.x = n')).toEqual({ ...ITEM, n: { N: '1' }, m: { M: { x: { N: '5' } } } });
});

test('a value that is assigned twice is not shared', () => {
  const { a, b } = update('SET a = m, b = m');

  expect(a).toEqual(b);
  expect(a.M).not.toBe(b.M);
  expect(ITEM.m).toEqual({ M: { x: { N: '1' } } });
});

test('numbers keep 38 digits', () => {
  expect(update('SET n = n + :v', { ':v': { N: '0.0000000000000000000000000000000000001' } }).n).toEqual({ N: '5.0000000000000000000000000000000000001' });
});

test('attributes can have the name of a member of every object', () => {
  expect(Object.keys(applyUpdate({}, parseUpdate('SET #p = :v', new ExpressionAttributes({
    ExpressionAttributeNames: { '#p': '__proto__' }, ExpressionAttributeValues: { ':v': { S: 'x' } },
  })).actions, () => undefined))).toEqual(['__proto__']);
});

test.each([
  ['SET a = :v + :v + :v', 'Syntax error; token: "+", near: ":v + :v"'],
  ['SET a', 'Syntax error; token: "<EOF>", near: "a"'],
  ['PUT a', 'Syntax error; token: "PUT", near: "PUT a"'],
  ['ADD a b', 'Syntax error; token: "b", near: "a b"'],
])('fails for %s', (expression, message) => {
  expect(() => update(expression, { ':v': { N: '1' } })).toThrow(new Error(message));
});
