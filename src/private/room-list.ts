import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { Construct } from 'constructs';
import { validateList, validateRoom } from './argument-types';
import { formatArn, validateArn } from './arns';
import { lit, validationError } from './errors';
import { MAX_ROOMS_OF_FUNCTION } from './limits';
import { roomIdOf, type RoomKey, roomKey } from './room-ids';
import { validateSameEnvironment } from './validation';

/** The rooms that a function has permissions on: those of a property, or all rooms of the account and region. */
export interface RoomList {
  readonly isAllRooms: boolean;
  readonly arns: string[];
  /** Not set for all rooms. */
  readonly ids?: string[];
  /** Empty for all rooms. */
  readonly keys: ReadonlySet<RoomKey>;
}

/** @param rooms the property `rooms` of the scope */
export function roomListOf(scope: Construct, rooms: IRoomRef[] | undefined): RoomList {
  if (rooms === undefined) return { isAllRooms: true, arns: [formatArn(scope, 'room', '*')], keys: new Set() };
  validateList(scope, 'rooms', rooms, 'room');
  rooms.forEach((room, index) => {
    const property = `rooms[${index}]`;
    validateRoom(scope, room, property);
    validateArn(scope, property, 'room', room.roomRef.roomArn);
    validateSameEnvironment(scope, property, room);
  });
  if (rooms.length > MAX_ROOMS_OF_FUNCTION) {
    throw validationError(scope, lit`TooManyRooms`,
      `rooms must have at most ${MAX_ROOMS_OF_FUNCTION} elements, got ${rooms.length}: divide the rooms between several constructs, because more do not fit into the policies of one role`);
  }
  return {
    isAllRooms: false,
    arns: [...new Set(rooms.map(room => CfnRoom.arnForRoom(room)))],
    ids: [...new Set(rooms.map(room => roomIdOf(scope, room)))],
    keys: new Set(rooms.map(room => roomKey(scope, room))),
  };
}
