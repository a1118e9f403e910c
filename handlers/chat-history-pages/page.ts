import type { ParsedPageRequest } from './page-request';
import type { HistoryPage } from '../../src/history/history-page';
import type { HistorySettings } from '../../src/history/history-settings';
import type { Deadline } from '../chat-history/deadline';
import { type HistoryTable, queryBackwards, readDeletions } from '../chat-history/history-table';
import { frameOf, sortKeyAt, sortKeyOf, withoutContent } from '../chat-history/items';

/** Sorts after all times, and before the items of deletions. */
const AFTER_ALL_TIMES = 'a';

/**
 * Returns the newest messages of a room, or those before a page. Leaves out expired ones, which DynamoDB removes up to days later, and the
 * content of deleted ones, also before it has been erased.
 *
 * @throws an error at the deadline
 */
export async function readPage(
  { before, limit, roomId }: ParsedPageRequest, table: HistoryTable, { retentionSeconds }: HistorySettings, deadline: Deadline,
): Promise<HistoryPage> {
  const from = sortKeyAt(Date.now() - retentionSeconds * 1_000);
  // DynamoDB refuses a range whose start is after its end.
  if (before !== undefined && before <= from) return { messages: [] };
  const { Items = [], LastEvaluatedKey } = await queryBackwards(table, { roomId, from, to: before ?? AFTER_ALL_TIMES }, {
    // One more than asked for: without it, the last page would often have a cursor to an empty one.
    limit: limit + 1,
    ...before !== undefined && { startKey: { room: { S: roomId }, at: { S: before } } },
  });
  const frames = Items.slice(0, limit).map(frameOf);
  const deletions = await readDeletions(table, roomId, frames.map(({ Id }) => Id), deadline);
  const messages = frames.map(frame => {
    const deletion = deletions.get(frame.Id);
    return deletion ? { ...withoutContent(frame), ...deletion.reason !== undefined && { Reason: deletion.reason } } : frame;
  });
  const oldest = frames.at(-1);
  const hasMore = Items.length > limit || LastEvaluatedKey !== undefined;
  return { messages: messages.reverse(), ...oldest && hasMore && { before: sortKeyOf(oldest) } };
}
