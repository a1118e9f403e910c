import { ExpectedError } from '../../expected-error';
import type { StringMap } from '../../ivschat/types';
import type { ReviewResult } from '../result';

/** A message to review: of a chat log, or a labelled case. */
export interface MessageToReview {
  readonly content: string;
  readonly attributes: StringMap;
  readonly sender: { readonly userId: string; readonly attributes: StringMap };
  /** Undefined for labelled cases. */
  readonly id?: string;
  /** Of labelled cases only. */
  readonly expected?: ReviewResult;
}

/** What a JSON object of a log is. Events other than deletions of messages are `event`. */
export type LogRecord =
  | { readonly kind: 'case' | 'message'; readonly message: MessageToReview }
  | { readonly kind: 'deletion'; readonly messageId: string }
  | { readonly kind: 'event' | 'other' };

const RESULTS: readonly string[] = ['ALLOW', 'MASK', 'DENY'] satisfies ReviewResult[];
const OTHER: LogRecord = { kind: 'other' };

/**
 * Interprets a JSON object of a log: a record of the chat log, an event of CloudWatch Logs with such a record as its message, or a labelled case
 * such as `{ "content": "Hello!", "expect": "ALLOW" }`.
 *
 * @param place where the object is, for the error that it throws if a labelled case is not valid
 */
export function readRecord(value: object, place: () => string): LogRecord {
  const fields = value as Record<string, unknown>;
  if (typeof fields.message === 'string') return readCloudWatchEvent(fields.message);
  if ('content' in fields) return { kind: 'case', message: readCase(fields, place) };
  return readChatLogRecord(fields);
}

/** The message of a log group with other logs as well can be any text. */
function readCloudWatchEvent(message: string): LogRecord {
  if (!message.trimStart().startsWith('{')) return OTHER;
  try {
    return readChatLogRecord(JSON.parse(message) as Record<string, unknown>);
  } catch {
    return OTHER;
  }
}

function readChatLogRecord({ payload, type }: Record<string, unknown>): LogRecord {
  const { Attributes, Content, EventName, Id, Sender } = objectOf(payload);
  if (type === 'MESSAGE' && typeof Content === 'string') {
    const { Attributes: senderAttributes, UserId } = objectOf(Sender);
    return {
      kind: 'message',
      message: {
        content: Content,
        attributes: stringsOf(Attributes),
        sender: { userId: typeof UserId === 'string' ? UserId : '', attributes: stringsOf(senderAttributes) },
        id: typeof Id === 'string' && Id !== '' ? Id : undefined,
      },
    };
  }
  if (type !== 'EVENT' || typeof EventName !== 'string') return OTHER;
  const { MessageID, MessageId = MessageID } = objectOf(Attributes);
  return EventName === 'aws:DELETE_MESSAGE' && typeof MessageId === 'string' ? { kind: 'deletion', messageId: MessageId } : { kind: 'event' };
}

function readCase({ attributes, content, expect, sender }: Record<string, unknown>, place: () => string): MessageToReview {
  const problem = (message: string) => new ExpectedError(`${place()}: ${message}, as in {"content":"Hello!","expect":"ALLOW"}.`);
  if (typeof content !== 'string' || content === '') throw problem('content of a labelled case must be a string that is not empty');
  if (typeof expect !== 'string' || !RESULTS.includes(expect)) throw problem(`expect of a labelled case must be one of ${RESULTS.join(', ')}`);
  const { attributes: senderAttributes, userId = 'case' } = objectOf(sender);
  if (typeof userId !== 'string') throw problem('sender.userId of a labelled case must be a string');
  for (const [name, map] of [['attributes', attributes], ['sender.attributes', senderAttributes]] as const) {
    if (map !== undefined && Object.keys(stringsOf(map)).length !== Object.keys(objectOf(map)).length) {
      throw problem(`${name} of a labelled case must be an object whose values are strings`);
    }
  }
  return {
    content, attributes: stringsOf(attributes), sender: { userId, attributes: stringsOf(senderAttributes) }, expected: expect as ReviewResult,
  };
}

function objectOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
}

function stringsOf(value: unknown): StringMap {
  return Object.fromEntries(Object.entries(objectOf(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
