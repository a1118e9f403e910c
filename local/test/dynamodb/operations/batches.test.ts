import { createService, ITEMS } from '../../support/dynamodb/service';

const keyOf = (n: number) => ({ pk: { S: 'p' }, sk: { S: `s${n}` } });
const keys = (count: number) => Array.from({ length: count }, (_, n) => keyOf(n));

test('a response has at most 16 MB, and the keys of the rest', () => {
  const { call } = createService(ITEMS);
  for (const key of keys(50)) call('PutItem', { Item: { ...key, text: { S: 'x'.repeat(399 * 1024) } } });
  const { Responses, UnprocessedKeys } = call('BatchGetItem', { RequestItems: { Items: { Keys: keys(50), ProjectionExpression: 'sk' } } });

  expect(Responses.Items).toHaveLength(41);
  expect(UnprocessedKeys.Items).toEqual({ Keys: keys(50).slice(41), ProjectionExpression: 'sk' });
});

test.each([
  ['101 keys in one table', 'BatchGetItem', { Items: { Keys: keys(101) } }, /^1 validation error detected: Value '.*' at 'requestItems\.Items\.member\.keys' failed to satisfy constraint: Member must have length less than or equal to 100$/],
  ['101 keys in two tables', 'BatchGetItem', { Items: { Keys: keys(100) }, Other: { Keys: keys(1) } }, /^Too many items requested for the BatchGetItem call$/],
  ['26 writes in two tables', 'BatchWriteItem', { Items: keys(25).map(Key => ({ DeleteRequest: { Key } })), Other: [{ DeleteRequest: { Key: keyOf(1) } }] }, /^Too many items requested for the BatchWriteItem call$/],
  ['a put and a delete of one item', 'BatchWriteItem', { Items: [{ PutRequest: { Item: keyOf(1) } }, { DeleteRequest: { Key: keyOf(1) } }] }, /^Provided list of item keys contains duplicates$/],
  ['the same number written differently', 'BatchGetItem', { Numbers: { Keys: [{ pk: { N: '1' } }, { pk: { N: '1.0' } }] } }, /^Provided list of item keys contains duplicates$/],
])('fails for %s', (_title, operation, RequestItems, message) => {
  const numbers = { ...ITEMS, tableName: 'Numbers', key: { hash: { name: 'pk', type: 'N' as const } } };
  expect(() => createService(ITEMS, { ...ITEMS, tableName: 'Other' }, numbers).call(operation, { RequestItems })).toThrow(message);
});

test('a batch with an invalid write changes nothing', () => {
  const { call } = createService(ITEMS);
  const RequestItems = { Items: [{ PutRequest: { Item: keyOf(1) } }, { PutRequest: { Item: { pk: { S: 'p' } } } }] };

  expect(() => call('BatchWriteItem', { RequestItems })).toThrow(new Error('The provided key element does not match the schema'));
  expect(call('Scan').Count).toBe(0);
});
