import type { Item } from './attribute-values';
import { OrderedItems } from './ordered-items';
import { hasType, keyAttributes, pick, startKeyNames } from './schema';
import type { IndexDefinition, TableDefinition } from '../contracts/table-definition';

/** Where a query or a scan reads: in a table or in one of its indexes. */
export interface Source {
  readonly items: OrderedItems;
  readonly index?: IndexDefinition;
}

/** A table with its items and indexes. */
export class Table {
  public readonly createdAt = new Date();
  private readonly items: OrderedItems;
  private indexes = new Map<string, Source & { readonly index: IndexDefinition }>();
  private current: TableDefinition;

  constructor(definition: TableDefinition) {
    this.current = definition;
    this.items = new OrderedItems(definition.key, definition.key);
    this.createIndexes();
  }

  public get definition(): TableDefinition {
    return this.current;
  }

  /** Changes everything but the key of the table. Indexes that are new are filled with the existing items. */
  public update(definition: TableDefinition): void {
    this.current = { ...definition, key: this.current.key };
    this.createIndexes();
  }

  public get itemCount(): number {
    return this.items.size;
  }

  public indexItemCount(indexName: string): number {
    return this.indexes.get(indexName)?.items.size ?? 0;
  }

  /** The key of an item. */
  public readonly keyOf = (item: Item): Item => pick(item, startKeyNames(this.current.key));

  public get(key: Item): Item | undefined {
    return this.items.find(key);
  }

  /** Adds an item, or replaces the one with the same key. */
  public put(item: Item): void {
    this.delete(item);
    this.items.put(item);
    for (const source of this.indexes.values()) this.addToIndex(source, item);
  }

  public delete(key: Item): void {
    const existing = this.items.find(key);
    if (!existing) return;
    this.items.delete(existing);
    for (const { index, items } of this.indexes.values()) {
      if (isIndexed(existing, index)) items.delete(existing);
    }
  }

  /** @returns undefined if the table does not have the index */
  public source(indexName?: string): Source | undefined {
    return indexName === undefined ? { items: this.items } : this.indexes.get(indexName);
  }

  private createIndexes(): void {
    const { indexes, key } = this.current;
    this.indexes = new Map(indexes.map(index => [index.indexName, { index, items: new OrderedItems(index.key, key) }]));
    for (const item of this.items.scan(undefined)) {
      for (const source of this.indexes.values()) this.addToIndex(source, item);
    }
  }

  private addToIndex({ index, items }: Source & { readonly index: IndexDefinition }, item: Item): void {
    if (!isIndexed(item, index)) return;
    const { attributes = [], type } = index.projection;
    items.put(type === 'ALL' ? item : pick(item, new Set([...startKeyNames(this.current.key, index.key), ...attributes])));
  }
}

/** Whether an item has the key attributes of an index. Otherwise the index does not contain it. */
function isIndexed(item: Item, { key }: IndexDefinition): boolean {
  return keyAttributes(key).every(attribute => hasType(item, attribute));
}
