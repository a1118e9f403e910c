import { requireTable, type Operation, type Permission } from './operation';
import { read, type ReadInput } from './read';
import { conditionCheckOf, deletionOf, evaluateWrite, executeChange, putOf, updateOf, type Change, type Write, type WriteInput } from './write';
import { HttpError } from '../../http/http-error';
import { encodeScalar, type Item } from '../attribute-values';
import { validationError } from '../errors';
import type { Shape } from '../input-shape';
import { CAPACITY, CONDITIONAL_WRITE, EXPRESSION_ATTRIBUTES, ITEM, METRICS, STRING, TABLE_NAME } from '../shapes';
import type { Table } from '../table';

/** Documented limit of a transaction. */
const MAXIMUM_ITEMS = 100;

const GET: Shape = {
  type: 'structure',
  members: () => ({
    Key: ITEM,
    TableName: TABLE_NAME,
    ProjectionExpression: STRING,
    ExpressionAttributeNames: EXPRESSION_ATTRIBUTES.ExpressionAttributeNames,
  }),
  required: ['Key', 'TableName'],
};

type TransactGet = ReadInput & { readonly TableName: string; readonly Key: Item };

export const transactGetItems: Operation = {
  shape: {
    type: 'structure',
    members: () => ({
      ReturnConsumedCapacity: CAPACITY,
      TransactItems: {
        type: 'list',
        member: { type: 'structure', members: () => ({ Get: GET }), required: ['Get'] },
        minimum: 1,
        maximum: MAXIMUM_ITEMS,
      },
    }),
    required: ['TransactItems'],
  },
  permissions: ({ TransactItems }: { TransactItems: { Get: TransactGet }[] }) =>
    TransactItems.map(({ Get }) => ({ action: 'GetItem', tableName: Get.TableName, items: [Get.Key] })),
  run: (tables, { TransactItems }: { TransactItems: { Get: TransactGet }[] }) => {
    const reads = TransactItems.map(({ Get }) => ({ readFrom: read(Get), tableName: Get.TableName, key: Get.Key }));
    const found = reads.map(each => ({ ...each, table: requireTable(tables, each.tableName) }));
    const results = found.map(({ readFrom, table }) => attempt(() => readFrom(table)));
    throwIfCancelled(results);
    checkDistinct(found);
    return { Responses: results.map(({ value: Item }) => ({ ...Item && { Item } })) };
  },
};

type TransactWrite = Partial<Record<keyof typeof WRITES, WriteInput & { readonly Item: Item; readonly Key: Item }>>;

/** The writes of a transaction, with the actions of their permissions. */
const WRITES = {
  ConditionCheck: { action: 'ConditionCheckItem', prepare: conditionCheckOf },
  Delete: { action: 'DeleteItem', prepare: deletionOf },
  Put: { action: 'PutItem', prepare: putOf },
  Update: { action: 'UpdateItem', prepare: updateOf },
} as const;

const { ReturnConsumedCapacity, ReturnItemCollectionMetrics, ReturnValues, ...WRITE_MEMBERS } = CONDITIONAL_WRITE;

function writeShape(members: Readonly<Record<string, Shape>>, ...required: string[]): Shape {
  return { type: 'structure', members: () => ({ ...WRITE_MEMBERS, ...members }), required: [...required, 'TableName'] };
}

const TRANSACT_WRITE: Shape = {
  type: 'structure',
  members: () => ({
    ConditionCheck: writeShape({ Key: ITEM }, 'Key', 'ConditionExpression'),
    Delete: writeShape({ Key: ITEM }, 'Key'),
    Put: writeShape({ Item: ITEM }, 'Item'),
    Update: writeShape({ Key: ITEM, UpdateExpression: STRING }, 'Key', 'UpdateExpression'),
  }),
};

interface TransactWriteInput {
  readonly TransactItems: readonly TransactWrite[];
  readonly ClientRequestToken?: string;
}

export const transactWriteItems: Operation = {
  shape: {
    type: 'structure',
    members: () => ({
      ReturnConsumedCapacity: CAPACITY,
      ReturnItemCollectionMetrics: METRICS,
      ClientRequestToken: { type: 'string', minimum: 1, maximum: 36 },
      TransactItems: { type: 'list', member: TRANSACT_WRITE, minimum: 1, maximum: MAXIMUM_ITEMS },
    }),
    required: ['TransactItems'],
  },
  permissions: ({ TransactItems }: TransactWriteInput) => TransactItems.flatMap(permissionsOf),
  run: (tables, { ClientRequestToken: token, TransactItems }: TransactWriteInput) => {
    if (tables.completed.has(token, TransactItems)) return {};
    const writes = TransactItems.map(prepare);
    const found = writes.map(write => ({ write, table: requireTable(tables, write.tableName) }));
    checkDistinct(found.map(({ table, write: { item: key } }) => ({ table, key })));
    const results = found.map(({ table, write }) => attempt(() => {
      write.check(table.definition);
      return evaluateWrite(table, write);
    }));
    throwIfCancelled(results);
    results.forEach(({ value }, index) => executeChange(found[index].table, value!));
    tables.completed.add(token, TransactItems);
    return {};
  },
};

function permissionsOf(items: TransactWrite): Permission[] {
  return kindsOf(items).map(kind => {
    const { Item: item, Key: key, TableName: tableName } = items[kind]!;
    return { action: WRITES[kind].action, tableName, items: [item ?? key] };
  });
}

function kindsOf(items: TransactWrite): (keyof typeof WRITES)[] {
  return (Object.keys(WRITES) as (keyof typeof WRITES)[]).filter(kind => items[kind]);
}

function prepare(items: TransactWrite): Write {
  const [kind, ...more] = kindsOf(items);
  if (!kind || more.length > 0) throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  return WRITES[kind].prepare(items[kind]!);
}

/** Throws if two parts of a transaction have the same item. A key that does not fit its table is reported later. */
function checkDistinct(parts: readonly { readonly table: Table; readonly key: Item }[]): void {
  const keys = parts.map(({ key, table }) => {
    const { keyOf, definition: { tableName } } = table;
    return JSON.stringify([tableName, Object.entries(keyOf(key)).map(([name, value]) => [name, Object.keys(value)[0], encodeScalar(value)])]);
  });
  if (new Set(keys).size < keys.length) throw validationError('Transaction request cannot include multiple operations on one item');
}

/** The result of a part of a transaction, or why it cancels the transaction. */
interface Result<T> {
  readonly value?: T;
  readonly reason?: { readonly Code: string; readonly Message?: string; readonly Item?: unknown };
}

function attempt<T extends Change | Item | undefined>(part: () => T): Result<T> {
  try {
    return { value: part() };
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const Code = error.name === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : 'ValidationError';
    return { reason: { Code, Message: error.message, ...error.fields } };
  }
}

function throwIfCancelled(results: readonly Result<unknown>[]): void {
  if (results.every(({ reason }) => !reason)) return;
  const CancellationReasons = results.map(({ reason }) => reason ?? { Code: 'None' });
  const codes = CancellationReasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  throw new HttpError('TransactionCanceledException', 400, message, { CancellationReasons });
}
