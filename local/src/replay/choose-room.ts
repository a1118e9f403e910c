import { ExpectedError } from '../expected-error';

interface RoomToChoose {
  readonly path?: string;
  readonly arn: string;
  readonly name: string;
  readonly messageReviewHandler?: { readonly uri: string };
}

/**
 * Returns a room with a review handler: the given one, or one of those with the only handler that rooms use.
 *
 * Throws if the room has no handler, or the choice is not clear.
 */
export function chooseReviewedRoom<T extends RoomToChoose>(rooms: readonly T[], given?: T): T {
  if (given) {
    if (hasHandler(given)) return given;
    throw new ExpectedError(`room must have a review handler, got ${labelOf(given)}, which has none${otherRooms(rooms.filter(hasHandler))}.`);
  }
  const reviewed = rooms.filter(hasHandler);
  const byHandler = new Map(reviewed.map(room => [room.messageReviewHandler!.uri, room]));
  if (byHandler.size === 1) return reviewed[0];
  if (byHandler.size > 1) throw new ExpectedError(`room must be set, with --room on the command line, because rooms use ${byHandler.size} review handlers${otherRooms([...byHandler.values()])}.`);
  throw new ExpectedError(rooms.length === 0
    ? 'The app must have a room with a review handler, but it has no rooms: deploy the stack with the room.'
    : 'The app must have a room with a review handler, but its rooms have none: set messageReviewHandler of a room.');
}

function hasHandler({ messageReviewHandler }: RoomToChoose): boolean {
  return messageReviewHandler !== undefined && messageReviewHandler.uri !== '';
}

function otherRooms(rooms: readonly RoomToChoose[]): string {
  return rooms.length > 0 ? `: choose one of ${rooms.map(room => `${labelOf(room)} (${room.messageReviewHandler!.uri.split(':function:')[1]})`).join(', ')}` : '';
}

function labelOf({ arn, name, path }: RoomToChoose): string {
  return path ?? (name || arn);
}
