import type { Duration } from 'aws-cdk-lib';
import type { ResponseSettings } from './auto-moderator-settings';
import { describeValue, validateProps, validateText, validateType } from '../private/argument-types';
import { durationIn } from '../private/durations';
import { lit, validationError } from '../private/errors';
import { MAX_BAN_MINUTES, MAX_REASON_LENGTH, MAX_STRIKES } from '../private/limits';
import { isLiteral, validateWholeNumber } from '../private/validation';
import type { IChatBans } from '../tokens/chat-bans';

/**
 * Options of a response.
 */
export interface ModerationResponseOptions {
  /**
   * Number of flagged messages of a user in the room, within the `strikeWindow`, from which on the response is carried out: 1 to 100.
   *
   * @default 1
   */
  readonly afterStrikes?: number;

  /**
   * Reason that clients receive: up to 256 characters.
   *
   * @default - the label of the judge, such as `INSULT`
   */
  readonly reason?: string;
}

/**
 * Options of a ban.
 */
export interface BanResponseOptions extends ModerationResponseOptions {
  /**
   * How long the user gets no chat token for the room: a whole number of minutes.
   */
  readonly duration: Duration;
}

/**
 * What an `AutoModerator` does about a flagged message.
 */
export class ModerationResponse {
  /**
   * Deletes the message. Clients receive an event and remove the message from the chat.
   *
   * @param options the options
   */
  public static deleteMessage(options: ModerationResponseOptions = {}): ModerationResponse {
    return new ModerationResponse({ kind: 'deleteMessage', ...commonOptions(options) });
  }

  /**
   * Disconnects the sender from the room. The user can reconnect at once with a new chat token.
   *
   * @param options the options
   */
  public static disconnectUser(options: ModerationResponseOptions = {}): ModerationResponse {
    return new ModerationResponse({ kind: 'disconnectUser', ...commonOptions(options) });
  }

  /**
   * Bans the sender from the room, and disconnects them. Moderators are not affected, and can lift the ban.
   *
   * @param bans the bans of the token endpoint
   * @param options the options
   */
  public static ban(bans: IChatBans, options: BanResponseOptions): ModerationResponse {
    validateType(undefined, 'bans', bans, 'banFunctionArn', 'a ChatBans', 'new ChatBans(this, \'Bans\')');
    const common = commonOptions(options);
    const minutes = durationIn('minutes', undefined, 'duration', options.duration, 1, MAX_BAN_MINUTES);
    return new ModerationResponse({ kind: 'ban', functionArn: bans.banFunctionArn, minutes, ...common }, bans);
  }

  private constructor(
    /** @internal */
    public readonly _response: ResponseSettings,
    /** @internal */
    public readonly _bans?: IChatBans,
  ) {}
}

function commonOptions(options: ModerationResponseOptions): { afterStrikes: number; reason?: string } {
  validateProps(undefined, options, '{ afterStrikes: 3 }');
  const { afterStrikes = 1, reason } = options;
  validateWholeNumber(undefined, 'afterStrikes', afterStrikes, 1, MAX_STRIKES);
  if (reason !== undefined) validateReason(reason);
  return { afterStrikes, reason };
}

function validateReason(reason: string): void {
  validateText(undefined, 'reason', reason, 'pass a text, or omit the property');
  if (!isLiteral(reason) || [...reason].length <= MAX_REASON_LENGTH) return;
  throw validationError(undefined, lit`ResponseReasonTooLong`,
    `reason must have at most ${MAX_REASON_LENGTH} characters, got ${[...reason].length} (${describeValue(reason)}): shorten it`);
}
