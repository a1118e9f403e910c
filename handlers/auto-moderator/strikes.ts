import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Deadline } from './deadline';
import { retry } from './failures';
import type { MessageFrame } from '../shared/chat-log';

/** Seconds that a strike is kept longer than it counts. */
const MARGIN = 60;

/** A flagged message of a user in a room. */
export interface Strike {
  /** Flagged messages of the user in the window, at most as many as matter. */
  readonly count: number;
  /** What earlier deliveries of the message have done. */
  readonly done: ReadonlySet<string>;
}

/** The flagged messages: an item for each, named after the message, so that a repeated delivery does not count twice. */
export interface Strikes {
  add(roomId: string, message: MessageFrame, deadline: Deadline): Promise<Strike>;
  /** Records what has been done for a message, so that a repeated delivery does not do it again. */
  markDone(roomId: string, message: MessageFrame, done: readonly string[], deadline: Deadline): Promise<void>;
}

export interface StrikesOptions {
  readonly tableName: string;
  readonly windowSeconds: number;
  readonly maximumAgeSeconds: number;
  /** The highest number that a response waits for. */
  readonly maximum: number;
  /** Whether these are strikes of a dry run, which do not count after it. */
  readonly isDryRun: boolean;
}

/** In milliseconds. */
const TIMEOUT = 5_000;

/** Marks a message that needs no further work. */
export const COMPLETE = 'complete';

export async function loadStrikes({ isDryRun, maximum, maximumAgeSeconds, tableName: TableName, windowSeconds }: StrikesOptions): Promise<Strikes> {
  const { DynamoDBClient, QueryCommand, UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
  const client = new DynamoDBClient({ maxAttempts: 1 });

  const keyOf = (roomId: string, { Id, SendTime, Sender }: MessageFrame) => ({
    sender: { S: `${isDryRun ? 'dry-run#' : ''}${roomId}#${Sender.UserId}` },
    // In milliseconds, which have 13 digits until the year 2286.
    sentAt: { S: `${Date.parse(SendTime)}#${Id}` },
  });
  const update = async (
    Key: Record<string, AttributeValue>, UpdateExpression: string, value: AttributeValue, deadline: Deadline,
  ) => retry(async abortSignal => client.send(new UpdateItemCommand({
    TableName, Key, UpdateExpression, ExpressionAttributeValues: { ':value': value }, ReturnValues: 'ALL_NEW',
  }), { abortSignal }), deadline, TIMEOUT);
  const count = async (sender: AttributeValue, time: number, deadline: Deadline) => {
    if (maximum === 1) return 1;
    const { Count = 0 } = await retry(async abortSignal => client.send(new QueryCommand({
      TableName,
      // Of messages that are flagged at the same time, the third that is written counts at least three.
      ConsistentRead: true,
      Select: 'COUNT',
      // A user can have thousands.
      Limit: maximum,
      KeyConditionExpression: 'sender = :sender AND sentAt >= :start',
      ExpressionAttributeValues: { ':sender': sender, ':start': { S: String(time - windowSeconds * 1_000) } },
    }), { abortSignal }), deadline, TIMEOUT);
    return Count;
  };

  return {
    add: async (roomId, message, deadline) => {
      const key = keyOf(roomId, message);
      const time = Date.parse(message.SendTime);
      const expiresAt = Math.ceil(time / 1_000) + windowSeconds + maximumAgeSeconds + MARGIN;
      const { Attributes } = await update(key, 'SET expiresAt = :value', { N: String(expiresAt) }, deadline);
      const done = new Set(Attributes?.done?.SS);
      return { done, count: done.has(COMPLETE) ? 0 : await count(key.sender, time, deadline) };
    },
    markDone: async (roomId, message, done, deadline) => {
      await update(keyOf(roomId, message), 'ADD done :value', { SS: [...done] }, deadline);
    },
  };
}
