import { Stack } from 'aws-cdk-lib';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { CfnRoom, type IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import type { Construct, IConstruct } from 'constructs';
import { ROOM_MANAGE, ROOM_MODERATE, ROOM_READ } from './private/actions';
import { formatArn } from './private/arns';
import { grantActions, grantOnEverything } from './private/grant';
import { withoutCycle } from './private/reviewers';

/** The verbs that one room and all rooms have in common. */
abstract class RoomGrants {
  /**
   * Allows any actions, each with its prefix as in `ivschat:SendEvent`.
   *
   * Throws where none is named, one is of another service, or one creates or lists, which is not an action on
   * a room that exists.
   *
   * @param grantee who is allowed
   * @param actions the actions
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public abstract actions(grantee: IGrantable, ...actions: string[]): Grant;

  /**
   * Allows `ivschat:ListTagsForResource`: to read the tags of the room.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListTagsForResource.html
   */
  public listTagsForResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:ListTagsForResource');
  }

  /**
   * Allows `ivschat:TagResource`: to add tags to the room and change them.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_TagResource.html
   */
  public tagResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:TagResource');
  }

  /**
   * Allows `ivschat:UntagResource`: to remove tags of the room.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UntagResource.html
   */
  public untagResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UntagResource');
  }

  /**
   * Allows `ivschat:CreateChatToken`: to let a user into the room, as any user and with any capabilities.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html
   */
  public createChatToken(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:CreateChatToken');
  }

  /**
   * Allows `ivschat:SendEvent`: to send an event of the application to everyone in the room.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_SendEvent.html
   */
  public sendEvent(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:SendEvent');
  }

  /**
   * Allows `ivschat:DeleteMessage`: to have clients remove a message.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DeleteMessage.html
   */
  public deleteMessage(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DeleteMessage');
  }

  /**
   * Allows `ivschat:DisconnectUser`: to close all connections of a user.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DisconnectUser.html
   */
  public disconnectUser(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DisconnectUser');
  }

  /**
   * Allows `ivschat:GetRoom`: to read the settings of the room.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_GetRoom.html
   */
  public getRoom(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:GetRoom');
  }

  /**
   * Allows `ivschat:UpdateRoom`: to change the settings of the room, its review handler included.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UpdateRoom.html
   */
  public updateRoom(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UpdateRoom');
  }

  /**
   * Allows `ivschat:DeleteRoom`.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_DeleteRoom.html
   */
  public deleteRoom(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:DeleteRoom');
  }

  /**
   * Allows to read the room and its tags: `ivschat:GetRoom`, `ivschat:ListTagsForResource`.
   *
   * @param grantee who is allowed
   */
  public read(grantee: IGrantable): Grant {
    return this.actions(grantee, ...ROOM_READ);
  }

  /**
   * Allows to moderate the chat: `ivschat:DeleteMessage`, `ivschat:DisconnectUser`.
   *
   * @param grantee who is allowed
   */
  public moderate(grantee: IGrantable): Grant {
    return this.actions(grantee, ...ROOM_MODERATE);
  }

  /**
   * Allows to read, change, tag and delete the room: `ivschat:DeleteRoom`, `ivschat:GetRoom`, `ivschat:ListTagsForResource`,
   * `ivschat:TagResource`, `ivschat:UntagResource`, `ivschat:UpdateRoom`. It does not allow to take part in the chat.
   *
   * @param grantee who is allowed
   */
  public manage(grantee: IGrantable): Grant {
    return this.actions(grantee, ...ROOM_MANAGE);
  }
}

/**
 * Grants on one room: an L2, an L1, or an import.
 *
 * A function that reviews messages may be granted on the very room it reviews. Its statement goes into a policy of its
 * own below the room, because in the default policy of the function it would be a circular dependency.
 */
export class ChatRoomGrants extends RoomGrants {
  /**
   * The grants of a room.
   *
   * @param room the room
   */
  public static fromRoom(room: IRoomRef): ChatRoomGrants {
    return new ChatRoomGrants(room);
  }

  private constructor(private readonly room: IRoomRef) {
    super();
  }

  /**
   * Allows any actions, each with its prefix as in `ivschat:SendEvent`.
   *
   * Throws where none is named, one is of another service, or one creates or lists, which is not an action on
   * a room that exists.
   *
   * @param grantee who is allowed
   * @param actions the actions
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public actions(grantee: IGrantable, ...actions: string[]): Grant {
    const target = { scope: this.room, env: this.room.env, resourceArn: CfnRoom.arnForRoom(this.room) };
    return grantActions(target, withoutCycle(this.room, grantee), actions);
  }
}

/**
 * Grants on all rooms of an account and region, for applications that create rooms at run time.
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
   * The grants on all rooms of the account and region of a scope.
   *
   * @param scope a construct of the stack whose account and region is meant
   */
  public static of(scope: Construct): AllChatRoomsGrants {
    return new AllChatRoomsGrants(scope);
  }

  private readonly stack: Stack;

  private constructor(private readonly scope: IConstruct) {
    super();
    this.stack = Stack.of(scope);
  }

  /**
   * Allows any actions, each with its prefix as in `ivschat:SendEvent`.
   *
   * Throws where none is named, one is of another service, or one creates or lists, which is not an action on
   * a room that exists.
   *
   * @param grantee who is allowed
   * @param actions the actions
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public actions(grantee: IGrantable, ...actions: string[]): Grant {
    const resourceArn = formatArn(this.scope, 'room', '*');
    return grantActions({ scope: this.scope, env: this.stack, resourceArn }, grantee, actions);
  }

  /**
   * Allows `ivschat:CreateRoom`, on `*`: a room has no ARN before it is created.
   *
   * Creating a room with tags takes `ivschat:TagResource` as well: grant `tagResource` too.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateRoom.html
   */
  public createRoom(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, this.stack, grantee, 'ivschat:CreateRoom');
  }

  /**
   * Allows `ivschat:ListRooms`, on `*`.
   *
   * @param grantee who is allowed
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListRooms.html
   */
  public listRooms(grantee: IGrantable): Grant {
    return grantOnEverything(this.scope, this.stack, grantee, 'ivschat:ListRooms');
  }
}
