import type { CloudWatchLogsEvent, Context } from 'aws-lambda';
import { Deadline } from './deadline';
import { newHistoryTable } from './history-table';
import { record } from './record';
import type { HistorySettings } from '../../src/history/history-settings';
import { readChatLog } from '../shared/chat-log';
import { metricOf, writeLine } from '../shared/log-lines';

const settings = JSON.parse(process.env.CHAT_HISTORY!) as HistorySettings;
const table = newHistoryTable(settings.tableName);

/** Stores the records that CloudWatch Logs sends. Lambda tries a failed invocation twice more. */
export async function handler(event: CloudWatchLogsEvent, context: Context): Promise<void> {
  const records = readChatLog(event);
  if ('skipped' in records) return writeLine(records);
  const { deletions, events, messages, roomId, unreadable } = records;
  if (unreadable > 0) writeLine({ ...metricOf('Unreadable', unreadable), roomId });
  try {
    await record(records, table, settings, new Deadline(context.getRemainingTimeInMillis()));
    return writeLine({ roomId, messages: messages.length, deletions: deletions.length, events: events.length });
  } catch (error) {
    writeLine({ ...metricOf('Failed'), roomId, error: (error as Error).name, message: (error as Error).message });
    throw error;
  }
}
