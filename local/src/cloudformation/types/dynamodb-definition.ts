import { isDeepStrictEqual } from 'node:util';
import { ExpectedError } from '../../expected-error';
import type { Properties } from '../resource-type';
import type { IndexDefinition, KeySchema, TableDefinition } from '../services';

type KeyType = 'B' | 'N' | 'S';

/** Documented limits of a table. */
const MAXIMUM_INDEXES = { GlobalSecondaryIndexes: 20, LocalSecondaryIndexes: 5 };

const INVALID = 'One or more parameter values were invalid';

/** The definition of a table from its properties. Throws an ExpectedError with the message of DynamoDB if they do not fit together. */
export function tableDefinition(tableName: string, properties: Properties): TableDefinition {
  const { BillingMode: billingMode = 'PROVISIONED', GlobalSecondaryIndexes = [], KeySchema: schema, LocalSecondaryIndexes = [] } = properties;
  const types = attributeTypesOf(properties);
  const key = keySchema(schema, types);
  const indexes = [
    ...(GlobalSecondaryIndexes as Properties[]).map(index => indexDefinition(index, types, false)),
    ...(LocalSecondaryIndexes as Properties[]).map(index => indexDefinition(index, types, true)),
  ];
  checkLocalIndexes(indexes.filter(({ isLocal }) => isLocal), key);
  for (const [property, maximum] of Object.entries(MAXIMUM_INDEXES)) {
    const { length } = properties[property] ?? [];
    if (length > maximum) throw new ExpectedError(`${property} must have at most ${maximum} indexes, got ${length}.`);
  }
  const names = indexes.map(({ indexName }) => indexName);
  const duplicate = names.find((name, at) => names.indexOf(name) !== at);
  if (duplicate !== undefined) throw new ExpectedError(`${INVALID}: Duplicate index name: ${duplicate}`);
  checkAllUsed(types, [key, ...indexes.map(index => index.key)]);
  return { tableName, key, indexes, billingMode };
}

export function attributeTypesOf({ AttributeDefinitions = [] }: Properties): ReadonlyMap<string, KeyType> {
  return new Map((AttributeDefinitions as Properties[]).map(({ AttributeName, AttributeType }) => [AttributeName, AttributeType]));
}

/** Throws for changes of global indexes that DynamoDB does not make in one update. */
export function checkIndexChanges(properties: Properties, old: Properties): void {
  const [before, after] = [old, properties].map(({ GlobalSecondaryIndexes = [] }) =>
    new Map((GlobalSecondaryIndexes as Properties[]).map(({ IndexName, KeySchema: key, Projection }) => [IndexName as string, { key, Projection }])));
  const isIn = (indexes: ReadonlyMap<string, unknown>) => (name: string) => indexes.has(name);
  const created = [...after.keys()].filter(name => !isIn(before)(name));
  const deleted = [...before.keys()].filter(name => !isIn(after)(name));
  const changed = [...after].some(([name, index]) => before.has(name) && !isDeepStrictEqual(index, before.get(name)));
  if (changed) {
    throw new ExpectedError('Cannot update GSI\'s properties other than Provisioned Throughput and Contributor Insights Specification. You can create a new GSI with a different name.');
  }
  if (created.length + deleted.length > 1) throw new ExpectedError('Cannot perform more than one GSI creation or deletion in a single update');
}

function indexDefinition(index: Properties, types: ReadonlyMap<string, KeyType>, isLocal: boolean): IndexDefinition {
  const { IndexName: indexName, KeySchema: schema, Projection } = index;
  const { NonKeyAttributes: attributes, ProjectionType: type } = Projection;
  if (type === undefined) throw new ExpectedError(`${INVALID}: Unknown ProjectionType: null`);
  if (attributes && type !== 'INCLUDE') throw new ExpectedError(`${INVALID}: ProjectionType is ${type}, but NonKeyAttributes is specified`);
  return { indexName, isLocal, key: keySchema(schema, types), projection: { type, attributes } };
}

function keySchema(schema: Properties[], types: ReadonlyMap<string, KeyType>): KeySchema {
  const names: string[] = schema.map(({ AttributeName }) => AttributeName);
  const undefinedName = names.find(name => !types.has(name));
  if (undefinedName !== undefined) {
    throw new ExpectedError(`${INVALID}: Some index key attributes are not defined in AttributeDefinitions. Keys: [${names.join(', ')}], AttributeDefinitions: [${[...types.keys()].join(', ')}]`);
  }
  const [first, second] = schema;
  if (first?.KeyType !== 'HASH') throw new ExpectedError('Invalid KeySchema: The first KeySchemaElement is not a HASH key type');
  if (schema.length > 2) {
    throw new ExpectedError(`KeySchema must have one HASH and at most one RANGE key, got ${schema.length} keys: ivschat-local does not support keys of several attributes.`);
  }
  if (second && second.KeyType !== 'RANGE') throw new ExpectedError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
  if (names[0] === names[1]) throw new ExpectedError('Both the Hash Key and the Range Key element in the KeySchema have the same name');
  const [hash, range] = names.map(name => ({ name, type: types.get(name)! }));
  return { hash, range };
}

function checkLocalIndexes(indexes: readonly IndexDefinition[], key: KeySchema): void {
  if (indexes.length > 0 && !key.range) {
    throw new ExpectedError(`${INVALID}: Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`);
  }
  for (const { indexName, key: { hash, range } } of indexes) {
    if (!range) throw new ExpectedError(`${INVALID}: Index KeySchema does not have a range key for index: ${indexName}`);
    if (hash.name !== key.hash.name) {
      throw new ExpectedError(`${INVALID}: Index KeySchema does not have the same leading hash key as table KeySchema for index: ${indexName}. index hash key: ${hash.name}, table hash key: ${key.hash.name}`);
    }
  }
}

/** DynamoDB refuses definitions of attributes that are not keys. */
function checkAllUsed(types: ReadonlyMap<string, KeyType>, keys: readonly KeySchema[]): void {
  const used = new Set(keys.flatMap(({ hash, range }) => [hash.name, range?.name]));
  if ([...types.keys()].every(name => used.has(name))) return;
  throw new ExpectedError(`${INVALID}: Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`);
}
