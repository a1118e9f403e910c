import { type IvschatClient, SendEventCommand } from '@aws-sdk/client-ivschat';
import type { ChatMessage } from 'amazon-ivs-chat-messaging';
import type { ChatUser } from './chat-user';
import type { Reviews } from './reviews';
import { detail, step } from './terminal';

/** How often a message is sent if its review times out, which can happen on a busy machine. */
const MAX_ATTEMPTS = 5;

export interface Conversation {
  /** A viewer. */
  readonly ada: ChatUser;
  /** A viewer whose messages are masked and denied. */
  readonly grace: ChatUser;
  /** A member of staff. */
  readonly sam: ChatUser;
  readonly reviews: Reviews;
  readonly chat: IvschatClient;
  readonly roomArn: string;
}

interface ChatError {
  readonly errorCode: number;
  readonly errorMessage: string;
}

/** Shows each feature of a moderated chat once. Rejects if a step does not have the expected outcome. */
export async function converse({ ada, chat, grace, reviews, roomArn, sam }: Conversation): Promise<void> {
  const deliver = async (sender: ChatUser, content: string): Promise<ChatMessage> => {
    const received = sam.next('message');
    const message = await sendReviewed(reviews, sender, content);
    if ((await received).id !== message.id) throw new Error(`sam received another message instead of "${content}"`);
    const isMasked = message.content !== content;
    step(sender.name, content, `${isMasked ? 'masked' : 'delivered'} (review: ${duration(reviews, content)})`);
    if (isMasked) detail(`delivered as: ${message.content}`);
    return message;
  };

  for (const user of [ada, grace, sam]) {
    await user.connect();
    step(user.name, `joins as ${user === sam ? 'staff' : 'a viewer'}`, 'chat token issued');
  }

  await deliver(ada, 'Hello! When does the show begin?');
  const messageOfGrace = await deliver(grace, 'At 8. Call me: +49 30 1234 5678');

  const insult = 'You idiot!';
  const { errorCode, errorMessage } = await sendDenied(reviews, grace, insult);
  step('grace', insult, `denied (review: ${duration(reviews, insult)})`, 'red');
  detail(`grace receives error ${errorCode}: ${errorMessage}`);

  const spam = await deliver(ada, 'Cheap followers at followers.example');
  const deletion = ada.next('messageDelete');
  await sam.deleteMessage(spam, 'advertising');
  const { messageId, reason } = await deletion;
  if (messageId !== spam.id) throw new Error('Another message was deleted');
  step('sam', 'deletes the last message', `aws:DELETE_MESSAGE: ${reason}`, 'yellow');

  const event = ada.next('event');
  await chat.send(new SendEventCommand({ roomIdentifier: roomArn, eventName: 'app:SHOW_BEGINS', attributes: { stage: 'main' } }));
  const { attributes, eventName } = await event;
  step('app', 'sends an event', `${eventName} ${JSON.stringify(attributes)}`, 'yellow');

  const disconnection = grace.next('disconnect');
  await sam.disconnectUser(messageOfGrace.sender.userId, 'come back tomorrow');
  step('sam', 'disconnects grace', 'aws:DISCONNECT_USER', 'yellow');
  detail(`client of grace disconnects: ${await disconnection}`);

  for (const user of [ada, sam]) user.disconnect();
}

/** The room denies messages whose review times out: send them again. */
async function sendReviewed(reviews: Reviews, sender: ChatUser, content: string): Promise<ChatMessage> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sender.send(content);
    } catch (error) {
      const { problem } = reviews.of(content);
      const { errorCode, errorMessage } = error as ChatError;
      if (!problem || attempt === MAX_ATTEMPTS) throw new Error(`"${content}" was denied: ${problem ?? `${errorCode} ${errorMessage}`}`);
      detail(`${sender.name} sends it again: ${problem}`);
    }
  }
}

async function sendDenied(reviews: Reviews, sender: ChatUser, content: string): Promise<ChatError> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    try {
      await sender.send(content);
    } catch (error) {
      const { problem } = reviews.of(content);
      if (!problem) return error as ChatError;
      detail(`${sender.name} sends it again: ${problem}`);
      continue;
    }
    throw new Error(`"${content}" was delivered`);
  }
  throw new Error(`"${content}" was not reviewed in time`);
}

function duration(reviews: Reviews, content: string): string {
  return `${Math.ceil(reviews.of(content).milliseconds)} ms`;
}
