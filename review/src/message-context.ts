import { Decision } from './decision';
import type { ReviewContext } from './review-context';
import type { ReviewEvent } from './review-event';
import { wellFormed } from './well-formed';

/** Returns the content of a message, also of an event that is not valid. */
export function contentOf(event: ReviewEvent | null | undefined): string {
  return typeof event?.Content === 'string' ? wellFormed(event.Content) : '';
}

export function contextOf(event: ReviewEvent, content: string, signal: AbortSignal): ReviewContext {
  const { Attributes, MessageId, RoomArn, Sender } = event;
  return {
    content,
    attributes: Attributes ?? {},
    sender: { userId: Sender.UserId, ip: Sender.Ip ?? '', attributes: Sender.Attributes ?? {} },
    room: RoomArn,
    messageId: MessageId,
    signal,
    allow: Decision.allow,
    replace: Decision.replace,
    deny: Decision.deny,
  };
}
