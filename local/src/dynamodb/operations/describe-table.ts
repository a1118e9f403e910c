import type { Operation } from './operation';
import type { IndexDefinition, KeySchema } from '../../contracts/table-definition';
import { tableNotFound, validationError } from '../errors';
import { keyAttributes } from '../schema';
import { TABLE_NAME } from '../shapes';
import type { Table } from '../table';

export const describeTable: Operation = {
  shape: { type: 'structure', members: () => ({ TableName: { ...TABLE_NAME, minimum: undefined, maximum: undefined } }) },
  permissions: ({ TableName: tableName }) => {
    checkTableName(tableName);
    return [{ action: 'DescribeTable', tableName }];
  },
  run: (tables, { TableName: tableName }: { TableName: string }) => {
    const table = tables.find(tableName);
    if (!table) throw tableNotFound(tableName);
    return { Table: description(tables.arn(tableName), table) };
  },
};

/** The operations on tables have errors of their own for a name of the wrong length. */
function checkTableName(name: string | undefined): void {
  if (name === undefined) throw validationError('The parameter \'TableName\' is required but was not present in the request');
  if (name.length < 3 || name.length > 255) throw validationError('TableName must be at least 3 characters long and at most 255 characters long');
}

function description(TableArn: string, table: Table): object {
  const { billingMode, indexes, key, tableName: TableName } = table.definition;
  const attributes = new Map([key, ...indexes.map(index => index.key)].flatMap(keyAttributes).map(({ name, type }) => [name, type]));
  const describeIndex = (index: IndexDefinition) => ({
    IndexName: index.indexName,
    IndexArn: `${TableArn}/index/${index.indexName}`,
    KeySchema: keySchema(index.key),
    Projection: { ProjectionType: index.projection.type, ...index.projection.attributes && { NonKeyAttributes: index.projection.attributes } },
    IndexSizeBytes: 0,
    ItemCount: table.indexItemCount(index.indexName),
    ...!index.isLocal && { IndexStatus: 'ACTIVE', ProvisionedThroughput: THROUGHPUT },
  });
  const [globalIndexes, localIndexes] = [false, true].map(isLocal => indexes.filter(index => index.isLocal === isLocal).map(describeIndex));
  return {
    TableName,
    TableArn,
    TableStatus: 'ACTIVE',
    CreationDateTime: table.createdAt.getTime() / 1000,
    AttributeDefinitions: [...attributes].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: keySchema(key),
    ...globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes },
    ...localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes },
    ProvisionedThroughput: THROUGHPUT,
    ...billingMode === 'PAY_PER_REQUEST' && { BillingModeSummary: { BillingMode: billingMode } },
    TableSizeBytes: 0,
    ItemCount: table.itemCount,
  };
}

/** Throughput is neither limited nor counted. */
const THROUGHPUT = { NumberOfDecreasesToday: 0, ReadCapacityUnits: 0, WriteCapacityUnits: 0 };

function keySchema({ hash, range }: KeySchema): object[] {
  return [
    { AttributeName: hash.name, KeyType: 'HASH' },
    ...range ? [{ AttributeName: range.name, KeyType: 'RANGE' }] : [],
  ];
}
