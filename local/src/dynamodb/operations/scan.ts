import { requireTable, type Operation } from './operation';
import {
  checkAllAttributes, checkStartKeyAttributes, checkStartKeyOfTable, checkStartKeySize, readPage, sourceOf, startKeyOf, type SelectInput,
} from './select';
import { parsed } from './write';
import { validationError } from '../errors';
import { parseCondition } from '../expressions/condition-parser';
import { checkExpressionParameters, ExpressionAttributes } from '../expressions/expression-attributes';
import { parseProjection } from '../expressions/projection';
import { checkNestedPaths } from '../keys';
import { BOOLEAN, CAPACITY, EXPRESSION_ATTRIBUTES, INDEX_NAME, ITEM, LEGACY, STRING, TABLE_NAME } from '../shapes';

interface ScanInput extends SelectInput {
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

export const scan: Operation = {
  shape: {
    type: 'structure',
    members: () => ({
      Select: { type: 'string', values: ['SPECIFIC_ATTRIBUTES', 'COUNT', 'ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES'] },
      IndexName: INDEX_NAME,
      TotalSegments: { type: 'integer', minimum: 1 },
      ReturnConsumedCapacity: CAPACITY,
      TableName: TABLE_NAME,
      Segment: { type: 'integer', minimum: 0 },
      Limit: { type: 'integer', minimum: 1 },
      ExclusiveStartKey: ITEM,
      ConsistentRead: BOOLEAN,
      FilterExpression: STRING,
      ProjectionExpression: STRING,
      ...EXPRESSION_ATTRIBUTES,
    }),
    required: ['TableName'],
    unsupported: LEGACY,
  },
  permissions: ({ IndexName: indexName, TableName: tableName }: ScanInput) => [{ action: 'Scan', tableName, indexName }],
  run: (tables, input: ScanInput) => {
    checkExpressionParameters(input, ['ProjectionExpression', 'FilterExpression']);
    const startKey = startKeyOf(input);
    checkSegments(input);
    const attributes = new ExpressionAttributes(input);
    const filter = parsed('FilterExpression', input.FilterExpression, text => parseCondition(text, attributes));
    const projection = parsed('ProjectionExpression', input.ProjectionExpression, text => parseProjection(text, attributes));
    attributes.checkAllUsed();

    const table = requireTable(tables, input.TableName);
    const source = sourceOf(table, input);
    checkStartKeySize(table, source, startKey, ': The provided key element does not match the schema');
    if (startKey && source.index) checkStartKeyAttributes(table, source, startKey);
    checkAllAttributes(source, input);
    const { Segment, TotalSegments } = input;
    if (startKey) {
      checkStartKeyOfTable(table, startKey);
      if (TotalSegments !== undefined && source.items.segment(startKey, TotalSegments) !== Segment) {
        throw validationError(`The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct Segment. TotalSegments: ${TotalSegments} Segment: ${Segment}`);
      }
    }
    if (projection) checkNestedPaths(projection.nestedPaths, table.definition);
    if (filter) checkNestedPaths(filter.nestedPaths, table.definition);
    return readPage(source.items.scan(startKey, Segment, TotalSegments), { table, source, input, filter, projection });
  },
};

function checkSegments({ Segment, TotalSegments }: ScanInput): void {
  if (Segment !== undefined && TotalSegments === undefined) {
    throw validationError('The TotalSegments parameter is required but was not present in the request when Segment parameter is present');
  }
  if (TotalSegments !== undefined && Segment === undefined) {
    throw validationError('The Segment parameter is required but was not present in the request when parameter TotalSegments is present');
  }
  if (Segment !== undefined && Segment >= TotalSegments!) {
    throw validationError(`The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${Segment} is not less than TotalSegments: ${TotalSegments}`);
  }
}
