import { BatchGetItemCommand, BatchWriteItemCommand, DynamoDBClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { Deadline } from './deadline';
import { deletionKeyOf, deletionOf, type Item } from './items';

/** The table of a history. */
export interface HistoryTable {
  readonly client: DynamoDBClient;
  readonly name: string;
}

/** A range of sort keys. */
export interface KeyRange {
  readonly roomId: string;
  readonly from: string;
  readonly to: string;
}

/** The most that DynamoDB accepts. */
const MAX_WRITES = 25;
const MAX_READS = 100;

const PARALLEL_CALLS = 8;

/** In milliseconds. */
const MIN_WAIT = 25;
const MAX_WAIT = 5_000;

/** The errors with which DynamoDB answers if it processed nothing. */
const THROTTLED = /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded)/;

/** @param name of the table */
export function newHistoryTable(name: string): HistoryTable {
  // In milliseconds. The SDK has no timeout by default.
  return { name, client: new DynamoDBClient({ requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true } }) };
}

/**
 * Writes items. Each call can be repeated.
 *
 * @throws an error at the deadline
 */
export async function writeItems({ client, name }: HistoryTable, items: readonly Item[], deadline: Deadline): Promise<void> {
  await inBatches(items, MAX_WRITES, deadline, async batch => {
    const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({
      RequestItems: { [name]: batch.map(Item => ({ PutRequest: { Item } })) },
    }));
    return (UnprocessedItems?.[name] ?? []).map(({ PutRequest }) => PutRequest!.Item!);
  });
}

/**
 * Returns the deletions of these messages, by message ID.
 *
 * @throws an error at the deadline: an incomplete result would show deleted messages
 */
export async function readDeletions(
  { client, name }: HistoryTable, roomId: string, messageIds: readonly string[], deadline: Deadline,
): Promise<Map<string, { reason?: string }>> {
  const found = new Map<string, { reason?: string }>();
  await inBatches(messageIds.map(id => deletionKeyOf(roomId, id)), MAX_READS, deadline, async Keys => {
    // A deletion that was written before this call must be in the result.
    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: { [name]: { Keys, ConsistentRead: true } } }));
    for (const { messageId, reason } of (Responses?.[name] ?? []).map(deletionOf)) found.set(messageId, { reason });
    return UnprocessedKeys?.[name]?.Keys ?? [];
  });
  return found;
}

/** Reads a page of the items of a range from the end to the start. */
export async function queryBackwards({ client, name }: HistoryTable, { from, roomId, to }: KeyRange, options: {
  readonly limit?: number;
  readonly filter?: string;
  readonly values?: Item;
  readonly startKey?: Item;
}): Promise<QueryCommandOutput> {
  return client.send(new QueryCommand({
    TableName: name,
    ConsistentRead: true,
    ScanIndexForward: false,
    KeyConditionExpression: 'room = :room AND #at BETWEEN :from AND :to',
    FilterExpression: options.filter,
    ExpressionAttributeNames: { '#at': 'at' },
    ExpressionAttributeValues: { ':room': { S: roomId }, ':from': { S: from }, ':to': { S: to }, ...options.values },
    Limit: options.limit,
    ExclusiveStartKey: options.startKey,
  }));
}

/**
 * Processes items in batches, several at a time. What DynamoDB leaves of a batch goes into the next ones, and only a call that processed nothing
 * is followed by a wait: that takes a tenth of the time of a back-off for each batch.
 *
 * @param send returns what was not processed
 */
async function inBatches(items: readonly Item[], size: number, deadline: Deadline, send: (batch: Item[]) => Promise<Item[]>): Promise<void> {
  const queue = [...items];
  await Promise.all(Array.from({ length: Math.min(PARALLEL_CALLS, Math.ceil(items.length / size)) }, async () => {
    let wait = 0;
    while (queue.length > 0) {
      await deadline.sleep(Math.random() * wait);
      const batch = queue.splice(0, size);
      if (batch.length === 0) return;
      const left = await send(batch).catch((error: Error) => {
        if (THROTTLED.test(error.name)) return batch;
        throw error;
      });
      queue.push(...left);
      wait = left.length < batch.length ? 0 : Math.min(MAX_WAIT, Math.max(MIN_WAIT, wait * 2));
    }
  }));
}
