import { setTimeout } from 'timers/promises';
import { DeleteMessageCommand, DisconnectUserCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import { moderate } from './moderation';
import { reviewHandler, type ReviewContext, type Verdict } from 'ivschat-review';

/** Much longer than a call usually takes, and short enough to respond in time. */
const SEND_MILLISECONDS = 50;

// Created during the init phase of the function, in which Lambda provides more CPU.
const chat = new IvschatClient({});

/** Reviews a message in memory. Only for denied messages, it also calls an API. */
export const handler = reviewHandler(context => {
  const { content, sender } = context;
  // A command for staff, which is not delivered. The role is set by the token function and cannot be set by users.
  const deleteCommand = sender.attributes.role === 'staff' && /^\/delete\s+(\S+)\s*$/.exec(content);
  if (deleteCommand) return deleteMessage(context, deleteCommand[1]);

  const verdict = moderate(content);
  if (verdict.disconnect) return disconnectSender(context, verdict.reason!);
  if (verdict.result === 'DENY') return context.deny(verdict.reason, 'words');
  return context.replace(verdict.content, { rule: 'masks' });
}, { maximumLength: 300 });

async function deleteMessage({ deny, room, sender }: ReviewContext, id: string): Promise<Verdict> {
  await start(() => chat.send(new DeleteMessageCommand({ roomIdentifier: room, id, reason: `Deleted by ${sender.userId}` })));
  return deny('The message will be deleted.', 'command');
}

async function disconnectSender({ deny, room, sender }: ReviewContext, reason: string): Promise<Verdict> {
  // The ARN of the room comes from the event. As an environment variable, it would be a circular dependency: the room
  // depends on the function.
  await start(() => chat.send(new DisconnectUserCommand({ roomIdentifier: room, userId: sender.userId, reason })));
  return deny(reason, 'disconnected');
}

/**
 * Starts a call on whose result the response does not depend. A call that fails is logged.
 *
 * Lambda freezes the function when it responds, so the response gives the call a short time to be sent. A call that is still pending then
 * continues when the function reviews its next message.
 */
async function start(call: () => Promise<unknown>): Promise<void> {
  const pending = call().catch((error: unknown) => console.error(error));
  await Promise.race([pending, setTimeout(SEND_MILLISECONDS, undefined, { ref: false })]);
}
