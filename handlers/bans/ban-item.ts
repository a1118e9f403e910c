import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Ban } from '../../src/tokens/ban-request';

// The items of the table. The token endpoint reads them as well.

export type Item = Record<string, AttributeValue>;

export function keyOf(room: string, userId: string): Item {
  return { room: { S: room }, userId: { S: userId } };
}

export function itemOf({ bannedAt, bannedBy, exceptModerators, reason, room, until, userId }: Ban): Item {
  return {
    ...keyOf(room, userId),
    bannedAt: { N: String(bannedAt) },
    // The conditions of the table look whether the attribute exists.
    ...exceptModerators && { exceptModerators: { BOOL: true } },
    ...until !== undefined && { until: { N: String(until) } },
    ...reason !== undefined && { reason: { S: reason } },
    ...bannedBy !== undefined && { bannedBy: { S: bannedBy } },
  };
}

export function banOf({ bannedAt, bannedBy, exceptModerators, reason, room, until, userId }: Item): Ban {
  return {
    room: room.S!,
    userId: userId.S!,
    bannedAt: Number(bannedAt.N),
    ...until && { until: Number(until.N) },
    ...reason && { reason: reason.S },
    ...bannedBy && { bannedBy: bannedBy.S },
    ...exceptModerators && { exceptModerators: true },
  };
}

/** DynamoDB deletes an item up to days after the ban has ended. */
export function isInEffect({ until }: Ban, now = secondsSince1970()): boolean {
  return until === undefined || until > now;
}

export function secondsSince1970(): number {
  return Math.floor(Date.now() / 1_000);
}
