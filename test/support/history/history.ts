import { Deadline } from '../../../handlers/chat-history/deadline';
import { record } from '../../../handlers/chat-history/record';
import { readPage } from '../../../handlers/chat-history-pages/page';
import { parsePageRequest } from '../../../handlers/chat-history-pages/page-request';
import { type ChatLogRecords, type EventFrame, type MessageFrame, readChatLog } from '../../../handlers/shared/chat-log';
import type { HistorySettings } from '../../../src/history/history-settings';
import { chatLogEvent, recordOf, ROOM_ID } from '../chat-log';
import { FakeDynamoDb } from './fake-dynamodb';

export const WEEK = 7 * 24 * 3_600;

interface TestPage {
  readonly messages: any[];
  readonly before?: string;
}

/** The functions of a history with a fake of DynamoDB. */
export class TestHistory {
  public readonly db = new FakeDynamoDb();
  private readonly settings: HistorySettings;

  constructor(settings: Partial<HistorySettings> = {}) {
    this.settings = { tableName: this.db.table.name, retentionSeconds: WEEK, ...settings };
  }

  /** Delivers an event of CloudWatch Logs with these frames. */
  public async deliver(frames: readonly (EventFrame | MessageFrame)[], remainingTime = 60_000): Promise<void> {
    const records = readChatLog(chatLogEvent(frames.map(recordOf))) as ChatLogRecords;
    await record(records, this.db.table, this.settings, new Deadline(remainingTime));
  }

  public async page(request: object = {}, remainingTime = 10_000): Promise<TestPage> {
    return await readPage(parsePageRequest({ roomId: ROOM_ID, ...request }), this.db.table, this.settings, new Deadline(remainingTime)) as TestPage;
  }

  /** All messages, the oldest first, by pages of this size. */
  public async all(limit = 100): Promise<any[]> {
    const messages = [];
    let before: string | undefined;
    do {
      const page = await this.page({ limit, before });
      expect(page.messages.length).toBeLessThanOrEqual(limit);
      messages.unshift(...page.messages);
      before = page.before;
    } while (before !== undefined);
    return messages;
  }
}

/** A time before now, with nanoseconds as the service writes it: without zeros at the end. */
export function ago(milliseconds: number, nanoseconds = ''): string {
  return `${new Date(Date.now() - milliseconds).toISOString().slice(0, -1)}${nanoseconds}`.replace(/\.?0+$/, '').concat('Z');
}
