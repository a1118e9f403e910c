import { createHash } from 'node:crypto';
import { encodeScalar, type AttributeValue, type Item } from './attribute-values';
import { keyAttributes } from './schema';
import type { KeySchema } from '../contracts/table-definition';

/** Where an item is: digest and value of the hash key, then the range key, then the key of the table. Compared element by element. */
type Position = readonly string[];

interface Entry {
  readonly position: Position;
  readonly item: Item;
}

/**
 * The items of a table or of an index in the order of a scan: by a digest of the hash key, so that an application cannot rely on the
 * order of hash keys, then by the range key.
 */
export class OrderedItems {
  private readonly entries: Entry[] = [];

  /** @param key the key of the table or index. In an index, several items can have the same one, so the key of the table follows */
  constructor(private readonly key: KeySchema, private readonly tableKey: KeySchema) {}

  public get size(): number {
    return this.entries.length;
  }

  /** Adds an item, or replaces the one with the same key. */
  public put(item: Item): void {
    const position = this.position(item);
    const index = this.lowerBound(position);
    this.entries.splice(index, this.isAt(index, position) ? 1 : 0, { position, item });
  }

  public find(item: Item): Item | undefined {
    const position = this.position(item);
    const index = this.lowerBound(position);
    return this.isAt(index, position) ? this.entries[index].item : undefined;
  }

  public delete(item: Item): void {
    const position = this.position(item);
    const index = this.lowerBound(position);
    if (this.isAt(index, position)) this.entries.splice(index, 1);
  }

  /** The items with a hash key, in the order of the range key. */
  public *partition(hash: AttributeValue, isReversed: boolean, startKey?: Item): Generator<Item> {
    const prefix = hashPosition(hash);
    const isInside = (entry: Entry | undefined) => entry !== undefined && entry.position[0] === prefix[0] && entry.position[1] === prefix[1];
    if (isReversed) {
      let index = (startKey ? this.lowerBound(this.position(startKey)) : this.upperBound(prefix)) - 1;
      for (; index >= 0 && isInside(this.entries[index]); index--) yield this.entries[index].item;
    } else {
      let index = startKey ? this.upperBound(this.position(startKey)) : this.lowerBound(prefix);
      for (; index < this.entries.length && isInside(this.entries[index]); index++) yield this.entries[index].item;
    }
  }

  /** All items whose hash key is in a segment, of which there are `total`. */
  public *scan(startKey: Item | undefined, segment = 0, total = 1): Generator<Item> {
    for (let index = startKey ? this.upperBound(this.position(startKey)) : 0; index < this.entries.length; index++) {
      const { item, position: [digest] } = this.entries[index];
      if (segmentOf(digest, total) === segment) yield item;
    }
  }

  /** The segment of a parallel scan that an item with this key is in. */
  public segment(key: Item, total: number): number {
    return segmentOf(this.position(key)[0], total);
  }

  private position(item: Item): Position {
    const range = this.key.range ? [encodeScalar(item[this.key.range.name])] : [];
    const own = [...hashPosition(item[this.key.hash.name]), ...range];
    return this.key === this.tableKey ? own : [...own, ...keyAttributes(this.tableKey).map(({ name }) => encodeScalar(item[name]))];
  }

  private isAt(index: number, position: Position): boolean {
    return index < this.entries.length && compare(this.entries[index].position, position) === 0;
  }

  /** The number of items before the position. */
  private lowerBound(position: Position): number {
    return this.search(entry => compare(entry.position, position) < 0);
  }

  /** The number of items before the position, at it, or with it as the beginning of theirs. */
  private upperBound(position: Position): number {
    return this.search(entry => compare(entry.position.slice(0, position.length), position) <= 0);
  }

  /** The number of items that satisfy the condition, which all items up to some point do. */
  private search(isBefore: (entry: Entry) => boolean): number {
    let [low, high] = [0, this.entries.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (isBefore(this.entries[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function hashPosition(hash: AttributeValue): [digest: string, value: string] {
  const encoded = encodeScalar(hash);
  return [createHash('md5').update(encoded, 'latin1').digest('hex').slice(0, 8), encoded];
}

function segmentOf(digest: string, total: number): number {
  return Math.floor(parseInt(digest, 16) / 2 ** 32 * total);
}

function compare(one: Position, other: Position): number {
  const at = one.findIndex((part, index) => part !== other[index]);
  if (at < 0) return one.length - other.length;
  return other[at] === undefined || one[at] > other[at] ? 1 : -1;
}
