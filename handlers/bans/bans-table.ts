import {
  ConditionalCheckFailedException, DeleteItemCommand, type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { banOf, isInEffect, itemOf, keyOf, secondsSince1970 } from './ban-item';
import type { Ban, ListBansResponse } from '../../src/tokens/ban-request';

const PAGE_SIZE = 100;

/** The key of the item with the longest life of a chat token. It cannot be that of a ban, because it names no room. */
const TOKEN_LIFE_KEY = keyOf('#tokens', 'life');

/** In seconds. Chat tokens are valid for about a minute, which the service no longer documents. */
const MIN_TOKEN_LIFE = 60;

export class BansTable {
  constructor(private readonly client: DynamoDBClient, private readonly tableName: string) {}

  /**
   * Writes a ban instead of an earlier one, unless it has `exceptModerators` and the earlier one applies to moderators.
   *
   * @returns the ban that is in effect now
   */
  public async write(ban: Ban): Promise<Ban> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: itemOf(ban),
        ...ban.exceptModerators && {
          ConditionExpression: 'attribute_not_exists(userId) OR attribute_exists(exceptModerators) OR #until <= :now',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':now': { N: String(ban.bannedAt) } },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      }));
      return ban;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item) return banOf(error.Item);
      throw error;
    }
  }

  /** @returns false if the user was not banned, or not by a ban with `exceptModerators` where only such a ban is to be removed */
  public async remove(room: string, userId: string, { exceptModerators = false } = {}): Promise<boolean> {
    try {
      const { Attributes } = await this.client.send(new DeleteItemCommand({
        TableName: this.tableName,
        Key: keyOf(room, userId),
        ReturnValues: 'ALL_OLD',
        ...exceptModerators && { ConditionExpression: 'attribute_exists(exceptModerators)' },
      }));
      return Attributes !== undefined && isInEffect(banOf(Attributes));
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** @returns undefined if there is no ban, or it has ended */
  public async find(room: string, userId: string): Promise<Ban | undefined> {
    const { Item } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: keyOf(room, userId), ConsistentRead: true }));
    const ban = Item && banOf(Item);
    return ban && isInEffect(ban) ? ban : undefined;
  }

  /** @param after the user ID that the previous page ended with */
  public async list(room: string, after?: string): Promise<ListBansResponse> {
    const { Items = [], LastEvaluatedKey } = await this.client.send(new QueryCommand({
      TableName: this.tableName,
      ConsistentRead: true,
      Limit: PAGE_SIZE,
      KeyConditionExpression: 'room = :room',
      ExpressionAttributeValues: { ':room': { S: room } },
      ...after !== undefined && { ExclusiveStartKey: keyOf(room, after) },
    }));
    const now = secondsSince1970();
    return {
      bans: Items.map(banOf).filter(ban => isInEffect(ban, now)),
      ...LastEvaluatedKey && { next: LastEvaluatedKey.userId.S },
    };
  }

  /** Stores for how long a chat token is valid, if that is longer than known. */
  public async reportTokenLife(seconds: number): Promise<void> {
    try {
      await this.client.send(new PutItemCommand({
        TableName: this.tableName,
        Item: { ...TOKEN_LIFE_KEY, tokenLife: { N: String(seconds) } },
        ConditionExpression: 'attribute_not_exists(tokenLife) OR tokenLife < :seconds',
        ExpressionAttributeValues: { ':seconds': { N: String(seconds) } },
      }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  /** Returns the seconds after which all chat tokens that have been created so far are no longer valid. */
  public async longestTokenLife(): Promise<number> {
    const { Item } = await this.client.send(new GetItemCommand({ TableName: this.tableName, Key: TOKEN_LIFE_KEY, ConsistentRead: true }));
    return Math.max(MIN_TOKEN_LIFE, Number(Item?.tokenLife?.N ?? 0));
  }
}
