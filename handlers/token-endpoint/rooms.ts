import { invalidRequest, Refusal, roomNotFound } from './http/refusal';
import { ALL_ROOMS, RoomArns } from '../shared/room-arns';

/** A room, or all rooms. */
export interface Room {
  readonly id: string;
  readonly arn: string;
}

/** The rooms of an endpoint, which are in the account and region of its function. */
export class Rooms {
  private readonly arns: RoomArns;

  /** @param ids undefined for all rooms of the account and region */
  constructor(public readonly ids: readonly string[] | undefined, functionArn: string) {
    this.arns = new RoomArns(functionArn);
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
    const id = this.arns.idOf(value);
    if (id === undefined || this.ids?.includes(id) === false) throw roomNotFound();
    return this.withId(id);
  }

  /** Like `find()`, but for requests that may name all rooms. */
  public findOneOrAll(named: unknown): Room {
    return named === ALL_ROOMS ? this.withId(ALL_ROOMS) : this.find(named);
  }

  private withId(id: string): Room {
    return { id, arn: this.arns.arnOf(id) };
  }
}
