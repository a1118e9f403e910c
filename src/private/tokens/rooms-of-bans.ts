import type { Construct } from 'constructs';
import type { ChatBans, IChatBans } from '../../tokens/chat-bans';
import { lit, validationError } from '../errors';
import type { RoomList } from '../room-list';

/**
 * Throws if bans cannot disconnect users from all rooms of a construct. The rooms of imported bans are not known.
 *
 * @param property what the construct has the bans of
 * @param owner the construct, in an error message
 */
export function validateRoomsOfBans(scope: Construct, property: string, bans: IChatBans, { isAllRooms, keys }: RoomList, owner: string): void {
  const roomsOfBans = (bans as Partial<ChatBans>)._rooms;
  // Empty for all rooms.
  if (roomsOfBans === undefined || roomsOfBans.size === 0) return;
  const missing = [...keys].filter(key => !roomsOfBans.has(key)).map(key => typeof key === 'string' ? key : key.node.path);
  if (!isAllRooms && missing.length === 0) return;
  throw validationError(scope, lit`RoomNotInBans`,
    `${property} must be able to disconnect users from all rooms of the ${owner}, got ChatBans whose property rooms does not contain ${isAllRooms ? 'rooms created at runtime' : missing.join(', ')}: add the rooms to that property, or omit it`);
}
