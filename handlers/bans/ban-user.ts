import { secondsSince1970 } from './ban-item';
import type { BansTable } from './bans-table';
import type { Disconnector } from './disconnect';
import type { BanUserRequest, BanUserResponse } from '../../src/tokens/ban-request';
import { ALL_ROOMS } from '../shared/room-arns';

/** The ban is written, but the user can still be connected. Callers see the name as the type of the error. */
export class BanIncomplete extends Error {
  public readonly name = 'BanIncomplete';
}

export interface BanServices {
  readonly table: BansTable;
  readonly disconnector: Disconnector;
  readonly scheduleSecondDisconnect: (message: { room: string; userId: string; roomIds: string[] }) => Promise<void>;
}

/**
 * Writes the ban, then disconnects the user: in the other order they could reconnect in between.
 *
 * The second disconnect is scheduled even if the first fails. A repeated request is idempotent.
 *
 * @throws BanIncomplete
 */
export async function banUser(request: BanUserRequest, { disconnector, scheduleSecondDisconnect, table }: BanServices): Promise<BanUserResponse> {
  const { bannedBy, disconnectFrom = [], exceptModerators, minutes, reason, room, userId } = request;
  const bannedAt = secondsSince1970();
  const { until } = await table.write({
    room, userId, bannedAt, until: minutes === undefined ? undefined : bannedAt + minutes * 60, reason, bannedBy, exceptModerators,
  });
  const roomIds = [...new Set([...room === ALL_ROOMS ? [] : [room], ...disconnectFrom])];
  const { disconnectedFrom, failures } = await disconnector.disconnect(roomIds, userId, reason);
  const problems = failures.map(failure => `the user could not be disconnected from room ${failure.roomId} (${failure.reason})`);
  if (roomIds.length > 0) {
    await scheduleSecondDisconnect({ room, userId, roomIds }).catch((error: Error) => {
      problems.push(`the second disconnect could not be scheduled (${error.name}: ${error.message})`);
    });
  }
  if (problems.length > 0) throw new BanIncomplete(`The ban is in effect, but ${problems.join(', and ')}: send the request again.`);
  return { room, userId, ...until !== undefined && { until }, disconnectedFrom };
}
