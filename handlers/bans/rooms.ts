/** Stands for all rooms. */
export const ALL_ROOMS = '*';

const ID = /^[a-zA-Z0-9]{12}$/;

/** The rooms of the account and region of the function. */
export class Rooms {
  private readonly arnPrefix: string;
  private readonly ids?: ReadonlySet<string>;

  /** @param ids the rooms that the function may disconnect users from, if not all */
  constructor(functionArn: string, ids?: readonly string[]) {
    const [, partition, , region, account] = functionArn.split(':');
    this.arnPrefix = `arn:${partition}:ivschat:${region}:${account}:room/`;
    this.ids = ids && new Set(ids);
  }

  /** Returns the ID of a room that is given by ID or ARN, unless the ARN is that of another account or region. */
  public idOf(room: string): string | undefined {
    const id = room.startsWith(this.arnPrefix) ? room.slice(this.arnPrefix.length) : room;
    return ID.test(id) ? id : undefined;
  }

  public arnOf(id: string): string {
    return this.arnPrefix + id;
  }

  public canDisconnectFrom(id: string): boolean {
    return this.ids?.has(id) ?? true;
  }
}
