import { requireTable, type Operation } from './operation';
import {
  checkAllAttributes, checkStartKeyAttributes, checkStartKeyOfTable, checkStartKeySize, readPage, sourceOf, startKeyOf, type SelectInput,
} from './select';
import { parsed } from './write';
import type { KeySchema } from '../../contracts/table-definition';
import { areEqual, type Item } from '../attribute-values';
import { validationError } from '../errors';
import { beginsWith, compare } from '../expressions/condition';
import { parseCondition } from '../expressions/condition-parser';
import { checkExpressionParameters, ExpressionAttributes } from '../expressions/expression-attributes';
import { toKeyConditions, type KeyCondition } from '../expressions/key-condition';
import { parseProjection } from '../expressions/projection';
import { checkNestedPaths } from '../keys';
import { keyAttributes } from '../schema';
import { BOOLEAN, CAPACITY, EXPRESSION_ATTRIBUTES, INDEX_NAME, ITEM, LEGACY, STRING, TABLE_NAME } from '../shapes';

interface QueryInput extends SelectInput {
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
}

export const query: Operation = {
  shape: {
    type: 'structure',
    members: () => ({
      Select: { type: 'string', values: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] },
      IndexName: INDEX_NAME,
      ReturnConsumedCapacity: CAPACITY,
      TableName: TABLE_NAME,
      Limit: { type: 'integer', minimum: 1 },
      ExclusiveStartKey: ITEM,
      ConsistentRead: BOOLEAN,
      ScanIndexForward: BOOLEAN,
      KeyConditionExpression: STRING,
      FilterExpression: STRING,
      ProjectionExpression: STRING,
      ...EXPRESSION_ATTRIBUTES,
    }),
    required: ['TableName'],
    unsupported: LEGACY,
  },
  permissions: ({ IndexName: indexName, TableName: tableName }: QueryInput) => [{ action: 'Query', tableName, indexName }],
  run: (tables, input: QueryInput) => {
    const { conditions, filter, projection, startKey } = parseQuery(input);
    const table = requireTable(tables, input.TableName);
    const source = sourceOf(table, input);
    checkStartKeySize(table, source, startKey);
    const key = source.index?.key ?? table.definition.key;
    if (startKey) checkStartKeyAttributes(table, source, startKey);
    checkConditions(conditions, key);
    if (startKey) {
      checkStartKeyOfTable(table, startKey);
      checkBoundaries(startKey, conditions, key);
    }
    if (projection) checkNestedPaths(projection.nestedPaths, table.definition);
    const filtered = keyAttributes(key).find(({ name }) => filter?.pathHeads.has(name));
    if (filtered) throw validationError(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${filtered.name}`);
    checkAllAttributes(source, input);
    if (filter) checkNestedPaths(filter.nestedPaths, table.definition);

    const [hash] = conditions.get(key.hash.name)!.values;
    const items = source.items.partition(hash, input.ScanIndexForward === false, startKey);
    return readPage(inRange(items, key, conditions), { table, source, input, filter, projection });
  },
};

function parseQuery(input: QueryInput) {
  checkExpressionParameters(input, ['ProjectionExpression', 'FilterExpression', 'KeyConditionExpression']);
  const startKey = startKeyOf(input);
  if (input.KeyConditionExpression === undefined) {
    throw validationError('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const attributes = new ExpressionAttributes(input);
  const keyCondition = parsed('KeyConditionExpression', input.KeyConditionExpression, text => parseCondition(text, attributes))!;
  const filter = parsed('FilterExpression', input.FilterExpression, text => parseCondition(text, attributes));
  const projection = parsed('ProjectionExpression', input.ProjectionExpression, text => parseProjection(text, attributes));
  attributes.checkAllUsed();
  return { conditions: toKeyConditions(keyCondition.condition), filter, projection, startKey };
}

type KeyConditions = ReadonlyMap<string, KeyCondition>;

/** Throws if the conditions do not select one hash key and a range of range keys. */
function checkConditions(conditions: KeyConditions, key: KeySchema): void {
  if (!key.range && conditions.size > 1) throw validationError('Query key condition not supported');
  for (const { name, type } of keyAttributes(key)) {
    const isHash = name === key.hash.name;
    const condition = conditions.get(name);
    if (!condition) {
      if (isHash || conditions.size > 1) throw validationError(`Query condition missed key schema element: ${name}`);
      continue;
    }
    if (condition.values.some(value => value[type] === undefined)) {
      throw validationError('One or more parameter values were invalid: Condition parameter type does not match schema type');
    }
    if (isHash && condition.operator !== 'EQ') throw validationError('Query key condition not supported');
  }
}

/** Throws if the starting key is not one of the query. */
function checkBoundaries(startKey: Item, conditions: KeyConditions, { hash, range }: KeySchema): void {
  const isSameHash = areEqual(startKey[hash.name], conditions.get(hash.name)!.values[0]);
  const rangeCondition = range && conditions.get(range.name);
  if (!rangeCondition) {
    if (!isSameHash) throw validationError('The provided starting key is outside query boundaries based on provided conditions');
    return;
  }
  if (!isInRange(startKey[range.name], rangeCondition)) throw validationError('The provided starting key does not match the range key predicate');
  if (!isSameHash) throw validationError('The query can return at most one row and cannot be restarted');
}

function *inRange(items: Iterable<Item>, { range }: KeySchema, conditions: KeyConditions): Generator<Item> {
  const condition = range && conditions.get(range.name);
  for (const item of items) {
    if (!condition || isInRange(item[range.name], condition)) yield item;
  }
}

function isInRange(value: Item[string], { operator, values: [first, second] }: KeyCondition): boolean {
  switch (operator) {
    case 'BEGINS_WITH': return beginsWith(value, first);
    case 'BETWEEN': return compare('>=', value, first) && compare('<=', value, second);
    case 'EQ': return compare('=', value, first);
    case 'GE': return compare('>=', value, first);
    case 'GT': return compare('>', value, first);
    case 'LE': return compare('<=', value, first);
    case 'LT': return compare('<', value, first);
  }
}
