import { BatchGetItemCommand, DynamoDBClient, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { toUnavailable } from './aws-failure';
import { clientOptions } from './client-options';
import type { Deadline } from './deadline';
import { unavailable } from './refusal';
import { ALL_ROOMS } from './rooms';
import type { Ban } from '../../src/tokens/ban-request';

/** What decides whether a ban applies. */
export type BanTerms = Pick<Ban, 'exceptModerators' | 'until'>;

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
    if (bans.some(ban => applies(ban, isModerator))) return true;
    if (!isComplete) throw unavailable('BatchGetItem: DynamoDB left keys unprocessed');
    return false;
  }

  private async read(rooms: string[], userId: string, deadline: Deadline): Promise<{ bans: BanTerms[]; isComplete: boolean }> {
    const Keys = rooms.map(room => ({ room: { S: room }, userId: { S: userId } }));
    // A user who was banned a moment ago must not get a token.
    const command = new BatchGetItemCommand({ RequestItems: { [this.tableName]: { Keys, ConsistentRead: true } } });
    try {
      const { Responses, UnprocessedKeys } = await this.client.send(command, { abortSignal: deadline.signal(TIMEOUT) });
      const items = Responses?.[this.tableName] ?? [];
      return { bans: items.map(toBanTerms), isComplete: Object.keys(UnprocessedKeys ?? {}).length === 0 };
    } catch (error) {
      throw toUnavailable('BatchGetItem', error);
    }
  }
}

function toBanTerms({ exceptModerators, until }: Record<string, AttributeValue>): BanTerms {
  return { exceptModerators: exceptModerators?.BOOL, until: until?.N === undefined ? undefined : Number(until.N) };
}

/** DynamoDB deletes bans up to days after they have ended. */
function applies({ exceptModerators, until }: BanTerms, isModerator: boolean): boolean {
  return (until === undefined || until > Date.now() / 1_000) && !(exceptModerators && isModerator);
}
