import type { Deadline } from './deadline';
import { type HistoryTable, type KeyRange, queryBackwards } from './history-table';
import type { Item } from './items';

/** The most that a filter expression accepts in a list. */
const MAX_IDS = 100;

/**
 * Finds the items of messages of which only the IDs are known, from the end of a range to its start, because most deleted messages are new.
 * Messages that are not stored yet are not found.
 *
 * @throws an error at the deadline
 */
export async function findMessages(table: HistoryTable, range: KeyRange, ids: readonly string[], deadline: Deadline): Promise<Item[]> {
  const some = ids.slice(0, MAX_IDS);
  const values = Object.fromEntries(some.map((id, index) => [`:id${index}`, { S: id }]));
  const filter = `id IN (${Object.keys(values).join(', ')})`;
  const found: Item[] = [];
  let startKey: Item | undefined;
  do {
    await deadline.sleep(0);
    const { Items = [], LastEvaluatedKey } = await queryBackwards(table, range, { filter, values, startKey });
    found.push(...Items);
    startKey = LastEvaluatedKey;
  } while (startKey && found.length < some.length);
  const others = ids.slice(MAX_IDS);
  return others.length === 0 ? found : [...found, ...await findMessages(table, range, others, deadline)];
}
