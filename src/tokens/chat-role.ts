import type { ClaimMatch } from './claim-match';
import type { RoleRuleSettings, RoleSettings } from './token-endpoint-settings';
import { validateBoolean, validateType } from '../private/argument-types';

/**
 * Options of the role of moderators.
 */
export interface ModeratorRoleOptions {
  /**
   * Whether moderators can ban users from all rooms at once, with `room: '*'`.
   *
   * @default false
   */
  readonly allRooms?: boolean;
}

/**
 * What a user can do in a room. A token endpoint derives it from the verified claims of the user, never from the request.
 *
 * Its name is the attribute `role` of the user, which all clients receive with each message.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html
 */
export class ChatRole {
  /**
   * Users who can send and delete messages, disconnect users, and ban them if the token endpoint has `bans`.
   *
   * @param options options of the role
   */
  public static moderator(options: ModeratorRoleOptions = {}): ChatRole {
    validateBoolean(undefined, 'allRooms', options.allRooms);
    return new ChatRole({ role: 'moderator', ...options.allRooms && { allRooms: true } });
  }

  /**
   * Users who can send messages.
   */
  public static participant(): ChatRole {
    return new ChatRole({ role: 'participant' });
  }

  /**
   * Users who can only receive messages.
   */
  public static viewer(): ChatRole {
    return new ChatRole({ role: 'viewer' });
  }

  /**
   * Users who get no chat token.
   */
  public static refused(): ChatRole {
    return new ChatRole({ role: 'refused' });
  }

  /**
   * Name of the role: `moderator`, `participant`, `viewer` or `refused`.
   */
  public readonly roleName: string;

  private constructor(
    /** @internal */
    public readonly _role: RoleSettings,
  ) {
    this.roleName = _role.role;
  }

  /**
   * Returns a rule that assigns this role to users whose claims match.
   *
   * @param match the condition
   */
  public when(match: ClaimMatch): ChatRoleRule {
    validateType(undefined, 'match', match, '_condition', 'a ClaimMatch', 'ClaimMatch.contains(\'cognito:groups\', \'staff\')');
    return ChatRoleRule._of(this, match);
  }
}

/**
 * Assigns a role to users whose claims match. Created with `ChatRole.when()`.
 */
export class ChatRoleRule {
  /** @internal */
  public static _of(role: ChatRole, match: ClaimMatch): ChatRoleRule {
    return new ChatRoleRule(role, { ...role._role, when: match._condition });
  }

  private constructor(
    /**
     * The role of users whose claims match.
     */
    public readonly role: ChatRole,
    /** @internal */
    public readonly _rule: RoleRuleSettings,
  ) {}
}
