import type { Deadline } from './deadline';
import { findMessages } from './find-messages';
import { type HistoryTable, readDeletions, writeItems } from './history-table';
import { deletionItemOf, frameOf, itemOf, sortKeyAt, type StoredFrame, withoutContent } from './items';
import type { HistorySettings } from '../../src/history/history-settings';
import type { ChatLogRecords } from '../shared/chat-log';

/** A deletion is not older than its message. This allows for clocks that differ, in milliseconds. */
const CLOCK_DIFFERENCE = 60_000;

/**
 * Stores the records of a room, and erases what was deleted.
 *
 * Writes messages and deletions first, then looks for deletions of the messages, and for messages of the deletions. Of two functions that
 * store a message and its deletion at the same time, at least one finds what the other one wrote, because both write before they read.
 * A repeated call has the same result.
 *
 * @throws an error if that is not complete at the deadline
 */
export async function record(
  { deletions, events, messages, roomId }: ChatLogRecords, table: HistoryTable, settings: HistorySettings, deadline: Deadline,
): Promise<void> {
  const { eventNames = [], retentionSeconds } = settings;
  const oldest = Date.now() - retentionSeconds * 1_000;
  const isRecent = (time: string) => Date.parse(time) > oldest;
  const toItem = (frame: StoredFrame) => itemOf(roomId, frame, retentionSeconds);
  const toErased = (frame: StoredFrame) => toItem(withoutContent(frame));

  const frames = [...messages, ...events.filter(({ EventName }) => eventNames.includes(EventName))].filter(({ SendTime }) => isRecent(SendTime));
  const recentDeletions = deletions.filter(({ sendTime }) => isRecent(sendTime));
  const deletedIds = new Set(recentDeletions.map(({ messageId }) => messageId));
  const deleted = frames.filter(({ Id }) => deletedIds.has(Id));
  const others = frames.filter(({ Id }) => !deletedIds.has(Id));
  await writeItems(table, [
    ...recentDeletions.map(deletion => deletionItemOf(roomId, deletion, retentionSeconds)), ...others.map(toItem), ...deleted.map(toErased),
  ], deadline);

  for (const { Id } of deleted) deletedIds.delete(Id);
  const newest = Math.max(...recentDeletions.map(({ sendTime }) => Date.parse(sendTime))) + CLOCK_DIFFERENCE;
  const [deletedBefore, storedBefore] = await Promise.all([
    readDeletions(table, roomId, others.map(({ Id }) => Id), deadline),
    deletedIds.size === 0 ? [] : findMessages(table, { roomId, from: sortKeyAt(oldest), to: sortKeyAt(newest) }, [...deletedIds], deadline),
  ]);
  await writeItems(table, [
    ...others.filter(({ Id }) => deletedBefore.has(Id)),
    ...storedBefore.map(frameOf).filter(frame => !('Deleted' in frame)),
  ].map(toErased), deadline);
}
