import { toUnavailable } from './aws/aws-failure';
import type { Deadline } from './aws/deadline';
import { invalidRequest, Refusal, unavailable } from './http/refusal';
import type { ModerationAction } from './http/request';
import type { RequestLog } from './http/request-log';
import type { User } from './identity/identity';
import type { Room, Rooms } from './rooms';
import type { BanRequest } from '../../src/tokens/ban-request';
import { ALL_ROOMS } from '../shared/room-arns';

type Fields = Readonly<Record<string, unknown>>;

/** In milliseconds. Less than what remains after the gate, unless all that it asks is slow. */
const TIMEOUT = 10_000;

/** Rooms in a request of a moderator of all rooms: as many as the body can hold with ARNs. */
const MAX_ROOMS = 20;

/**
 * Passes requests of moderators on to the function of `ChatBans`, which checks what they contain, changes bans and disconnects users.
 */
export class Moderation {
  constructor(private readonly bansFunctionArn: string) {}

  /** @throws Refusal */
  public async answer(
    action: ModerationAction, room: Room, rooms: Rooms, user: User, fields: Fields, deadline: Deadline, log: RequestLog,
  ): Promise<object> {
    if (typeof fields.userId === 'string') log.add({ target: fields.userId });
    const answer = await this.send(toBanRequest(action, room, rooms, user, fields), deadline);
    const isPartial = action === 'ban' && room.id === ALL_ROOMS && rooms.ids === undefined;
    return isPartial ? { ...answer, message: 'Sessions in other rooms end by themselves.' } : answer;
  }

  private async send(request: BanRequest, deadline: Deadline): Promise<object> {
    // Most endpoints get requests of moderators rarely.
    const { FunctionError, invokeFunction } = await import('./aws/invoke-function');
    const answer = await invokeFunction(this.bansFunctionArn, request, deadline.signal(TIMEOUT)).catch((error: unknown) => {
      if (error instanceof FunctionError && error.errorType === 'InvalidBanRequest') throw invalidRequest(error.errorMessage);
      throw toUnavailable(`bans function, ${request.action}`, error);
    });
    if (typeof answer !== 'object' || answer === null) throw unavailable(`bans function, ${request.action}: no answer`);
    return answer;
  }
}

/** What the request contains may be of any type: the function of `ChatBans` checks it, because backends send such requests as well. */
function toBanRequest(
  action: ModerationAction, room: Room, rooms: Rooms, user: User, { after, minutes, reason, rooms: named, userId }: Fields,
): BanRequest {
  if (action === 'listBans') return { action: 'list', room: room.id, after } as BanRequest;
  // Moderators ban users, and lift such bans, but not those of other moderators.
  const ban = { action, room: room.id, userId, exceptModerators: true };
  if (action === 'ban') {
    return { ...ban, minutes, reason, bannedBy: user.userId, disconnectFrom: disconnectFrom(room, rooms, named) } as BanRequest;
  }
  if (userId === user.userId) throw new Refusal(403, 'own_ban', 'You cannot lift your own ban.');
  return ban as BanRequest;
}

/** @param named the rooms that the request names */
function disconnectFrom(room: Room, rooms: Rooms, named: unknown): readonly string[] | undefined {
  const canBeNamed = room.id === ALL_ROOMS && rooms.ids === undefined;
  if (!canBeNamed) {
    if (named !== undefined) throw invalidRequest('rooms must be left out: it is only for bans from all rooms, where the endpoint does not have a list of rooms.');
    return room.id === ALL_ROOMS ? rooms.ids : undefined;
  }
  if (named === undefined) return [];
  if (!Array.isArray(named) || named.length > MAX_ROOMS) throw invalidRequest(`rooms must be a list of at most ${MAX_ROOMS} rooms.`);
  return named.map(item => rooms.find(item).id);
}
