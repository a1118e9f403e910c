import { type IvschatClient, SendEventCommand } from '@aws-sdk/client-ivschat';
import type { ChatMessage } from 'amazon-ivs-chat-messaging';
import type { ChatUser } from './chat-user';
import type { Reviews } from './reviews';
import { detail, line } from './terminal';

/** How often someone sends a message again whose review took too long, as it may on a busy machine. */
const ATTEMPTS = 5;

export interface Conversation {
  /** Writes, and sees what is refused. */
  readonly ada: ChatUser;
  readonly grace: ChatUser;
  /** Of the staff. */
  readonly sam: ChatUser;
  readonly reviews: Reviews;
  readonly chat: IvschatClient;
  readonly roomArn: string;
}

/** Everything a moderated chat is about, once. Rejects where something does not happen. */
export async function converse({ ada, chat, grace, reviews, roomArn, sam }: Conversation): Promise<void> {
  const deliver = async (who: ChatUser, text: string): Promise<ChatMessage> => {
    const seen = sam.next('message');
    const message = await insist(reviews, who, text);
    if ((await seen).id !== message.id) throw new Error(`Others see another message than "${text}"`);
    const rewritten = message.content === text ? '' : ' and rewritten';
    line(who.name, text, `delivered${rewritten}, reviewed in ${took(reviews, text)}`);
    if (rewritten) detail(`everyone reads: ${message.content}`);
    return message;
  };

  for (const who of [ada, grace, sam]) await who.enter();
  line('', 'ada and grace come in as viewers, sam as staff', 'three tokens from the token URL');

  await deliver(ada, 'Hello! When does the show begin?');
  const graces = await deliver(grace, 'At 8. Call me: +49 30 1234 5678');

  const insult = 'You idiot!';
  const { errorCode, errorMessage } = await refusal(reviews, grace, insult);
  line('grace', insult, `refused with ${errorCode}: ${errorMessage} (in ${took(reviews, insult)})`, 'red');

  const spam = await deliver(ada, 'Cheap followers at followers.example');
  const deletion = ada.next('messageDelete');
  await sam.delete(spam, 'advertising');
  const { messageId, reason } = await deletion;
  if (messageId !== spam.id) throw new Error('Another message was deleted');
  line('sam', 'deletes the last message', `aws:DELETE_MESSAGE for everyone: ${reason}`, 'yellow');

  const event = ada.next('event');
  await chat.send(new SendEventCommand({ roomIdentifier: roomArn, eventName: 'app:SHOW_BEGINS', attributes: { stage: 'main' } }));
  const { attributes, eventName } = await event;
  line('', 'the application sends an event', `${eventName} ${JSON.stringify(attributes)}`, 'yellow');

  const ending = grace.next('disconnect');
  await sam.disconnect(graces.sender.userId, 'come back when you are calm');
  line('sam', 'disconnects grace', `aws:DISCONNECT_USER, and her client says ${await ending}`, 'yellow');

  for (const who of [ada, sam]) who.leave();
}

/** A message that nobody reviewed in time is refused in this room: one sends it again. */
async function insist(reviews: Reviews, who: ChatUser, text: string): Promise<ChatMessage> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await who.say(text);
    } catch (error) {
      const { problem } = reviews.of(text);
      if (!problem || attempt === ATTEMPTS) throw new Error(`${who.name} could not say "${text}": ${problem ?? refusalText(error)}`);
      detail(`${who.name} tries again, for ${problem}`);
    }
  }
}

async function refusal(reviews: Reviews, who: ChatUser, text: string): Promise<{ errorCode: number; errorMessage: string }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await who.say(text);
      throw new Error(`"${text}" was delivered`);
    } catch (error) {
      if (!('errorCode' in (error as object))) throw error;
      const { problem } = reviews.of(text);
      if (!problem) return error as { errorCode: number; errorMessage: string };
      detail(`${who.name} tries again, for ${problem}`);
    }
  }
  throw new Error(`"${text}" was not reviewed in time`);
}

function refusalText(error: unknown): string {
  const { errorCode, errorMessage } = error as { errorCode: number; errorMessage: string };
  return `${errorCode} ${errorMessage}`;
}

function took(reviews: Reviews, text: string): string {
  return `${Math.ceil(reviews.of(text).milliseconds)} ms`;
}
