import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSRecord } from 'aws-lambda';
import type { BansTable } from './bans-table';
import type { Disconnector } from './disconnect';
import { metricOf, writeLine } from '../shared/log-lines';

/** A message in the queue. */
interface SecondDisconnect {
  /** Room of the ban, or `*`. */
  readonly room: string;
  readonly userId: string;
  readonly roomIds: string[];
}

/** Seconds, for clocks that differ and tokens that were created while the ban was written. */
const MARGIN = 2;
/** The longest that Amazon SQS delays a message, in seconds. */
const MAX_DELAY = 900;

/** Schedules the disconnect that ends sessions with chat tokens that were created before the ban. */
export async function scheduleSecondDisconnect(message: SecondDisconnect, client: SQSClient, queueUrl: string, table: BansTable): Promise<void> {
  await client.send(new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: JSON.stringify(message),
    DelaySeconds: Math.min(MAX_DELAY, await table.longestTokenLife() + MARGIN),
  }));
}

/** Disconnects the users of the messages that are still banned. A message that fails does not stop the others. */
export async function disconnectAgain(records: SQSRecord[], table: BansTable, disconnector: Disconnector): Promise<SQSBatchResponse> {
  const failed = (await Promise.all(records.map(async record => await isHandled(record, table, disconnector) ? [] : [record]))).flat();
  if (failed.length > 0) writeLine(metricOf('SecondDisconnectFailed', failed.length));
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** @returns false if it is to be retried. After some attempts, the queue moves the message to the dead-letter queue. */
async function isHandled(record: SQSRecord, table: BansTable, disconnector: Disconnector): Promise<boolean> {
  const entry = { action: 'secondDisconnect', messageId: record.messageId };
  try {
    const { room, roomIds, userId } = JSON.parse(record.body) as SecondDisconnect;
    const ban = await table.find(room, userId);
    if (!ban) {
      writeLine({ ...entry, room, userId, outcome: 'notBanned' });
      return true;
    }
    const { failures } = await disconnector.disconnect(roomIds, userId, ban.reason);
    writeLine({ ...entry, room, userId, outcome: failures.length === 0 ? 'ok' : 'failed', ...failures.length > 0 && { failures } });
    return failures.length === 0;
  } catch (error) {
    writeLine({ ...entry, outcome: 'failed', error: (error as Error).name, message: (error as Error).message });
    return false;
  }
}
