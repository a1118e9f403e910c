/** The ID that stands for all rooms, in requests of moderators and in bans. */
export const ALL_ROOMS = '*';

const ROOM_ID = /^[a-zA-Z0-9]{12}$/;

/** Returns the ARN of the rooms in the account and region of a function, up to the ID. */
export function roomArnPrefixOf(functionArn: string): string {
  const [, partition, , region, account] = functionArn.split(':');
  return `arn:${partition}:ivschat:${region}:${account}:room/`;
}

/** The ARNs of the rooms in the account and region of a function. */
export class RoomArns {
  private readonly prefix: string;

  constructor(functionArn: string) {
    this.prefix = roomArnPrefixOf(functionArn);
  }

  /** @param id of a room, or of all rooms */
  public arnOf(id: string): string {
    return this.prefix + id;
  }

  /** Returns the ID of a room that is given by ID or ARN, unless the ARN is that of another account or region. */
  public idOf(room: string): string | undefined {
    const id = room.startsWith(this.prefix) ? room.slice(this.prefix.length) : room;
    return ROOM_ID.test(id) ? id : undefined;
  }
}
