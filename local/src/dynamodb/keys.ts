import { attributeOf, typeOf, type AttributeValue, type Item } from './attribute-values';
import { validationError } from './errors';
import { hasType, keyAttributes } from './schema';
import type { IndexDefinition, KeyAttribute, KeySchema, TableDefinition } from '../contracts/table-definition';

/** Documented limits in bytes. */
const MAXIMUM_HASH_SIZE = 2048;
const MAXIMUM_RANGE_SIZE = 1024;

const MISMATCH = 'The provided key element does not match the schema';

/** Throws if the item is not a key: the key attributes, of their types, and nothing else. */
export function checkKey(key: Item, schema: KeySchema): void {
  const attributes = keyAttributes(schema);
  if (attributes.length !== Object.keys(key).length) throw validationError(MISMATCH);
  for (const attribute of attributes) checkKeyAttribute(key, attribute, attribute === schema.hash);
}

/** Throws if the attribute of a key is missing, of another type, empty, or too long. */
export function checkKeyAttribute(key: Item, attribute: KeyAttribute, isHash: boolean): void {
  if (!hasType(key, attribute)) throw validationError(MISMATCH);
  if (isEmpty(key, attribute)) {
    throw validationError(`One or more parameter values were invalid: The AttributeValue for a key attribute cannot contain an empty ${nameOf(attribute)} value. Key: ${attribute.name}`);
  }
  checkKeySize(key[attribute.name], attribute, isHash);
}

/** Throws if the item does not have the keys of the table, or an attribute that is the key of an index has another type. */
export function checkItemKeys(item: Item, { indexes, key }: TableDefinition): void {
  for (const attribute of keyAttributes(key)) {
    const { name, type } = attribute;
    const value = attributeOf(item, name);
    if (!value) throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    if (!hasType(item, attribute)) {
      throw validationError(`One or more parameter values were invalid: Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
    }
    if (isEmpty(item, attribute)) {
      throw validationError(`One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${nameOf(attribute)} value. Key: ${name}`);
    }
    checkKeySize(value, attribute, attribute === key.hash);
  }
  for (const index of indexes) checkIndexKeys(item, index);
}

function checkIndexKeys(item: Item, index: IndexDefinition): void {
  for (const attribute of keyAttributes(index.key)) {
    const value = attributeOf(item, attribute.name);
    if (value && !hasType(item, attribute)) throw indexKeyMismatch(attribute, index, typeOf(value));
    if (value && isEmpty(item, attribute)) {
      throw validationError(`One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty ${nameOf(attribute)} value. IndexName: ${index.indexName}, IndexKey: ${attribute.name}`);
    }
  }
}

export function indexKeyMismatch({ name, type }: KeyAttribute, { indexName }: IndexDefinition, actual: string): Error {
  return validationError(`One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${type} Actual: ${actual} IndexName: ${indexName}`);
}

/** Throws if an expression refers to something inside of a key attribute, which is never a list or a map. */
export function checkNestedPaths(nested: ReadonlySet<string>, { indexes, key }: TableDefinition): void {
  const rule = 'Key attributes must be scalars; list random access \'[]\' and map lookup \'.\' are not allowed';
  for (const { name } of keyAttributes(key)) {
    if (nested.has(name)) throw validationError(`${rule}: Key: ${name}`);
  }
  for (const { name } of indexes.flatMap(index => keyAttributes(index.key))) {
    if (nested.has(name)) throw validationError(`${rule}: IndexKey: ${name}`);
  }
}

function isEmpty(item: Item, { name }: KeyAttribute): boolean {
  return item[name].S === '' || item[name].B === '';
}

function nameOf({ type }: KeyAttribute): string {
  return type === 'S' ? 'string' : 'binary';
}

function checkKeySize(value: AttributeValue, { type }: KeyAttribute, isHash: boolean): void {
  if (type === 'N') return;
  const size = type === 'S' ? Buffer.byteLength(value.S!) : Buffer.byteLength(value.B!, 'base64');
  if (isHash && size > MAXIMUM_HASH_SIZE) {
    throw validationError(`One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of${MAXIMUM_HASH_SIZE} bytes`);
  }
  if (!isHash && size > MAXIMUM_RANGE_SIZE) {
    throw validationError(`One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of ${MAXIMUM_RANGE_SIZE} bytes`);
  }
}
