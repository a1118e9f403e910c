import type { CloudWatchLogsEvent, Context } from 'aws-lambda';
import { newDeadline } from './deadline';
import { loadModerator } from './moderator';
import type { AutoModeratorSettings } from '../../src/moderation/auto-moderator-settings';
import { readMessages } from '../shared/chat-log';
import { metricOf, writeLine } from '../shared/log-lines';
import { roomArnPrefixOf } from '../shared/room-arns';

const moderator = loadModerator(JSON.parse(process.env.AUTO_MODERATOR!) as AutoModeratorSettings);

/** Moderates the messages that CloudWatch Logs sends. Lambda tries a failed invocation twice more. */
export async function handler(event: CloudWatchLogsEvent, context: Context): Promise<void> {
  const records = readMessages(event);
  if ('skipped' in records) return writeLine(records);
  const { messages, roomId: id, unreadable } = records;
  if (unreadable > 0) writeLine({ ...metricOf('Unreadable', unreadable), room: id });
  const room = { id, arn: roomArnPrefixOf(context.invokedFunctionArn) + id };
  return (await moderator)(room, messages, newDeadline(context.getRemainingTimeInMillis()));
}
