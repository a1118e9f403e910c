import type { IndexDefinition, KeyAttribute, TableDefinition } from '../../../src/contracts/table-definition';

/** Tables with keys of each type, with and without a range key, and with each kind of index. */
export const TABLES: readonly TableDefinition[] = [
  {
    tableName: 'Strings',
    billingMode: 'PAY_PER_REQUEST',
    key: { hash: key('pk', 'S'), range: key('sk', 'S') },
    indexes: [
      index('by-group', key('g', 'S'), key('sk', 'S'), { type: 'ALL' }),
      index('by-number', key('g', 'S'), key('n', 'N'), { type: 'KEYS_ONLY' }),
      index('number', key('n', 'N'), undefined, { type: 'INCLUDE', attributes: ['a', 'b'] }),
      { ...index('local', key('pk', 'S'), key('n', 'N'), { type: 'ALL' }), isLocal: true },
    ],
  },
  {
    tableName: 'Numbers',
    billingMode: 'PAY_PER_REQUEST',
    key: { hash: key('pk', 'N'), range: key('sk', 'N') },
    indexes: [index('by-group', key('g', 'S'), key('sk', 'N'), { type: 'ALL' })],
  },
  {
    tableName: 'Binary',
    billingMode: 'PAY_PER_REQUEST',
    key: { hash: key('pk', 'B'), range: key('sk', 'B') },
    indexes: [index('by-binary', key('x', 'B'), undefined, { type: 'ALL' })],
  },
  { tableName: 'Hash', billingMode: 'PAY_PER_REQUEST', key: { hash: key('pk', 'S') }, indexes: [] },
];

function key(name: string, type: KeyAttribute['type']): KeyAttribute {
  return { name, type };
}

function index(
  indexName: string, hash: KeyAttribute, range: KeyAttribute | undefined, projection: IndexDefinition['projection'],
): IndexDefinition {
  return { indexName, isLocal: false, key: { hash, range }, projection };
}

/** The input of CreateTable. */
export function createTableInput({ billingMode, indexes, key: tableKey, tableName }: TableDefinition): object {
  const keys = [tableKey, ...indexes.map(each => each.key)].flatMap(({ hash, range }) => range ? [hash, range] : [hash]);
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  const schemaOf = ({ hash, range }: TableDefinition['key']) => [
    { AttributeName: hash.name, KeyType: 'HASH' },
    ...range ? [{ AttributeName: range.name, KeyType: 'RANGE' }] : [],
  ];
  const describe = ({ indexName, key: indexKey, projection }: IndexDefinition) => ({
    IndexName: indexName,
    KeySchema: schemaOf(indexKey),
    Projection: { ProjectionType: projection.type, NonKeyAttributes: projection.attributes },
  });
  const [globalIndexes, localIndexes] = [false, true].map(isLocal => indexes.filter(each => each.isLocal === isLocal).map(describe));
  return {
    TableName: tableName,
    BillingMode: billingMode,
    AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    KeySchema: schemaOf(tableKey),
    ...globalIndexes.length > 0 && { GlobalSecondaryIndexes: globalIndexes },
    ...localIndexes.length > 0 && { LocalSecondaryIndexes: localIndexes },
  };
}
