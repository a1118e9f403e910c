import type { TableDefinition } from '../../../src/contracts/table-definition';
import { createService, ITEMS } from '../../support/dynamodb/service';

const LOCAL: TableDefinition = {
  ...ITEMS,
  indexes: [{ indexName: 'local', isLocal: true, key: { hash: { name: 'pk', type: 'S' }, range: { name: 'n', type: 'N' } }, projection: { type: 'KEYS_ONLY' } }],
};

const OF_P = { KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': { S: 'p' } } };

const itemOf = (n: number, more: object = {}) => ({ pk: { S: 'p' }, sk: { S: `s${n}` }, n: { N: String(n) }, ...more });

test('a page ends after 1 MB, before the filter', () => {
  const { call } = createService(ITEMS);
  for (let n = 0; n < 4; n++) call('PutItem', { Item: itemOf(n, { text: { S: 'x'.repeat(300 * 1024) } }) });
  call('PutItem', { Item: itemOf(4) });
  const first = call('Query', { ...OF_P, FilterExpression: 'attribute_not_exists(#t)', ExpressionAttributeNames: { '#t': 'text' } });

  expect(first).toEqual({ Items: [], Count: 0, ScannedCount: 4, LastEvaluatedKey: { pk: { S: 'p' }, sk: { S: 's3' } } });
  expect(call('Query', { ...OF_P, ExclusiveStartKey: first.LastEvaluatedKey }).Items).toEqual([itemOf(4)]);
});

test('a local index reads attributes in the table that it does not have', () => {
  const { call } = createService(LOCAL);
  call('PutItem', { Item: itemOf(1, { a: { S: 'x' } }) });
  const query = { ...OF_P, IndexName: 'local', ConsistentRead: true };

  expect(call('Query', query).Items).toEqual([itemOf(1)]);
  expect(call('Query', { ...query, ProjectionExpression: 'a' }).Items).toEqual([{ a: { S: 'x' } }]);
  expect(call('Query', { ...query, Select: 'ALL_ATTRIBUTES' }).Items).toEqual([itemOf(1, { a: { S: 'x' } })]);
});

test('the segments of a parallel scan, page by page, have each item once', () => {
  const { call } = createService(ITEMS);
  for (let n = 0; n < 40; n++) call('PutItem', { Item: { ...itemOf(n), pk: { S: `p${n}` } } });
  const found: string[] = [];
  for (const Segment of [0, 1, 2]) {
    let page: any;
    do {
      page = call('Scan', { Segment, TotalSegments: 3, Limit: 4, ExclusiveStartKey: page?.LastEvaluatedKey });
      found.push(...page.Items.map(({ pk }: any) => pk.S));
    } while (page.LastEvaluatedKey);
  }

  expect(found.sort()).toEqual(Array.from({ length: 40 }, (_, n) => `p${n}`).sort());
});

test.each([
  ['Scan', { ConsistentRead: true, IndexName: 'global' }, 'Consistent reads are not supported on global secondary indexes'],
  ['Scan', { Segment: 1, TotalSegments: 1 }, 'The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: 1 is not less than TotalSegments: 1'],
  ['Scan', { Segment: 0 }, 'The TotalSegments parameter is required but was not present in the request when Segment parameter is present'],
  ['Scan', { TotalSegments: 2 }, 'The Segment parameter is required but was not present in the request when parameter TotalSegments is present'],
  ['Scan', { ExclusiveStartKey: { pk: { S: 'p' } } }, 'The provided starting key is invalid: The provided key element does not match the schema'],
  ['Query', { ...OF_P, ExclusiveStartKey: { pk: { S: 'q' }, sk: { S: 's' } } }, 'The provided starting key is outside query boundaries based on provided conditions'],
  ['Query', {}, 'Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.'],
])('fails for a %s with %j', (operation, input, message) => {
  const { call } = createService({ ...ITEMS, indexes: [{ indexName: 'global', isLocal: false, key: ITEMS.key, projection: { type: 'ALL' } }] });
  expect(() => call(operation, input)).toThrow(new Error(message));
});
