import { parsed } from './write';
import { normalizeItem, type Item } from '../attribute-values';
import { checkExpressionParameters, ExpressionAttributes, type ExpressionAttributesInput } from '../expressions/expression-attributes';
import { project } from '../expressions/paths';
import { parseProjection, type ParsedProjection } from '../expressions/projection';
import { checkKey, checkNestedPaths } from '../keys';
import type { Table } from '../table';

export interface ReadInput extends ExpressionAttributesInput {
  readonly ProjectionExpression?: string;
}

/** Checks the input of a read, and returns a function that reads the item from its table. Both throw a ValidationException. */
export function read(input: ReadInput & { readonly Key: Item }): (table: Table) => Item | undefined {
  const key = normalizeKey(input);
  const projection = projectionOf(input);
  return table => {
    checkKey(key, table.definition.key);
    return readItem(table, key, projection);
  };
}

/** Throws a ValidationException for parameters that do not fit together, then for the key. */
function normalizeKey(input: ReadInput & { readonly Key: Item }): Item {
  checkExpressionParameters(input, ['ProjectionExpression']);
  return normalizeItem(input.Key);
}

/** The parsed projection of a read. Throws a ValidationException. */
export function projectionOf(input: ReadInput): ParsedProjection | undefined {
  const attributes = new ExpressionAttributes(input);
  const projection = parsed('ProjectionExpression', input.ProjectionExpression, text => parseProjection(text, attributes));
  attributes.checkAllUsed();
  return projection;
}

/** The item with a key, or the part of it that the projection selects. */
export function readItem(table: Table, key: Item, projection?: ParsedProjection): Item | undefined {
  if (projection) checkNestedPaths(projection.nestedPaths, table.definition);
  const item = table.get(key);
  return item && projection ? project(item, projection.paths) : item;
}
