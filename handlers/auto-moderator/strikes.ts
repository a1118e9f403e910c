import { type AttributeValue, type DynamoDBClient, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Deadline } from './deadline';
import type { ChatMessage } from './message';
import { retry } from './retry';

/** Seconds that a strike is kept longer than it counts. */
const MARGIN = 60;
/** Digits of a time in milliseconds, until the year 2286. */
const TIME_DIGITS = 13;

/** A flagged message of a user in a room. */
export interface Strike {
  /** Flagged messages of the user in the window, at most as many as matter. */
  readonly count: number;
  /** What an earlier delivery of the message has done. */
  readonly done: ReadonlySet<string>;
}

export interface StrikesOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly windowSeconds: number;
  readonly maximumAgeSeconds: number;
  /** The highest number that a response waits for. */
  readonly maximum: number;
  /** Whether these are strikes of a dry run, which do not count after it. */
  readonly isDryRun: boolean;
}

/** Marks a message that needs no further work. */
export const COMPLETE = 'complete';

/** The flagged messages: an item for each, named after the message, so that a repeated delivery does not count twice. */
export class Strikes {
  constructor(private readonly options: StrikesOptions) {}

  public async add(roomId: string, message: ChatMessage, deadline: Deadline): Promise<Strike> {
    const { client, maximumAgeSeconds, tableName, windowSeconds } = this.options;
    const expiresAt = Math.ceil(Date.parse(message.SendTime) / 1_000) + windowSeconds + maximumAgeSeconds + MARGIN;
    const { Attributes } = await retry(async abortSignal => client.send(new UpdateItemCommand({
      TableName: tableName,
      Key: this.keyOf(roomId, message),
      UpdateExpression: 'SET expiresAt = :expiresAt',
      ExpressionAttributeValues: { ':expiresAt': { N: String(expiresAt) } },
      ReturnValues: 'ALL_NEW',
    }), { abortSignal }), deadline);
    const done = new Set(Attributes?.done?.SS);
    return { done, count: done.has(COMPLETE) ? 0 : await this.count(roomId, message, deadline) };
  }

  /** Records what has been done for a message, so that a repeated delivery does not do it again. */
  public async markDone(roomId: string, message: ChatMessage, done: readonly string[], deadline: Deadline): Promise<void> {
    const { client, tableName } = this.options;
    await retry(async abortSignal => client.send(new UpdateItemCommand({
      TableName: tableName,
      Key: this.keyOf(roomId, message),
      UpdateExpression: 'ADD done :done',
      ExpressionAttributeValues: { ':done': { SS: [...done] } },
    }), { abortSignal }), deadline);
  }

  private async count(roomId: string, message: ChatMessage, deadline: Deadline): Promise<number> {
    const { client, maximum, tableName, windowSeconds } = this.options;
    if (maximum === 1) return 1;
    const { sender } = this.keyOf(roomId, message);
    const { Count = 0 } = await retry(async abortSignal => client.send(new QueryCommand({
      TableName: tableName,
      // Of two messages that are flagged at the same time, at least the one that is written last counts both.
      ConsistentRead: true,
      Select: 'COUNT',
      // A user can have thousands.
      Limit: maximum,
      KeyConditionExpression: 'sender = :sender AND sentAt >= :start',
      ExpressionAttributeValues: { ':sender': sender, ':start': { S: timeKey(Date.parse(message.SendTime) - windowSeconds * 1_000) } },
    }), { abortSignal }), deadline);
    return Count;
  }

  private keyOf(roomId: string, { Id, SendTime, Sender }: ChatMessage): Record<'sender' | 'sentAt', AttributeValue> {
    const sender = `${this.options.isDryRun ? 'dry-run#' : ''}${roomId}#${Sender.UserId}`;
    return { sender: { S: sender }, sentAt: { S: `${timeKey(Date.parse(SendTime))}#${Id}` } };
  }
}

function timeKey(milliseconds: number): string {
  return String(milliseconds).padStart(TIME_DIGITS, '0');
}
