import { DeleteMessageCommand, DisconnectUserCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import { moderate } from './moderation';

/**
 * The event that Amazon IVS Chat sends for each message.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
 */
export interface ReviewEvent {
  readonly Content: string;
  readonly MessageId: string;
  readonly RoomArn: string;
  readonly Attributes?: Record<string, string>;
  readonly Sender: { readonly UserId: string; readonly Ip: string; readonly Attributes?: Record<string, string> };
}

/** The expected response. `Content` is required for `DENY` as well. Without `Attributes`, the message keeps its attributes. */
export interface ReviewResponse {
  readonly ReviewResult: 'ALLOW' | 'DENY';
  readonly Content: string;
  readonly Attributes?: { readonly Reason: string };
}

// Created during the init phase of the function, in which Lambda provides more CPU.
const chat = new IvschatClient({});

/**
 * Reviews a message and responds within 200 ms.
 *
 * The API calls are awaited nevertheless: Lambda freezes the function when it responds, and a pending call may never be sent.
 * Only denied messages wait for a call. The fallback result of the room is DENY, so a late response has the same effect. With
 * ALLOW as fallback result, a late response would deliver the message.
 */
export async function handler(event: ReviewEvent): Promise<ReviewResponse> {
  const { Content, RoomArn, Sender } = event;

  // A command for staff, which is not delivered. The role is set by the token function and cannot be set by users.
  const deleteCommand = Sender.Attributes?.role === 'staff' && /^\/delete\s+(\S+)\s*$/.exec(Content);
  if (deleteCommand) {
    const deleted = await tryCall(() => chat.send(new DeleteMessageCommand({
      roomIdentifier: RoomArn, id: deleteCommand[1], reason: `Deleted by ${Sender.UserId}`,
    })));
    return deny(Content, deleted ? 'The message was deleted.' : 'The message could not be deleted.');
  }

  const verdict = moderate(Content);
  if (verdict.disconnect) {
    // The ARN of the room comes from the event. As an environment variable, it would be a circular dependency: the room
    // depends on the function.
    await tryCall(() => chat.send(new DisconnectUserCommand({ roomIdentifier: RoomArn, userId: Sender.UserId, reason: verdict.reason })));
  }
  return verdict.result === 'DENY' ? deny(verdict.content, verdict.reason!) : { ReviewResult: 'ALLOW', Content: verdict.content };
}

function deny(content: string, reason: string): ReviewResponse {
  return { ReviewResult: 'DENY', Content: content, Attributes: { Reason: reason } };
}

/** Logs a failed call instead of failing the review. Returns whether the call succeeded. */
async function tryCall(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}
