import { type Operation, type Permission, requireTable } from './operation';
import { read } from './read';
import { deletionOf, evaluateWrite, executeChange, putOf, updateOf, type Change, type Write } from './write';
import type { Item } from '../attribute-values';
import { project } from '../expressions/paths';
import { BOOLEAN, CAPACITY, CONDITIONAL_WRITE, EXPRESSION_ATTRIBUTES, ITEM, LEGACY, STRING, TABLE_NAME } from '../shapes';
import type { Tables } from '../tables';

const { Expected, ConditionalOperator, AttributesToGet, AttributeUpdates } = LEGACY;

export const getItem: Operation = {
  shape: {
    type: 'structure',
    members: () => ({
      ReturnConsumedCapacity: CAPACITY,
      TableName: TABLE_NAME,
      Key: ITEM,
      ConsistentRead: BOOLEAN,
      ProjectionExpression: STRING,
      ExpressionAttributeNames: EXPRESSION_ATTRIBUTES.ExpressionAttributeNames,
    }),
    required: ['Key', 'TableName'],
    unsupported: { AttributesToGet },
  },
  permissions: input => [permission('GetItem', input, input.Key)],
  run: (tables, input) => {
    const Item = read(input)(requireTable(tables, input.TableName));
    return { ...Item && { Item } };
  },
};

export const putItem: Operation = {
  shape: {
    type: 'structure',
    members: () => ({ ...CONDITIONAL_WRITE, Item: ITEM }),
    required: ['Item', 'TableName'],
    unsupported: { ConditionalOperator, Expected },
  },
  permissions: input => [permission('PutItem', input, input.Item)],
  run: (tables, input) => {
    const write = putOf(input);
    return attributesOutput(input.ReturnValues, execute(tables, write), write);
  },
};

export const deleteItem: Operation = {
  shape: {
    type: 'structure',
    members: () => ({ ...CONDITIONAL_WRITE, Key: ITEM }),
    required: ['Key', 'TableName'],
    unsupported: { ConditionalOperator, Expected },
  },
  permissions: input => [permission('DeleteItem', input, input.Key)],
  run: (tables, input) => {
    const write = deletionOf(input);
    return attributesOutput(input.ReturnValues, execute(tables, write), write);
  },
};

export const updateItem: Operation = {
  shape: {
    type: 'structure',
    members: () => ({ ...CONDITIONAL_WRITE, Key: ITEM, UpdateExpression: STRING }),
    required: ['Key', 'TableName'],
    unsupported: { AttributeUpdates, ConditionalOperator, Expected },
  },
  permissions: input => [permission('UpdateItem', input, input.Key)],
  run: (tables, input) => {
    const write = updateOf(input);
    return attributesOutput(input.ReturnValues, execute(tables, write), write);
  },
};

function permission(action: string, { TableName: tableName }: { readonly TableName: string }, item: Item): Permission {
  return { action, tableName, items: [item] };
}

function execute(tables: Tables, write: Write): Change {
  const table = requireTable(tables, write.tableName);
  write.check(table.definition);
  const change = evaluateWrite(table, write);
  executeChange(table, change);
  return change;
}

function attributesOutput(returnValues: string | undefined, { after, before }: Change, { paths }: Write): object {
  const attributes = returnedAttributes();
  return { ...attributes && { Attributes: attributes } };

  function returnedAttributes(): Item | undefined {
    switch (returnValues) {
      case 'ALL_OLD': return before;
      case 'ALL_NEW': return after;
      case 'UPDATED_OLD': return before && project(before, paths);
      case 'UPDATED_NEW': return after && project(after, paths);
      default: return undefined;
    }
  }
}
