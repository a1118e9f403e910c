import { type Operation, requireTable } from './operation';
import { projectionOf, readItem, type ReadInput } from './read';
import { deletionOf, evaluateWrite, executeChange, putOf, type Write } from './write';
import { encodeScalar, itemSize, normalizeItem, type Item } from '../attribute-values';
import { validationError } from '../errors';
import { checkExpressionParameters } from '../expressions/expression-attributes';
import type { Shape } from '../input-shape';
import { checkKey, checkNestedPaths } from '../keys';
import { BOOLEAN, CAPACITY, EXPRESSION_ATTRIBUTES, ITEM, LEGACY, METRICS, STRING, TABLE_KEYS } from '../shapes';
import type { Tables } from '../tables';

/** Documented limits. */
const MAXIMUM_READS = 100;
const MAXIMUM_WRITES = 25;
const MAXIMUM_RESPONSE_BYTES = 16 * 1024 * 1024;

const DUPLICATES = 'Provided list of item keys contains duplicates';

interface KeysAndAttributes extends ReadInput {
  readonly Keys: readonly Item[];
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

const KEYS_AND_ATTRIBUTES: Shape = {
  type: 'structure',
  members: () => ({
    Keys: { type: 'list', member: ITEM, minimum: 1, maximum: MAXIMUM_READS },
    ConsistentRead: BOOLEAN,
    ProjectionExpression: STRING,
    ExpressionAttributeNames: EXPRESSION_ATTRIBUTES.ExpressionAttributeNames,
  }),
  required: ['Keys'],
  unsupported: { AttributesToGet: LEGACY.AttributesToGet },
};

const WRITE_REQUEST: Shape = {
  type: 'structure',
  members: () => ({
    DeleteRequest: { type: 'structure', members: () => ({ Key: ITEM }), required: ['Key'] },
    PutRequest: { type: 'structure', members: () => ({ Item: ITEM }), required: ['Item'] },
  }),
};

export const batchGetItem: Operation = {
  shape: {
    type: 'structure',
    members: () => ({ ReturnConsumedCapacity: CAPACITY, RequestItems: { type: 'map', value: KEYS_AND_ATTRIBUTES, keys: TABLE_KEYS, minimum: 1 } }),
    required: ['RequestItems'],
  },
  permissions: ({ RequestItems }: { RequestItems: Record<string, KeysAndAttributes> }) =>
    Object.entries(RequestItems).map(([tableName, { Keys: items }]) => ({ action: 'BatchGetItem', tableName, items })),
  run: (tables, { RequestItems }: { RequestItems: Record<string, KeysAndAttributes> }) => {
    let count = 0;
    const reads = Object.entries(RequestItems).map(([tableName, request]) => {
      checkExpressionParameters(request, ['ProjectionExpression']);
      const projection = projectionOf(request);
      const keys = request.Keys.map(normalizeItem);
      if (new Set(keys.map(identity)).size < keys.length) throw validationError(DUPLICATES);
      count += keys.length;
      if (count > MAXIMUM_READS) throw validationError('Too many items requested for the BatchGetItem call');
      return { tableName, request, keys, projection };
    });
    for (const { keys, projection, tableName } of reads) {
      const { definition } = requireTable(tables, tableName);
      for (const key of keys) checkKey(key, definition.key);
      if (projection) checkNestedPaths(projection.nestedPaths, definition);
    }

    const Responses: Record<string, Item[]> = {};
    const UnprocessedKeys: Record<string, KeysAndAttributes> = {};
    let size = 0;
    for (const { keys, projection, request, tableName } of reads) {
      const table = requireTable(tables, tableName);
      const unprocessed: Item[] = [];
      Responses[tableName] = [];
      for (const key of keys) {
        const item = table.get(key);
        size += item ? itemSize(item) : 0;
        if (size > MAXIMUM_RESPONSE_BYTES) unprocessed.push(key);
        // AWS returns the items in any order: an application that relies on that of its request fails here.
        else if (item) Responses[tableName].unshift(readItem(table, key, projection)!);
      }
      if (unprocessed.length > 0) UnprocessedKeys[tableName] = { ...request, Keys: unprocessed };
    }
    return { Responses, UnprocessedKeys };
  },
};

export const batchWriteItem: Operation = {
  shape: {
    type: 'structure',
    members: () => ({
      ReturnConsumedCapacity: CAPACITY,
      ReturnItemCollectionMetrics: METRICS,
      RequestItems: {
        type: 'map', value: { type: 'list', member: WRITE_REQUEST, minimum: 1, maximum: MAXIMUM_WRITES }, keys: TABLE_KEYS, minimum: 1,
      },
    }),
    required: ['RequestItems'],
  },
  permissions: ({ RequestItems }: { RequestItems: Record<string, WriteRequest[]> }) => Object.entries(RequestItems).map(([tableName, requests]) => ({
    action: 'BatchWriteItem', tableName, items: requests.map(({ DeleteRequest, PutRequest }) => PutRequest?.Item ?? DeleteRequest?.Key ?? {}),
  })),
  run: (tables, { RequestItems }: { RequestItems: Record<string, WriteRequest[]> }) => {
    const writes = Object.entries(RequestItems).flatMap(([TableName, requests]) => requests.map(request => writeOf(TableName, request)));
    if (writes.length > MAXIMUM_WRITES) throw validationError('Too many items requested for the BatchWriteItem call');
    checkWrites(tables, writes);
    for (const write of writes) {
      const table = requireTable(tables, write.tableName);
      executeChange(table, evaluateWrite(table, write));
    }
    return { UnprocessedItems: {} };
  },
};

function writeOf(TableName: string, { DeleteRequest, PutRequest }: WriteRequest): Write {
  if (!PutRequest === !DeleteRequest) {
    throw validationError('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  }
  return PutRequest ? putOf({ TableName, ...PutRequest }) : deletionOf({ TableName, ...DeleteRequest! });
}

function checkWrites(tables: Tables, writes: readonly Write[]): void {
  const keys = new Set<string>();
  for (const write of writes) {
    const { definition, keyOf } = requireTable(tables, write.tableName);
    checkWrite(write, definition);
    const key = `${definition.tableName} ${identity(keyOf(write.item))}`;
    if (keys.has(key)) throw validationError(DUPLICATES);
    keys.add(key);
  }
}

/** A batch has one message for each mistake in a key. */
function checkWrite(write: Write, definition: Parameters<Write['check']>[0]): void {
  try {
    write.check(definition);
  } catch (error) {
    if (/Missing the key|Type mismatch for key/.test((error as Error).message)) throw validationError('The provided key element does not match the schema');
    throw error;
  }
}

/** The same for keys that are equal. */
function identity(key: Item): string {
  return JSON.stringify(Object.keys(key).sort().map(name => [name, Object.keys(key[name])[0], encodeScalar(key[name])]));
}
