import * as crypto from 'node:crypto';
import { invalidField } from '../api/errors';

interface Entry<T> {
  readonly value: T;
  /** Increases with each create and update: the order of updateTime, without ties. */
  readonly sequence: number;
}

export interface PageRequest {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

/** Documented for ListRooms and ListLoggingConfigurations. */
const PAGE_SIZE = 50;

/** Resources of one type by ARN, listed by their last update, newest first. */
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
    return [...this.entries.values()].map(entry => entry.value);
  }

  /** Adds a resource, or stores one with a new updateTime. */
  public put(value: T): void {
    this.entries.delete(value.arn);
    this.entries.set(value.arn, { value, sequence: ++this.sequence });
  }

  /** Stores a change that keeps updateTime and the position in the list. */
  public replace(value: T): void {
    this.entries.set(value.arn, { value, sequence: this.entries.get(value.arn)!.sequence });
  }

  public delete(arn: string): boolean {
    return this.entries.delete(arn);
  }

  /**
   * Returns one page, and the token of the next.
   *
   * A token holds the position of the last resource on the page, so that resources created, updated or deleted between
   * two pages do not repeat or skip others.
   *
   * @param filter a description of the filter; a token is valid for the same filter only
   */
  public page(request: PageRequest, filter: string, matches: (value: T) => boolean): { items: T[]; nextToken?: string } {
    const before = request.nextToken ? this.decodeToken(request.nextToken, filter) : Infinity;
    const size = request.maxResults ?? PAGE_SIZE;
    const found = [...this.entries.values()].reverse().filter(entry => entry.sequence < before && matches(entry.value));
    const page = found.slice(0, size);
    const items = page.map(entry => entry.value);
    return found.length > size ? { items, nextToken: this.encodeToken(page[size - 1].sequence, filter) } : { items };
  }

  private encodeToken(sequence: number, filter: string): string {
    const cursor = sequence.toString(36);
    const signature = crypto.createHmac('sha256', this.key).update(`${cursor} ${filter}`).digest('base64url');
    return `${signature}${cursor}`;
  }

  private decodeToken(token: string, filter: string): number {
    const sequence = parseInt(token.slice(43), 36);
    if (!(sequence > 0) || this.encodeToken(sequence, filter) !== token) throw invalidField('nextToken', 'is not a token of this list');
    return sequence;
  }
}
