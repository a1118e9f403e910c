import { toUnavailable } from './aws/aws-failure';
import type { Deadline } from './aws/deadline';
import { unavailable } from './http/refusal';
import type { User } from './identity/identity';
import { atMostParticipant, isRoleName } from './roles';
import type { Room } from './rooms';
import type { RoleName, RoleSettings } from '../../src/tokens/token-endpoint-settings';
import { ALL_ROOMS } from '../shared/room-arns';

/** In milliseconds. */
const TIMEOUT = 8_000;

/** Asks the user's admission function who may enter which room, and with which role. */
export class Admission {
  constructor(private readonly functionArn: string) {}

  /**
   * Returns the role in a room. Only claims make a moderator of all rooms.
   *
   * @throws Refusal if the function fails, or its answer is not a role
   */
  public async roleIn(room: Room, user: User, { allRooms, role }: RoleSettings, deadline: Deadline): Promise<RoleSettings> {
    const { claims, isAnonymous, userId } = user;
    const roomArn = room.id === ALL_ROOMS ? undefined : room.arn;
    const admitted = await this.ask({ roomId: room.id, roomArn, userId, isAnonymous, claims, role }, deadline);
    return { role: isAnonymous ? atMostParticipant(admitted) : admitted, allRooms };
  }

  private async ask(question: object, deadline: Deadline): Promise<RoleName> {
    // Without an admission function, only moderators need the client of Lambda.
    const { invokeFunction } = await import('./aws/invoke-function');
    const answer = await invokeFunction(this.functionArn, question, deadline.signal(TIMEOUT))
      .catch((error: unknown) => { throw toUnavailable('admission', error); });
    const { role } = (answer ?? {}) as { role?: unknown };
    if (!isRoleName(role)) {
      const got = typeof role === 'string' ? JSON.stringify(role.slice(0, 20)) : typeof role;
      throw unavailable(`admission: role must be moderator, participant, viewer or refused, got ${got}`);
    }
    return role;
  }
}
