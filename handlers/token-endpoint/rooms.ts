import { invalidRequest, Refusal, roomNotFound } from './http/refusal';

/** A room, or all rooms. */
export interface Room {
  readonly id: string;
  readonly arn: string;
}

/** The ID that stands for all rooms, in requests of moderators and in bans. */
export const ALL_ROOMS = '*';

const ROOM_ID = /^[a-zA-Z0-9]{12}$/;

/** The rooms of an endpoint, which are in the account and region of its function. */
export class Rooms {
  private readonly arnPrefix: string;

  /** @param ids undefined for all rooms of the account and region */
  constructor(public readonly ids: readonly string[] | undefined, functionArn: string) {
    const [, partition, , region, account] = functionArn.split(':');
    this.arnPrefix = `arn:${partition}:ivschat:${region}:${account}:room/`;
  }

  /**
   * Finds the room that a request names by its ID or its ARN. A single room need not be named.
   *
   * @throws Refusal
   */
  public find(named: unknown): Room {
    const value = named === undefined && this.ids?.length === 1 ? this.ids[0] : named;
    if (value === undefined) throw new Refusal(400, 'room_required', 'Name the room with the property room: its ID or its ARN.');
    if (typeof value !== 'string') throw invalidRequest('room must be a string: the ID or the ARN of a room.');
    // The ARN of another account or region has another prefix, and so is not an ID.
    const id = value.startsWith(this.arnPrefix) ? value.slice(this.arnPrefix.length) : value;
    if (!ROOM_ID.test(id) || this.ids?.includes(id) === false) throw roomNotFound();
    return this.withId(id);
  }

  /** Like `find()`, but for requests that may name all rooms. */
  public findOneOrAll(named: unknown): Room {
    return named === ALL_ROOMS ? this.withId(ALL_ROOMS) : this.find(named);
  }

  private withId(id: string): Room {
    return { id, arn: this.arnPrefix + id };
  }
}
