import { BatchGetItemCommand, BatchWriteItemCommand, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { HistoryTable } from '../../../handlers/chat-history/history-table';
import { type Item, type StoredFrame, frameOf } from '../../../handlers/chat-history/items';

export type Operation = 'BatchGetItem' | 'BatchWriteItem' | 'Query';

/** A table with the limits of DynamoDB that the functions have to know. */
export class FakeDynamoDb {
  public readonly items = new Map<string, Item>();
  public calls: Operation[] = [];
  /** Items that a query reads at most, as DynamoDB reads at most 1 MB. */
  public pageSize = 1_000;
  public readonly table: HistoryTable = { name: 'History', client: { send: async (command: unknown) => this.send(command) } as unknown as DynamoDBClient };

  /** Called before each operation: can wait or throw. */
  public before: (operation: Operation, input: any) => Promise<void> | void = () => undefined;
  /** Called after each operation: can wait or throw, which looks to the function as if the response were lost. */
  public after: (operation: Operation) => Promise<void> | void = () => undefined;
  /** How many of these items or keys a batch processes. */
  public processed: (count: number) => number = count => count;
  /** The stored frames of messages and events, in the order of their sort keys. */
  public get frames(): StoredFrame[] {
    return this.sorted().filter(({ frame }) => frame).map(frameOf);
  }

  /** All text in the table. */
  public get text(): string {
    return JSON.stringify([...this.items.values()]);
  }

  private async send(command: any): Promise<object> {
    const operation: Operation = command instanceof QueryCommand ? 'Query' : command instanceof BatchGetItemCommand ? 'BatchGetItem' : 'BatchWriteItem';
    if (operation === 'BatchWriteItem' && !(command instanceof BatchWriteItemCommand)) throw new Error('the operation is not known');
    this.calls.push(operation);
    await this.before(operation, command.input);
    const output = this.process(operation, command.input);
    await this.after(operation);
    return output;
  }

  private process(operation: Operation, input: any): object {
    if (operation === 'Query') return this.query(input);
    const [[table, requests]] = Object.entries<any>(input.RequestItems);
    expect(table).toBe(this.table.name);
    return operation === 'BatchWriteItem' ? this.write(requests) : this.read(requests);
  }

  private write(requests: { PutRequest: { Item: Item } }[]): object {
    const items = requests.map(({ PutRequest }) => PutRequest.Item);
    validateBatch(items, 25);
    const count = this.processed(items.length);
    for (const item of items.slice(0, count)) {
      // As over the network.
      this.items.set(keyOf(item), JSON.parse(JSON.stringify(item)) as Item);
    }
    const left = requests.slice(count);
    return { UnprocessedItems: left.length === 0 ? {} : { [this.table.name]: left } };
  }

  private read({ ConsistentRead, Keys }: { Keys: Item[]; ConsistentRead: boolean }): object {
    validateBatch(Keys, 100);
    expect(ConsistentRead).toBe(true);
    const count = this.processed(Keys.length);
    const left = Keys.slice(count);
    return {
      Responses: { [this.table.name]: Keys.slice(0, count).map(key => this.items.get(keyOf(key))).filter(item => item !== undefined) },
      UnprocessedKeys: left.length === 0 ? {} : { [this.table.name]: { Keys: left } },
    };
  }

  private query(input: any): object {
    const { ConsistentRead, ExclusiveStartKey, ExpressionAttributeValues: values, FilterExpression, Limit = Infinity, ScanIndexForward } = input;
    expect({ ConsistentRead, ScanIndexForward }).toEqual({ ConsistentRead: true, ScanIndexForward: false });
    expect(input.KeyConditionExpression).toBe('room = :room AND #at BETWEEN :from AND :to');
    const [from, to] = [values[':from'].S, values[':to'].S];
    if (from > to) throw validationException('The BETWEEN operator requires upper bound to be greater than or equal to lower bound');
    if (ExclusiveStartKey && (ExclusiveStartKey.at.S < from || ExclusiveStartKey.at.S > to)) throw validationException('The provided starting key is invalid');
    const inRange = this.sorted().reverse().filter(({ at, room }) => (
      room.S === values[':room'].S && at.S! >= from && at.S! <= to && (!ExclusiveStartKey || at.S! < ExclusiveStartKey.at.S)));
    const page = inRange.slice(0, Math.min(Limit, this.pageSize));
    const ids = FilterExpression === undefined ? undefined : listOf(FilterExpression).map(name => values[name].S);
    return {
      Items: page.filter(({ id }) => ids === undefined || ids.includes(id.S)),
      // DynamoDB stops at the limit without a look at what follows.
      ...page.length === Math.min(Limit, this.pageSize) && page.length > 0 && { LastEvaluatedKey: { room: page.at(-1)!.room, at: page.at(-1)!.at } },
    };
  }

  private sorted(): Item[] {
    return [...this.items.values()].sort((one, other) => one.at.S! < other.at.S! ? -1 : 1);
  }
}

export function throttlingException(): Error {
  return Object.assign(new Error('Throughput exceeds the current capacity of your table or index.'), { name: 'ThrottlingException' });
}

function keyOf({ at, room }: Item): string {
  return JSON.stringify([room.S, at.S]);
}

function validateBatch(items: Item[], maximum: number): void {
  if (items.length < 1 || items.length > maximum) throw validationException(`1 to ${maximum} items, got ${items.length}`);
  if (new Set(items.map(keyOf)).size < items.length) throw validationException('Provided list of item keys contains duplicates');
}

function listOf(filter: string): string[] {
  const [, list] = /^id IN \((:id\d+(?:, :id\d+)*)\)$/.exec(filter) ?? [];
  if (list === undefined) throw validationException(`the filter ${filter} is not known`);
  const names = list.split(', ');
  if (names.length > 100) throw validationException('IN accepts 100 operands');
  return names;
}

function validationException(message: string): Error {
  return Object.assign(new Error(message), { name: 'ValidationException' });
}
