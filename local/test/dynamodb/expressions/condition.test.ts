import type { Item } from '../../../src/dynamodb/attribute-values';
import { satisfies } from '../../../src/dynamodb/expressions/condition';
import { parseCondition } from '../../../src/dynamodb/expressions/condition-parser';
import { ExpressionAttributes } from '../../../src/dynamodb/expressions/expression-attributes';

const ITEM: Item = {
  text: { S: 'héllo' },
  number: { N: '10' },
  vd: { S: '' },
  li: { L: [{ N: '1' }, { M: { k: { BOOL: true } } }] },
  mp: { M: { k: { L: [{ S: 'x' }] }, n: { N: '1' } } },
  ns: { SS: ['a', 'b'] },
  bytes: { B: 'AP8B' },
  yes: { BOOL: true },
  nothing: { NULL: true },
};

const VALUES: Item = {
  ':list': { L: [{ N: '1' }, { M: { k: { BOOL: true } } }] },
  ':map': { M: { n: { N: '1.0' }, k: { L: [{ S: 'x' }] } } },
  ':names': { SS: ['b', 'a'] },
  ':yes': { BOOL: true },
  ':element': { M: { k: { BOOL: true } } },
  ':six': { N: '6' },
  ':zero': { N: '0' },
  ':ten': { N: '10.0' },
  ':text': { S: '10' },
  ':low': { B: 'AA==' },
  ':byte': { B: '/w==' },
  ':a': { S: 'a' },
};

function evaluate(expression: string, item = ITEM): boolean {
  const values = Object.fromEntries(Object.entries(VALUES).filter(([name]) => new RegExp(`${name}\\b`).test(expression)));
  return satisfies(item, parseCondition(expression, new ExpressionAttributes({
    ExpressionAttributeNames: { '#number': 'number', '#text': 'text' }, ...Object.keys(values).length > 0 && { ExpressionAttributeValues: values },
  })).condition);
}

// What dynalite does in another way, or not at all. The rest is compared with it.
test.each([
  ['li = :list'], ['li <> :map'], ['NOT li <> :list'], ['mp = :map'], ['ns = :names'], ['li[1] = :element'],
  ['contains(li, :element)'], ['yes = :yes'],
  ['size(#text) = :six'], ['size(vd) = :zero'], ['size(yes) = :zero OR yes = :yes'],
  ['#number = :ten'], ['#number <> :text'], ['contains(bytes, :byte)'], ['begins_with(bytes, :low)'], ['bytes > :low'],
  ['gone <> :a'], ['NOT gone = :a'], ['NOT gone < :a'], ['NOT gone <= missing2'], ['NOT gone = missing2'], ['NOT gone <> missing2'],
  ['NOT yes < :yes'], ['NOT nothing >= :yes'], ['NOT NOT yes = :yes'], ['not (NOT (yes = :yes))'],
  ['attribute_exists(mp.k[0])'], ['attribute_not_exists(mp.k[1])'], ['attribute_not_exists(#text.k)'], ['attribute_not_exists(li.k)'],
])('%s is satisfied', expression => {
  expect(evaluate(expression)).toBe(true);
});

test('attributes can have the name of a member of every object', () => {
  expect(evaluate('attribute_exists(toString)')).toBe(false);
  expect(evaluate('attribute_exists(toString)', { toString: { S: 'x' } } as unknown as Item)).toBe(true);
});

test.each([
  ['a = ', 'Syntax error; token: "<EOF>", near: "="'],
  ['a == :a', 'Syntax error; token: "=", near: "== :a"'],
  ['a-b = :a', 'Syntax error; token: "-", near: "a-b"'],
  ['a = "x"', 'Syntax error; token: """, near: "= "x"'],
  ['_a = :a', 'Syntax error; token: "_", near: "_a"'],
  ['a[x] = :a', 'Syntax error; token: "x", near: "[x]"'],
  ['(a = :a', 'Syntax error; token: "<EOF>", near: ":a"'],
  ['a = :a)', 'Syntax error; token: ")", near: ":a)"'],
  ['a', 'Syntax error; token: "<EOF>", near: "a"'],
  [' ', 'The expression can not be empty;'],
  [`${'('.repeat(2048)}a = :a${')'.repeat(2048)}`, 'Expression size has exceeded the maximum allowed size; expression size: 4102'],
])('fails for %s', (expression, message) => {
  expect(() => evaluate(expression)).toThrow(new Error(message));
});

test('the deepest condition that fits is evaluated', () => {
  expect(evaluate(`${'NOT '.repeat(1000)}yes = :yes`)).toBe(true);
});
