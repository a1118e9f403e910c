import type { Context } from 'aws-lambda';
import { readPage } from './page';
import { parsePageRequest } from './page-request';
import type { HistoryPage } from '../../src/history/history-page';
import type { HistorySettings } from '../../src/history/history-settings';
import { Deadline } from '../chat-history/deadline';
import { newHistoryTable } from '../chat-history/history-table';

const settings = JSON.parse(process.env.CHAT_HISTORY!) as HistorySettings;
const table = newHistoryTable(settings.tableName);

/** Answers a `HistoryPageRequest`. */
export async function handler(event: unknown, context: Context): Promise<HistoryPage> {
  return readPage(parsePageRequest(event), table, settings, new Deadline(context.getRemainingTimeInMillis()));
}
