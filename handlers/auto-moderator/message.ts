import type { JudgedMessage } from '../../src/moderation/judge-request';

/** A message of the chat log. */
export type ChatMessage = JudgedMessage;
