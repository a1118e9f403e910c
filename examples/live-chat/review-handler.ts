import { DeleteMessageCommand, DisconnectUserCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import { moderate } from './moderation';

/**
 * What Amazon IVS Chat sends for every message.
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

/** What it expects back. `Content` is required in a refusal too. Without `Attributes` the message keeps its own. */
export interface ReviewResponse {
  readonly ReviewResult: 'ALLOW' | 'DENY';
  readonly Content: string;
  readonly Attributes?: { readonly Reason: string };
}

// Made while Lambda starts the function, which has more CPU then than later.
const chat = new IvschatClient({});

/**
 * The answer is due within 200 ms, yet the calls below are awaited: a call that is left behind is frozen with the function
 * when it answers, and may never be made. Only messages that are refused wait for one, and the room's fallback result is
 * DENY, so that a late answer means the same as the one in time. With ALLOW as fallback it would let them through.
 */
export async function handler(event: ReviewEvent): Promise<ReviewResponse> {
  const { Content, RoomArn, Sender } = event;

  // A command of the staff, which nobody else gets to see. The token function gives out the role, users cannot.
  const command = Sender.Attributes?.role === 'staff' && /^\/delete\s+(\S+)\s*$/.exec(Content);
  if (command) {
    const deleted = await attempt(() => chat.send(new DeleteMessageCommand({
      roomIdentifier: RoomArn, id: command[1], reason: `Deleted by ${Sender.UserId}`,
    })));
    return refuse(Content, deleted ? 'The message was deleted.' : 'The message could not be deleted.');
  }

  const verdict = moderate(Content);
  if (verdict.disconnect) {
    // The event says which room it is: its ARN in an environment variable would make the function depend on the room,
    // and the room depends on the function.
    await attempt(() => chat.send(new DisconnectUserCommand({ roomIdentifier: RoomArn, userId: Sender.UserId, reason: verdict.reason })));
  }
  return verdict.result === 'DENY' ? refuse(verdict.content, verdict.reason!) : { ReviewResult: 'ALLOW', Content: verdict.content };
}

function refuse(content: string, reason: string): ReviewResponse {
  return { ReviewResult: 'DENY', Content: content, Attributes: { Reason: reason } };
}

/** A call that fails must not cost the answer. */
async function attempt(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call();
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}
