import { RoomArns } from '../shared/room-arns';

/** The rooms that users can be banned and disconnected from. */
export class Rooms extends RoomArns {
  private readonly ids?: ReadonlySet<string>;

  /** @param ids the rooms that the function may disconnect users from, if not all */
  constructor(functionArn: string, ids?: readonly string[]) {
    super(functionArn);
    this.ids = ids && new Set(ids);
  }

  public canDisconnectFrom(id: string): boolean {
    return this.ids?.has(id) ?? true;
  }
}
