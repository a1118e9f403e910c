import { BatchGetItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { toUnavailable } from './aws/aws-failure';
import { clientOptions } from './aws/client-options';
import type { Deadline } from './aws/deadline';
import { unavailable } from './http/refusal';
import type { Ban } from '../../src/tokens/ban-request';
import { banOf, isInEffect, keyOf } from '../bans/ban-item';
import { ALL_ROOMS } from '../shared/room-arns';

/** In milliseconds. */
const ATTEMPT_TIMEOUT = 1_500;
const TIMEOUT = 3_000;

/** Reads the bans that `ChatBans` stores. */
export class BanTable {
  private readonly client = new DynamoDBClient(clientOptions(ATTEMPT_TIMEOUT));

  constructor(private readonly tableName: string) {}

  /**
   * Returns whether a user is banned from a room, or from all rooms.
   *
   * @param room an ID, or `*`
   * @throws Refusal if this is not known for certain
   */
  public async isBanned(room: string, userId: string, isModerator: boolean, deadline: Deadline): Promise<boolean> {
    const { bans, isComplete } = await this.read([...new Set([room, ALL_ROOMS])], userId, deadline);
    if (bans.some(ban => isInEffect(ban) && !(ban.exceptModerators && isModerator))) return true;
    if (!isComplete) throw unavailable('BatchGetItem: DynamoDB did not process all keys');
    return false;
  }

  private async read(rooms: string[], userId: string, deadline: Deadline): Promise<{ bans: Ban[]; isComplete: boolean }> {
    const Keys = rooms.map(room => keyOf(room, userId));
    // A user who was banned a moment ago must not get a token.
    const command = new BatchGetItemCommand({ RequestItems: { [this.tableName]: { Keys, ConsistentRead: true } } });
    try {
      const { Responses, UnprocessedKeys } = await this.client.send(command, { abortSignal: deadline.signal(TIMEOUT) });
      const items = Responses?.[this.tableName];
      // The list is empty, not missing, for a user without bans.
      return { bans: items?.map(banOf) ?? [], isComplete: items !== undefined && Object.keys(UnprocessedKeys ?? {}).length === 0 };
    } catch (error) {
      throw toUnavailable('BatchGetItem', error);
    }
  }
}
