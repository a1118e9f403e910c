import type { AttributeSettings } from './token-endpoint-settings';
import { validateText } from '../private/argument-types';
import { MAX_ATTRIBUTE_BYTES } from '../private/limits';
import { validateWholeNumber } from '../private/validation';

/**
 * Options of an attribute.
 */
export interface ChatAttributeOptions {
  /**
   * Maximum length of the value, in characters. Longer values are truncated.
   *
   * @default 64
   */
  readonly maxLength?: number;
}

/**
 * The value of an attribute of chat users, which all clients receive with each message of the user: no private data.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html
 */
export class ChatAttribute {
  /**
   * The value of a verified claim. Users whose token does not have the claim do not get the attribute.
   *
   * @param claim name of the claim
   * @param options options of the attribute
   */
  public static fromClaim(claim: string, options: ChatAttributeOptions = {}): ChatAttribute {
    validateText(undefined, 'claim', claim, 'pass the name of a claim such as "name"');
    return new ChatAttribute({ claim, maxLength: maxLengthOf(options) });
  }

  /**
   * A value from the request, which users choose themselves and which is not verified: users can pretend to be others.
   *
   * @param name name of the property in the body of the request
   * @param options options of the attribute
   */
  public static fromRequest(name: string, options: ChatAttributeOptions = {}): ChatAttribute {
    validateText(undefined, 'name', name, 'pass the name of a property of the request such as "color"');
    return new ChatAttribute({ request: name, maxLength: maxLengthOf(options) });
  }

  private constructor(
    /** @internal */
    public readonly _attribute: AttributeSettings,
  ) {}
}

function maxLengthOf({ maxLength = 64 }: ChatAttributeOptions): number {
  validateWholeNumber(undefined, 'maxLength', maxLength, 1, MAX_ATTRIBUTE_BYTES);
  return maxLength;
}
