import * as crypto from 'node:crypto';
import { invalidField } from '../api/errors';

interface Entry<T> {
  readonly value: T;
  /** Grows with every create and update: the order of updateTime, without its ties. */
  readonly sequence: number;
}

export interface PageRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

/** Documented for both lists. */
const PAGE_SIZE = 50;

/** The resources of one type by ARN, newest update first. */
export class Collection<T extends { readonly arn: string }> {
  private readonly key = crypto.randomBytes(32);
  /** In order of sequence. */
  private readonly entries = new Map<string, Entry<T>>();
  private sequence = 0;

  public get size(): number {
    return this.entries.size;
  }

  public get(arn: string): T | undefined {
    return this.entries.get(arn)?.value;
  }

  public values(): T[] {
    return [...this.entries.values()].map((entry) => entry.value);
  }

  /** A new resource, or one whose updateTime changes. */
  public put(value: T): void {
    this.entries.delete(value.arn);
    this.entries.set(value.arn, { value, sequence: ++this.sequence });
  }

  /** A change that is no update: the place in the list stays. */
  public replace(value: T): void {
    this.entries.set(value.arn, { value, sequence: this.entries.get(value.arn)!.sequence });
  }

  public delete(arn: string): boolean {
    return this.entries.delete(arn);
  }

  /**
   * A token remembers the last resource seen, not a number of them: what is created, updated or deleted between two pages
   * makes no other resource appear twice or not at all.
   * @param filter what the token belongs to, in words: it is refused with another filter
   */
  public page(request: PageRequest, filter: string, matches: (value: T) => boolean): { items: T[]; nextToken?: string } {
    const before = request.nextToken ? this.readToken(request.nextToken, filter) : Infinity;
    const size = request.maxResults ?? PAGE_SIZE;
    const found = [...this.entries.values()].reverse().filter((entry) => entry.sequence < before && matches(entry.value));
    const page = found.slice(0, size);
    const items = page.map((entry) => entry.value);
    return found.length > size ? { items, nextToken: this.writeToken(page[size - 1].sequence, filter) } : { items };
  }

  private writeToken(sequence: number, filter: string): string {
    const cursor = sequence.toString(36);
    const signature = crypto.createHmac('sha256', this.key).update(`${cursor} ${filter}`).digest('base64url');
    return `${signature}${cursor}`;
  }

  private readToken(token: string, filter: string): number {
    const sequence = parseInt(token.slice(43), 36);
    if (!(sequence > 0) || this.writeToken(sequence, filter) !== token) throw invalidField('nextToken', 'is not a token of this list');
    return sequence;
  }
}
