import type { Shape, StructureShape } from './input-shape';

/** Parts of the inputs of operations that several of them have. */
export const STRING: Shape = { type: 'string' };
export const BOOLEAN: Shape = { type: 'boolean' };

const NAME = { pattern: '[a-zA-Z0-9_.-]+', minimum: 3, maximum: 255 };

export const TABLE_NAME: Shape = { type: 'string', ...NAME };
export const INDEX_NAME: Shape = { type: 'string', ...NAME };
export const TABLE_KEYS = NAME;

export const VALUE: StructureShape = {
  type: 'structure',
  members: () => ({
    S: STRING,
    B: { type: 'binary' },
    N: STRING,
    BOOL: BOOLEAN,
    NULL: BOOLEAN,
    BS: { type: 'list', member: { type: 'binary' } },
    NS: { type: 'list', member: STRING },
    SS: { type: 'list', member: STRING },
    L: { type: 'list', member: VALUE },
    M: { type: 'map', value: VALUE },
  }),
};

export const ITEM: Shape = { type: 'map', value: VALUE };

export const EXPRESSION_ATTRIBUTES = {
  ExpressionAttributeNames: { type: 'map', value: STRING },
  ExpressionAttributeValues: ITEM,
} satisfies Record<string, Shape>;

export const CAPACITY: Shape = { type: 'string', values: ['INDEXES', 'TOTAL', 'NONE'] };
export const METRICS: Shape = { type: 'string', values: ['SIZE', 'NONE'] };

const RETURN_VALUES = ['ALL_NEW', 'UPDATED_OLD', 'ALL_OLD', 'NONE', 'UPDATED_NEW'];

/** What the operations that write one item have in common. */
export const CONDITIONAL_WRITE = {
  ReturnConsumedCapacity: CAPACITY,
  TableName: TABLE_NAME,
  ReturnItemCollectionMetrics: METRICS,
  ReturnValues: { type: 'string', values: RETURN_VALUES },
  ReturnValuesOnConditionCheckFailure: { type: 'string', values: ['ALL_OLD', 'NONE'] },
  ConditionExpression: STRING,
  ...EXPRESSION_ATTRIBUTES,
} satisfies Record<string, Shape>;

const EXPRESSIONS = 'use expressions, such as';

/** Parameters that AWS calls legacy. */
export const LEGACY: Readonly<Record<string, string>> = {
  AttributesToGet: `${EXPRESSIONS} ProjectionExpression`,
  AttributeUpdates: `${EXPRESSIONS} UpdateExpression`,
  ConditionalOperator: `${EXPRESSIONS} ConditionExpression`,
  Expected: `${EXPRESSIONS} ConditionExpression`,
  KeyConditions: `${EXPRESSIONS} KeyConditionExpression`,
  QueryFilter: `${EXPRESSIONS} FilterExpression`,
  ScanFilter: `${EXPRESSIONS} FilterExpression`,
};
