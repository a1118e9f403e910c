import { gunzipSync } from 'node:zlib';
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent } from 'aws-lambda';

/** A message as clients receive it. */
export interface MessageFrame {
  readonly Type: 'MESSAGE';
  readonly Id: string;
  readonly Content: string;
  readonly SendTime: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly Sender: { readonly UserId: string; readonly Attributes?: Readonly<Record<string, string>> };
}

/** An event of the application as clients receive it. */
export interface EventFrame {
  readonly Type: 'EVENT';
  readonly Id: string;
  readonly EventName: string;
  readonly SendTime: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

export interface Deletion {
  readonly messageId: string;
  /** Time of the deletion. The message is older. */
  readonly sendTime: string;
  readonly reason?: string;
}

/** The records of a room in an event of CloudWatch Logs, without duplicates. */
export interface ChatLogRecords {
  readonly roomId: string;
  readonly messages: readonly MessageFrame[];
  readonly deletions: readonly Deletion[];
  /** Events of the application. Those of the service, whose names start with `aws:`, are left out. */
  readonly events: readonly EventFrame[];
  /** Number of records that are neither. */
  readonly unreadable: number;
}

/** Log events of something else than a room: CloudWatch Logs tests whether it may invoke the function, or the log group is not only a chat log. */
export interface OtherLogEvents {
  readonly skipped: 'control message' | 'log stream of no room';
  readonly logGroup: string;
  readonly logStream: string;
}

/** Whether AWS adds anything to the documented name, `aws/IVSChatLogs/<version>/room_<room ID>`, does not matter. */
const LOG_STREAM = /(?:^|\/)IVSChatLogs\/[^/]+\/room_([a-zA-Z0-9]{12})(?![a-zA-Z0-9])/;
const ID = /^[a-zA-Z0-9_-]{1,64}$/;

const DELETE_MESSAGE = 'aws:DELETE_MESSAGE';

/** In characters. A message with all attributes has at most 20,000, if each character is escaped. */
const MAX_RECORD_LENGTH = 32_768;

/** The frames of a room in an event of CloudWatch Logs. Those that are not readable are undefined. */
interface Frames {
  readonly roomId: string;
  readonly frames: readonly (Raw | undefined)[];
}

/** The messages of a room in an event of CloudWatch Logs, without duplicates. */
export type ChatLogMessages = Pick<ChatLogRecords, 'messages' | 'roomId' | 'unreadable'>;

/**
 * Reads what a subscription filter of a chat log sends to a function: records of one room, because each room has a log stream of its own.
 *
 * Does not throw for records that it does not understand. Lambda would only try again.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export function readChatLog(event: CloudWatchLogsEvent): ChatLogRecords | OtherLogEvents {
  const read = readFrames(event);
  if ('skipped' in read) return read;
  const messages = new Map<string, MessageFrame>();
  const deletions = new Map<string, Deletion>();
  const events = new Map<string, EventFrame>();
  let unreadable = 0;
  for (const frame of read.frames) {
    const deletion = toDeletion(frame);
    if (deletion) deletions.set(deletion.messageId, deletion);
    else if (isMessage(frame)) messages.set(frame.Id, frame);
    else if (isOwnEvent(frame)) events.set(frame.Id, frame);
    else if (!isServiceEvent(frame)) unreadable++;
  }
  const { roomId } = read;
  return { roomId, messages: [...messages.values()], deletions: [...deletions.values()], events: [...events.values()], unreadable };
}

/** Like `readChatLog()`, for a subscription filter that only lets messages through. */
export function readMessages(event: CloudWatchLogsEvent): ChatLogMessages | OtherLogEvents {
  const read = readFrames(event);
  if ('skipped' in read) return read;
  const { frames, roomId } = read;
  const messages = frames.filter(isMessage);
  return { roomId, messages: [...new Map(messages.map(message => [message.Id, message])).values()], unreadable: frames.length - messages.length };
}

function readFrames({ awslogs: { data } }: CloudWatchLogsEvent): Frames | OtherLogEvents {
  const { logEvents, logGroup, logStream, messageType } = JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString()) as CloudWatchLogsDecodedData;
  if (messageType !== 'DATA_MESSAGE') return { skipped: 'control message', logGroup, logStream };
  const roomId = LOG_STREAM.exec(logStream)?.[1];
  if (roomId === undefined) return { skipped: 'log stream of no room', logGroup, logStream };
  return { roomId, frames: logEvents.map(({ message }) => parseFrame(message)) };
}

/**
 * Returns a time that sorts as text. The service omits trailing zeros, and `00Z` would sort after `00.1Z`.
 *
 * @param time as in a frame
 */
export function sortableTime(time: string): string {
  const [, seconds, fraction = ''] = TIME.exec(time) ?? [];
  return `${seconds}.${fraction.padEnd(9, '0')}Z`;
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/;

type Raw = Readonly<Record<string, unknown>>;

function parseFrame(message: string): Raw | undefined {
  if (message.length > MAX_RECORD_LENGTH) return undefined;
  try {
    const frame = (JSON.parse(message) as { payload?: unknown } | null)?.payload;
    return isRecord(frame) && isId(frame.Id) && isTime(frame.SendTime) && isMapOfStrings(frame.Attributes) ? frame : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(frame: Raw | undefined): frame is Raw & MessageFrame {
  return frame?.Type === 'MESSAGE' && typeof frame.Content === 'string' && isRecord(frame.Sender)
    && typeof frame.Sender.UserId === 'string' && isMapOfStrings(frame.Sender.Attributes);
}

function isOwnEvent(frame: Raw | undefined): frame is Raw & EventFrame {
  return isEvent(frame) && !frame.EventName.startsWith('aws:');
}

/** An event of the service that is not a deletion. */
function isServiceEvent(frame: Raw | undefined): boolean {
  return isEvent(frame) && frame.EventName.startsWith('aws:') && frame.EventName !== DELETE_MESSAGE;
}

function isEvent(frame: Raw | undefined): frame is Raw & EventFrame {
  return frame?.Type === 'EVENT' && typeof frame.EventName === 'string';
}

/** The documentation has `MessageId`, and the official client reads `MessageID`. */
function toDeletion(frame: Raw | undefined): Deletion | undefined {
  if (!isEvent(frame) || frame.EventName !== DELETE_MESSAGE) return undefined;
  const { Attributes = {}, SendTime } = frame;
  const messageId = Attributes.MessageID ?? Attributes.MessageId;
  return isId(messageId) ? { messageId, sendTime: SendTime, ...Attributes.Reason && { reason: Attributes.Reason } } : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && ID.test(value);
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));
}

function isMapOfStrings(value: unknown): value is Record<string, string> | undefined {
  return value === undefined || (isRecord(value) && Object.values(value).every(each => typeof each === 'string'));
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
