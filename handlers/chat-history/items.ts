import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DeletedFrame } from '../../src/history/history-page';
import { type Deletion, type EventFrame, type MessageFrame, sortableTime } from '../shared/chat-log';

// The items of the table. A message or an event has the sort key `<time>#<ID>`, and a deletion `deleted#<ID of the message>`: with a key of
// its own it can be written before the message and after it. Readers look for both.

export type Item = Record<string, AttributeValue>;
export type Frame = EventFrame | MessageFrame;
export type StoredFrame = DeletedFrame | Frame;

const DELETED = 'deleted#';

export function sortKeyOf({ Id, SendTime }: Pick<Frame, 'Id' | 'SendTime'>): string {
  return `${sortableTime(SendTime)}#${Id}`;
}

/** Sorts before the messages of a time, in milliseconds since 1970, and after all earlier ones. */
export function sortKeyAt(time: number): string {
  return sortableTime(new Date(time).toISOString());
}

export function deletionKeyOf(roomId: string, messageId: string): Item {
  return { room: { S: roomId }, at: { S: DELETED + messageId } };
}

export function itemOf(roomId: string, frame: StoredFrame, retentionSeconds: number): Item {
  return {
    room: { S: roomId },
    at: { S: sortKeyOf(frame) },
    id: { S: frame.Id },
    frame: { S: JSON.stringify(frame) },
    ttl: expiration(frame.SendTime, retentionSeconds),
  };
}

/** A message is older than its deletion, so the item of the deletion exists for longer. */
export function deletionItemOf(roomId: string, { messageId, reason, sendTime }: Deletion, retentionSeconds: number): Item {
  return { ...deletionKeyOf(roomId, messageId), ttl: expiration(sendTime, retentionSeconds), ...reason !== undefined && { reason: { S: reason } } };
}

export function frameOf({ frame }: Item): StoredFrame {
  return JSON.parse(frame.S!) as StoredFrame;
}

/** What remains of a message when it is deleted. Clients need it to remove the message if they have it. */
export function withoutContent({ Id, SendTime, Type }: StoredFrame): DeletedFrame {
  return { Type, Id, SendTime, Deleted: true };
}

/** Returns the ID of the message of a deletion, and its reason. */
export function deletionOf({ at, reason }: Item): { messageId: string; reason?: string } {
  return { messageId: at.S!.slice(DELETED.length), ...reason && { reason: reason.S } };
}

/** In seconds since 1970. */
function expiration(time: string, retentionSeconds: number): AttributeValue {
  return { N: String(Math.floor(Date.parse(time) / 1_000) + retentionSeconds) };
}
