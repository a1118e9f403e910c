import { Admission } from './admission';
import type { Deadline } from './aws/deadline';
import type { BanTable } from './bans';
import { Refusal } from './http/refusal';
import { isModeration, type TokenRequest } from './http/request';
import type { RequestLog } from './http/request-log';
import type { User } from './identity/identity';
import { roleOf } from './roles';
import type { Room, Rooms } from './rooms';
import type { RoleSettings, TokenEndpointSettings } from '../../src/tokens/token-endpoint-settings';
import { ALL_ROOMS } from '../shared/room-arns';

/** A request that passed. */
export interface Passage {
  readonly room: Room;
  readonly role: RoleSettings;
  /** Refuses users who have been banned since they passed. */
  readonly checkBan: () => Promise<void>;
}

/** Decides about every request, whatever its action: by the room, then bans, then the role, then admission. */
export class Gate {
  private readonly admission?: Admission;
  private readonly banTable?: Promise<BanTable>;

  constructor(private readonly settings: TokenEndpointSettings) {
    const { admissionFunctionArn, bans } = settings;
    if (admissionFunctionArn !== undefined) this.admission = new Admission(admissionFunctionArn);
    // Only endpoints with bans load the client of DynamoDB, but before the first request.
    if (bans) this.banTable = import('./bans').then(({ BanTable }) => new BanTable(bans.tableName));
  }

  /** @throws Refusal */
  public async pass(request: TokenRequest, user: User, rooms: Rooms, deadline: Deadline, log: RequestLog): Promise<Passage> {
    const isForModerators = isModeration(request.action);
    const room = isForModerators ? rooms.findOneOrAll(request.fields.room) : rooms.find(request.fields.room);
    const claimed = roleOf(user, this.settings);
    log.add({ room: room.id, role: claimed.role });

    const checkBan = async () => this.checkBan(room, user, claimed, deadline);
    await checkBan();

    checkRole(claimed);
    if (room.id === ALL_ROOMS && !claimed.allRooms) throw notAllowed('Only moderators of all rooms can do this.');

    const role = this.admission ? await this.admission.roleIn(room, user, claimed, deadline) : claimed;
    log.add({ role: role.role });
    checkRole(role);
    if (isForModerators && role.role !== 'moderator') throw notAllowed('Only moderators can do this.');
    return { room, role, checkBan };
  }

  private async checkBan({ id }: Room, { userId }: User, { role }: RoleSettings, deadline: Deadline): Promise<void> {
    const table = await this.banTable;
    if (await table?.isBanned(id, userId, role === 'moderator', deadline)) throw new Refusal(403, 'banned', 'You are banned.');
  }
}

function checkRole({ role }: RoleSettings): void {
  if (role === 'refused') throw new Refusal(403, 'refused', 'You cannot enter this room.');
}

function notAllowed(message: string): Refusal {
  return new Refusal(403, 'not_allowed', message);
}
