import type { CloudWatchLogsEvent, Context } from 'aws-lambda';
import { Deadline } from './deadline';
import { loadModerator } from './moderator';
import type { AutoModeratorSettings } from '../../src/moderation/auto-moderator-settings';
import { readChatLog } from '../shared/chat-log';
import { metricOf, writeLine } from '../shared/log-lines';
import { RoomArns } from '../shared/room-arns';

const moderator = loadModerator(JSON.parse(process.env.AUTO_MODERATOR!) as AutoModeratorSettings);

/** Moderates the messages that CloudWatch Logs sends. Lambda tries a failed invocation twice more. */
export async function handler(event: CloudWatchLogsEvent, context: Context): Promise<void> {
  const records = readChatLog(event);
  if ('skipped' in records) return writeLine(records);
  const { messages, roomId: id, unreadable } = records;
  if (unreadable > 0) writeLine({ ...metricOf('Unreadable', unreadable), room: id });
  const room = { id, arn: new RoomArns(context.invokedFunctionArn).arnOf(id) };
  return (await moderator)(room, messages, new Deadline(context.getRemainingTimeInMillis()));
}
