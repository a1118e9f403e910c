import { attributeOf, type Item } from './attribute-values';
import type { KeyAttribute, KeySchema } from '../contracts/table-definition';

export function keyAttributes({ hash, range }: KeySchema): readonly KeyAttribute[] {
  return range ? [hash, range] : [hash];
}

export function hasType(item: Item, { name, type }: KeyAttribute): boolean {
  return attributeOf(item, name)?.[type] !== undefined;
}

/** The names of the attributes that tell an item of an index apart: those of the key of the table, then those of the index. */
export function startKeyNames(table: KeySchema, index?: KeySchema): readonly string[] {
  return [...new Set([table, index ?? table].flatMap(keyAttributes).map(({ name }) => name))];
}

/** The attributes of an item with these names. */
export function pick(item: Item, names: Iterable<string>): Item {
  return Object.fromEntries([...names].filter(name => Object.hasOwn(item, name)).map(name => [name, item[name]]));
}
