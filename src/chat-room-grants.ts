import { Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { Construct } from 'constructs';
import { validateRoom } from './private/argument-types';
import { formatArn } from './private/arns';
import { ROOM_MANAGE, ROOM_MODERATE, ROOM_READ } from './private/grants/actions';
import { grantActions, grantOnEverything } from './private/grants/grant';
import { recipientOf } from './private/grants/room-grants';
import { registerTokenCreator } from './private/grants/token-creators';
import { ResourceGrants } from './resource-grants';

/** The grants that one room and all rooms have in common. */
abstract class RoomGrants extends ResourceGrants {
  /**
   * Grants permission to create chat tokens (`ivschat:CreateChatToken`), for any user ID and with any capabilities.
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html
   */
  public createChatToken(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:CreateChatToken');
  }

  /**
   * Grants permission to send events to all clients in a room (`ivschat:SendEvent`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_SendEvent.html
   */
  public sendEvent(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:SendEvent');
  }

  /**
   * Grants permission to tell clients to delete a message (`ivschat:DeleteMessage`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DeleteMessage.html
   */
  public deleteMessage(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DeleteMessage');
  }

  /**
   * Grants permission to close all connections of a user (`ivschat:DisconnectUser`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DisconnectUser.html
   */
  public disconnectUser(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DisconnectUser');
  }

  /**
   * Grants permission to read the settings of a room (`ivschat:GetRoom`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_GetRoom.html
   */
  public getRoom(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:GetRoom');
  }

  /**
   * Grants permission to change the settings of a room, including its review handler (`ivschat:UpdateRoom`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateRoom.html
   */
  public updateRoom(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UpdateRoom');
  }

  /**
   * Grants permission to delete a room (`ivschat:DeleteRoom`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DeleteRoom.html
   */
  public deleteRoom(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DeleteRoom');
  }

  /**
   * Grants permission to read a room and its tags (`ivschat:GetRoom`, `ivschat:ListTagsForResource`).
   *
   * @param grantee the principal to grant permission to
   */
  public read(grantee: IGrantable): Grant {
    return this.actions(grantee, ...ROOM_READ);
  }

  /**
   * Grants permission to moderate the chat (`ivschat:DeleteMessage`, `ivschat:DisconnectUser`).
   *
   * @param grantee the principal to grant permission to
   */
  public moderate(grantee: IGrantable): Grant {
    return this.actions(grantee, ...ROOM_MODERATE);
  }

  /**
   * Grants permission to read, update, tag and delete a room (`ivschat:DeleteRoom`, `ivschat:GetRoom`,
   * `ivschat:ListTagsForResource`, `ivschat:TagResource`, `ivschat:UntagResource`, `ivschat:UpdateRoom`).
   *
   * Does not include permission to take part in the chat.
   *
   * @param grantee the principal to grant permission to
   */
  public manage(grantee: IGrantable): Grant {
    return this.actions(grantee, ...ROOM_MANAGE);
  }
}

/**
 * Grants on one room, which can be an L2, an L1 or an import.
 *
 * The function that reviews the messages of a room can be granted permissions on that room. They go into a separate
 * policy in the stack of the room, because in the default policy of the function they would be a circular dependency.
 * Grants to roles on rooms of the app are written when synthesis begins.
 */
export class ChatRoomGrants extends RoomGrants {
  /**
   * Returns the grants of a room.
   *
   * @param room the room
   */
  public static fromRoom(room: IRoomRef): ChatRoomGrants {
    validateRoom(undefined, room);
    return new ChatRoomGrants(room);
  }

  private constructor(room: IRoomRef) {
    super((grantee, actions) => {
      const target = { scope: room, env: room.env, resourceArn: CfnRoom.arnForRoom(room) };
      const grant = grantActions(target, grantee, actions, recipientOf(room, grantee));
      registerTokenCreator(room, room.env, actions, grantee, grant, room);
      return grant;
    });
  }
}

/**
 * Grants on all rooms of an account and region, for applications that create rooms at runtime.
 *
 * @example
 * declare const launcher: lambda.Function;
 *
 * const grants = ivschat.AllChatRoomsGrants.of(this);
 * grants.createRoom(launcher);
 * grants.createChatToken(launcher);
 */
export class AllChatRoomsGrants extends RoomGrants {
  /**
   * Returns the grants on all rooms of the account and region of a stack.
   *
   * @param scope the stack, or any construct in it
   */
  public static of(scope: Construct): AllChatRoomsGrants {
    return new AllChatRoomsGrants(scope);
  }

  private constructor(private readonly scope: Construct) {
    super((grantee, actions) => {
      const env = Stack.of(scope);
      const grant = grantActions({ scope, env, resourceArn: formatArn(scope, 'room', '*') }, grantee, actions);
      registerTokenCreator(scope, env, actions, grantee, grant);
      return grant;
    });
  }

  /**
   * Grants permission to create rooms (`ivschat:CreateRoom`), on `*`.
   *
   * To create a room with tags, `tagResource` must be granted as well.
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateRoom.html
   */
  public createRoom(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, grantee, 'ivschat:CreateRoom');
  }

  /**
   * Grants permission to list rooms (`ivschat:ListRooms`), on `*`.
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListRooms.html
   */
  public listRooms(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, grantee, 'ivschat:ListRooms');
  }
}
