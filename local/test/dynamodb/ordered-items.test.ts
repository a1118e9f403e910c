import * as fc from 'fast-check';
import type { Item } from '../../src/dynamodb/attribute-values';
import { OrderedItems } from '../../src/dynamodb/ordered-items';
import { ITEMS } from '../support/dynamodb/service';

const { key } = ITEMS;
const itemOf = (pk: string, sk: string, n = 0): Item => ({ pk: { S: pk }, sk: { S: sk }, n: { N: String(n) } });
const rangeKeys = (items: Iterable<Item>) => [...items].map(({ sk }) => sk.S);

test('range keys are in the order of their UTF-8 bytes', () => {
  const items = new OrderedItems(key, key);
  for (const sk of ['\u{1F600}', 'a', '\uFF5E', 'é', 'B']) items.put(itemOf('p', sk));

  expect(rangeKeys(items.partition({ S: 'p' }, false))).toEqual(['B', 'a', 'é', '\uFF5E', '\u{1F600}']);
  expect(rangeKeys(items.partition({ S: 'p' }, true))).toEqual(['\u{1F600}', '\uFF5E', 'é', 'a', 'B']);
});

test.each([[false, ['c', 'd']], [true, ['a']]])('a partition continues after a key that does not exist (reversed: %s)', (isReversed, expected) => {
  const items = new OrderedItems(key, key);
  for (const sk of ['a', 'c', 'd']) items.put(itemOf('p', sk));

  expect(rangeKeys(items.partition({ S: 'p' }, isReversed, itemOf('p', 'b')))).toEqual(expected);
});

test('has the items that a map has, in any sequence of writes', () => {
  const text = fc.constantFrom('a', 'b', 'é', 'aa', '');
  const write = fc.record({ pk: text, sk: text, isPut: fc.boolean(), n: fc.nat(9) });
  fc.assert(fc.property(fc.array(write, { maxLength: 60 }), writes => {
    const items = new OrderedItems(key, key);
    const expected = new Map<string, Item>();
    for (const { isPut, n, pk, sk } of writes) {
      const item = itemOf(pk, sk, n);
      if (isPut) items.put(item);
      else items.delete(item);
      if (isPut) expected.set(`${pk} ${sk}`, item);
      else expected.delete(`${pk} ${sk}`);
      expect(items.find(item)).toEqual(expected.get(`${pk} ${sk}`));
    }
    expect(items.size).toBe(expected.size);
    for (const pk of new Set(writes.map(each => each.pk))) {
      const inPartition = [...expected.values()].filter(item => item.pk.S === pk);
      expect(rangeKeys(items.partition({ S: pk }, false))).toEqual(rangeKeys(inPartition).sort());
    }
    expect([...items.scan(undefined)]).toHaveLength(expected.size);
  }));
});

test('the segments of a scan have each item once', () => {
  const items = new OrderedItems(key, key);
  for (let n = 0; n < 100; n++) items.put(itemOf(`p${n}`, 'a'));
  const segments = [0, 1, 2].map(segment => [...items.scan(undefined, segment, 3)]);

  for (const segment of segments) expect(segment.length).toBeGreaterThan(10);
  expect(segments.flat().map(({ pk }) => pk.S).sort()).toEqual([...items.scan(undefined)].map(({ pk }) => pk.S).sort());
});
