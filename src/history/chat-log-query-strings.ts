/** A query in the language of CloudWatch Logs Insights. Users replace the words in capital letters. */
export interface ChatLogQuery {
  readonly question: string;
  /** Joined with `|`. */
  readonly commands: readonly string[];
}

/** The record does not contain the room. Its log stream is `aws/IVSChatLogs/<version>/room_<room ID>`. */
const ROOM = 'parse @logStream "*/room_*" as prefix, room';

/**
 * By logical ID.
 *
 * Rows are sorted by `@timestamp`: strings such as `payload.SendTime` are compared in natural order, in which `.9` is before `.10`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const QUERIES: Readonly<Record<string, ChatLogQuery>> = {
  Transcript: {
    question: 'What was written in a room?',
    commands: [
      'fields payload.SendTime as sent, payload.Sender.UserId as user, payload.Content as content, payload.EventName as event, payload.Id as id',
      'filter @logStream like /room_ROOM_ID$/',
      'display sent, user, content, event, id',
      'sort @timestamp asc',
      'limit 10000',
    ],
  },
  MessagesOfUser: {
    question: 'What did a user write?',
    commands: [
      'fields payload.SendTime as sent, payload.Content as content, payload.Id as id',
      ROOM,
      'filter type = "MESSAGE" and payload.Sender.UserId = "USER_ID"',
      'display sent, room, content, id',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  Message: {
    question: 'What happened to a message?',
    commands: [
      'fields payload.SendTime as sent, payload.EventName as event, payload.Sender.UserId as user, payload.Content as content, payload.Attributes.Reason as reason',
      ROOM,
      'filter payload.Id = "MESSAGE_ID" or payload.Attributes.MessageID = "MESSAGE_ID" or payload.Attributes.MessageId = "MESSAGE_ID"',
      'display sent, room, type, event, user, content, reason',
      'sort @timestamp asc',
    ],
  },
  Writers: {
    question: 'Who writes most?',
    commands: [
      'fields payload.Sender.UserId as user',
      ROOM,
      'filter type = "MESSAGE"',
      'stats count(*) as messages, countDistinct(room) as rooms by user',
      'sort messages desc',
      'limit 50',
    ],
  },
  MessagesPerMinute: {
    question: 'How busy are the rooms?',
    commands: [
      ROOM,
      'filter type = "MESSAGE"',
      'stats count(*) as messages by bin(1m), room',
    ],
  },
  Deletions: {
    question: 'Which messages were deleted, and why?',
    commands: [
      'fields payload.SendTime as sent, coalesce(payload.Attributes.MessageID, payload.Attributes.MessageId) as message, payload.Attributes.Reason as reason',
      ROOM,
      'filter payload.EventName = "aws:DELETE_MESSAGE"',
      'display sent, room, message, reason',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  // AWS does not document whether this event is logged.
  Disconnections: {
    question: 'Who was disconnected, and why?',
    commands: [
      'fields payload.SendTime as sent, payload.Attributes.UserId as user, payload.Attributes.Reason as reason',
      ROOM,
      'filter payload.EventName = "aws:DISCONNECT_USER"',
      'display sent, room, user, reason',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
  Links: {
    question: 'Who posts links?',
    commands: [
      'fields payload.SendTime as sent, payload.Sender.UserId as user, payload.Content as content, payload.Id as id',
      ROOM,
      'filter type = "MESSAGE"',
      'parse payload.Content /(?i)(?<link>(?:https?:\\/\\/|www\\.)\\S+)/',
      'filter ispresent(link)',
      'display sent, room, user, link, content, id',
      'sort @timestamp desc',
      'limit 1000',
    ],
  },
};
