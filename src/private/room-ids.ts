import { Stack } from 'aws-cdk-lib';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { IConstruct } from 'constructs';
import { resourceIdOf } from './arns';
import { referencedConstruct } from './referenced-construct';

/** Identifies a room in an app: its resource or, for an import, its ID. */
export type RoomKey = CfnRoom | string;

export function roomKey(scope: IConstruct, room: IRoomRef): RoomKey {
  const resource = referencedConstruct(room.roomRef.roomArn);
  return CfnRoom.isCfnRoom(resource) ? resource : JSON.stringify(Stack.of(scope).resolve(roomIdOf(scope, room)));
}

/**
 * Returns the ID of a room: its attribute if it is defined in the stack of the scope, otherwise the last part of its ARN. A stack
 * then exports only the ARN, which policies need as well.
 */
export function roomIdOf(scope: IConstruct, room: IRoomRef): string {
  const { roomArn } = room.roomRef;
  const resource = referencedConstruct(roomArn);
  if (CfnRoom.isCfnRoom(resource) && Stack.of(resource) === Stack.of(scope)) return resource.attrId;
  // The region and the account of an import by ID can be tokens.
  return /:room\/([a-zA-Z0-9]{12})$/.exec(roomArn)?.[1] ?? resourceIdOf(scope, roomArn);
}
