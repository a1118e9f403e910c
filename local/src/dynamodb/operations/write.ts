import type { TableDefinition } from '../../contracts/table-definition';
import { normalizeItem, itemSize, type Item } from '../attribute-values';
import { conditionFailed, validationError } from '../errors';
import { satisfies } from '../expressions/condition';
import { parseCondition, type Condition } from '../expressions/condition-parser';
import { checkExpressionParameters, ExpressionAttributes, type ExpressionAttributesInput } from '../expressions/expression-attributes';
import type { Path } from '../expressions/paths';
import { applyUpdate } from '../expressions/update';
import { parseUpdate, type ParsedUpdate } from '../expressions/update-parser';
import { checkItemKeys, checkKey, checkNestedPaths, indexKeyMismatch } from '../keys';
import { keyAttributes } from '../schema';
import type { Table } from '../table';

/** Documented limit of an item. */
const MAXIMUM_ITEM_SIZE = 400 * 1024;

export interface WriteInput extends ExpressionAttributesInput {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

/** A write of one item, whose input has been checked as far as that is possible without the table. */
export interface Write {
  readonly tableName: string;
  /** The item to write, or its key. */
  readonly item: Item;
  readonly condition?: Condition;
  readonly returnsItemOnFailure: boolean;
  /** The paths that an update changes. */
  readonly paths: readonly Path[];
  /** Throws a ValidationException if the input does not fit the table. */
  check(definition: TableDefinition): void;
  /** The item after the write; undefined if it does not exist then. Throws a ValidationException. */
  result(existing: Item | undefined, definition: TableDefinition): Item | undefined;
}

/** A write that has been evaluated, and not executed yet. */
export interface Change {
  readonly key: Item;
  readonly before?: Item;
  readonly after?: Item;
}

export function putOf(input: WriteInput & { readonly Item: Item }): Write {
  checkExpressionParameters(input, ['ConditionExpression']);
  const item = normalizeItem(input.Item);
  checkReturnValues(input);
  checkSize(item, 'Item size has exceeded the maximum allowed size');
  return {
    ...conditionOf(input),
    item,
    paths: [],
    check: definition => checkItemKeys(item, definition),
    result: () => item,
  };
}

export function deletionOf(input: WriteInput & { readonly Key: Item }): Write {
  return { ...keyedWrite(input), result: () => undefined };
}

export function conditionCheckOf(input: WriteInput & { readonly Key: Item }): Write {
  return { ...keyedWrite(input), result: existing => existing };
}

export function updateOf(input: WriteInput & { readonly Key: Item; readonly UpdateExpression?: string }): Write {
  checkExpressionParameters(input, ['UpdateExpression', 'ConditionExpression']);
  const item = normalizeItem(input.Key);
  let update: ParsedUpdate | undefined;
  const write = conditionOf(input, attributes => {
    update = parsed('UpdateExpression', input.UpdateExpression, text => parseUpdate(text, attributes));
  });
  const { actions = [], nestedPaths = new Set<string>() } = update ?? {};
  return {
    ...write,
    item,
    paths: actions.map(({ path }) => path),
    check: definition => {
      checkKey(item, definition.key);
      checkActions(actions, definition);
      checkNestedPaths(nestedPaths, definition);
    },
    result: (existing, definition) => {
      const updated = applyUpdate(existing ?? item, actions, (path, value) => {
        const types = path.length === 1 ? indexAttributes(definition).filter(({ name }) => name === path[0]).map(({ type }) => type) : [];
        if (types.some(type => value[type] === undefined)) throw validationError('The update expression attempted to update the secondary index key to unsupported type');
      });
      checkSize(updated, 'Item size to update has exceeded the maximum allowed size');
      return updated;
    },
  };
}

/** Throws a ConditionalCheckFailedException or a ValidationException. */
export function evaluateWrite(table: Table, { condition, item, result, returnsItemOnFailure }: Write): Change {
  const before = table.get(item);
  if (condition && !satisfies(before ?? {}, condition)) throw conditionFailed(returnsItemOnFailure ? before : undefined);
  return { key: table.keyOf(item), before, after: result(before, table.definition) };
}

export function executeChange(table: Table, { after, key }: Change): void {
  if (after) table.put(after);
  else table.delete(key);
}

function keyedWrite(input: WriteInput & { readonly Key: Item }): Omit<Write, 'result'> {
  checkExpressionParameters(input, ['ConditionExpression']);
  const item = normalizeItem(input.Key);
  checkReturnValues(input);
  return { ...conditionOf(input), item, paths: [], check: definition => checkKey(item, definition.key) };
}

/** Only an update has more values to return. */
function checkReturnValues({ ReturnValues }: WriteInput): void {
  if (ReturnValues !== undefined && ReturnValues !== 'ALL_OLD' && ReturnValues !== 'NONE') throw validationError('ReturnValues can only be ALL_OLD or NONE');
}

/** @param parseFirst parses an expression that is checked before the condition */
function conditionOf(
  input: WriteInput, parseFirst?: (attributes: ExpressionAttributes) => void,
): Pick<Write, 'condition' | 'returnsItemOnFailure' | 'tableName'> {
  const attributes = new ExpressionAttributes(input);
  parseFirst?.(attributes);
  const condition = parsed('ConditionExpression', input.ConditionExpression, text => parseCondition(text, attributes));
  attributes.checkAllUsed();
  return {
    tableName: input.TableName,
    condition: condition?.condition,
    returnsItemOnFailure: input.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

/** Parses an expression, if there is one. Its errors name the parameter. */
export function parsed<T>(parameter: string, text: string | undefined, parse: (text: string) => T): T | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if ((error as Error).name !== 'ValidationException') throw error;
    throw validationError(`Invalid ${parameter}: ${(error as Error).message}`);
  }
}

function checkActions(actions: ParsedUpdate['actions'], { indexes, key }: TableDefinition): void {
  for (const { name } of keyAttributes(key)) {
    if (actions.some(({ path }) => path[0] === name)) {
      throw validationError(`One or more parameter values were invalid: Cannot update attribute ${name}. This attribute is part of the key`);
    }
  }
  for (const index of indexes) {
    for (const attribute of keyAttributes(index.key)) {
      const type = actions.find(({ path }) => path.length === 1 && path[0] === attribute.name)?.type;
      if (type && type !== attribute.type) throw indexKeyMismatch(attribute, index, type);
    }
  }
}

function indexAttributes({ indexes }: TableDefinition) {
  return indexes.flatMap(({ key }) => keyAttributes(key));
}

function checkSize(item: Item, message: string): void {
  if (itemSize(item) > MAXIMUM_ITEM_SIZE) throw validationError(message);
}
