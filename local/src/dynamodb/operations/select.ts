import { HttpError } from '../../http/http-error';
import { itemSize, type Item, normalizeItem } from '../attribute-values';
import { validationError } from '../errors';
import { satisfies } from '../expressions/condition';
import type { ParsedCondition } from '../expressions/condition-parser';
import type { ExpressionAttributesInput } from '../expressions/expression-attributes';
import { project } from '../expressions/paths';
import type { ParsedProjection } from '../expressions/projection';
import { checkKey, checkKeyAttribute } from '../keys';
import { keyAttributes, pick, startKeyNames } from '../schema';
import type { Source, Table } from '../table';

/** Documented limit of what one Query or Scan reads, before the filter. */
const MAXIMUM_PAGE_BYTES = 1024 * 1024;

/** What Query and Scan have in common. */
export interface SelectInput extends ExpressionAttributesInput {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Select?: string;
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
}

/** The source of a Query or Scan. Throws a ValidationException if the table does not have the index, or for a consistent read of a global one. */
export function sourceOf(table: Table, { ConsistentRead, IndexName }: SelectInput): Source {
  const source = table.source(IndexName);
  if (!source) throw validationError(`The table does not have the specified index: ${IndexName}`);
  if (source.index && !source.index.isLocal && ConsistentRead) {
    throw validationError('Consistent reads are not supported on global secondary indexes');
  }
  return source;
}

/** Throws if a global index does not have all attributes, which the request asks for. */
export function checkAllAttributes({ index }: Source, { Select }: SelectInput): void {
  if (Select !== 'ALL_ATTRIBUTES' || !index || index.isLocal || index.projection.type === 'ALL') return;
  throw validationError(`One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index ${index.indexName} because its projection type is not ALL`);
}

/** The key at which a Query or Scan continues, with numbers in DynamoDB's form. Throws a ValidationException. */
export function startKeyOf({ ExclusiveStartKey: key }: SelectInput): Item | undefined {
  try {
    return key && normalizeItem(key);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    const isBare = /contains duplicates|number set|numeric value|significant digits|number with magnitude/.test(error.message);
    throw validationError(`${isBare ? '' : 'The provided starting key is invalid: '}${error.message}`);
  }
}

/** Throws if a starting key does not have as many attributes as a key of the source. */
export function checkStartKeySize(table: Table, { index }: Source, startKey: Item | undefined, reason = ''): void {
  if (startKey && Object.keys(startKey).length !== startKeyNames(table.definition.key, index?.key).length) {
    throw validationError(`The provided starting key is invalid${index ? '' : reason}`);
  }
}

/** Throws if the starting key does not have an attribute of the key of the source. */
export function checkStartKeyAttributes(table: Table, { index }: Source, startKey: Item): void {
  const key = index?.key ?? table.definition.key;
  for (const attribute of keyAttributes(key)) {
    if (!Object.hasOwn(startKey, attribute.name)) throw validationError('The provided starting key is invalid');
    checkKeyAttribute(startKey, attribute, attribute === key.hash);
  }
}

/** Throws if the starting key does not have the key of the table. */
export function checkStartKeyOfTable(table: Table, startKey: Item): void {
  try {
    checkKey(pick(startKey, startKeyNames(table.definition.key)), table.definition.key);
  } catch (error) {
    if (!(error instanceof HttpError)) throw error;
    throw validationError(`The provided starting key is invalid: ${error.message}`);
  }
}

interface Page {
  readonly table: Table;
  readonly source: Source;
  readonly input: SelectInput;
  readonly filter?: ParsedCondition;
  readonly projection?: ParsedProjection;
}

/** Reads one page: the limit counts the items before the filter. */
export function readPage(items: Iterable<Item>, { filter, input: { Limit, Select }, projection, source, table }: Page): object {
  const page: Item[] = [];
  let [size, count, isComplete] = [0, 0, true];
  let last: Item | undefined;
  for (const item of items) {
    if (size > MAXIMUM_PAGE_BYTES) {
      isComplete = false;
      break;
    }
    last = item;
    count++;
    size += itemSize(item);
    if (!filter || satisfies(item, filter.condition)) page.push(item);
    if (count === Limit) {
      isComplete = false;
      break;
    }
  }
  const whole = (item: Item) => reads(source, Select, projection) ? table.get(item)! : item;
  const output = Select === 'COUNT' ? undefined : page.map(whole).map(item => projection ? project(item, projection.paths) : item);
  return {
    ...output && { Items: output },
    Count: page.length,
    ScannedCount: count,
    ...!isComplete && last && { LastEvaluatedKey: pick(last, startKeyNames(table.definition.key, source.index?.key)) },
  };
}

/** Whether to read items in the table, because a local index does not have all attributes that the request asks for. */
function reads({ index }: Source, select: string | undefined, projection: ParsedProjection | undefined): boolean {
  return index !== undefined && index.isLocal && index.projection.type !== 'ALL' && (select === 'ALL_ATTRIBUTES' || projection !== undefined);
}
