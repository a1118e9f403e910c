import type { SenderCondition } from './filter/filter-file';
import { validateText, validateTexts, validateType } from '../private/argument-types';
import { lit, validationError } from '../private/errors';
import type { ChatRole } from '../tokens/chat-role';

/** The attribute that a `ChatTokenEndpoint` writes. */
const ROLE_ATTRIBUTE = 'role';

/**
 * A condition on the sender of a message: on the attributes of the chat token, not on those of the message.
 *
 * The application that creates the chat tokens chooses their attributes. Use only attributes that it never takes from a request.
 */
export class SenderMatch {
  /**
   * Senders whose chat token has an attribute with one of these values.
   *
   * @param name name of the attribute
   * @param values the values: at least one
   */
  public static attribute(name: string, ...values: string[]): SenderMatch {
    validateText(undefined, 'name', name, 'pass the name of an attribute such as "role"');
    validateTexts(undefined, 'values', values, '\'moderator\'');
    return new SenderMatch({ attribute: name, values });
  }

  /**
   * Senders to whom a `ChatTokenEndpoint` gave a role.
   *
   * Throws for a role whose users cannot send messages.
   *
   * @param role the role
   */
  public static role(role: ChatRole): SenderMatch {
    validateType(undefined, 'role', role, '_role', 'a ChatRole', 'ChatRole.moderator()');
    const { roleName } = role;
    if (roleName === 'viewer' || roleName === 'refused') {
      throw validationError(undefined, lit`RoleCannotSend`,
        `role must be a role whose users can send messages, got ChatRole.${roleName}(): pass ChatRole.moderator() or participant()`);
    }
    return new SenderMatch({ attribute: ROLE_ATTRIBUTE, values: [roleName] });
  }

  private constructor(
    /** @internal */
    public readonly _condition: SenderCondition,
  ) {}
}
