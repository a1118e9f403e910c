import type { Deadline } from './deadline';
import { describe } from './failures';
import { loadComprehendJudge } from './judges/comprehend';
import { newFunctionJudge } from './judges/function';
import { loadGuardrailJudge } from './judges/guardrail';
import type { Judge, Verdict } from './judges/judge';
import { judgeAll } from './judging';
import { newPace } from './pace';
import { loadResponder, type Room } from './responder';
import type { AutoModeratorSettings, JudgeSettings } from '../../src/moderation/auto-moderator-settings';
import type { MessageFrame } from '../shared/chat-log';
import { isExempt } from '../shared/exempt-senders';
import { metricOf, writeLine } from '../shared/log-lines';

/** The metric of a response that was carried out. */
const METRICS = { deleteMessage: 'Deleted', disconnectUser: 'Disconnected', ban: 'Banned' };

/**
 * Judges the messages of a room, and responds to those that are flagged. Throws in the end if some could not be judged or responded to:
 * Lambda then repeats the invocation, twice, and sends the event to the destination for failures.
 */
export type Moderator = (room: Room, messages: readonly MessageFrame[], deadline: Deadline) => Promise<void>;

/** Loads only the clients that the settings need: those of the Lambda runtime take time, and a local runtime may not have all of them. */
export async function loadModerator(settings: AutoModeratorSettings): Promise<Moderator> {
  const { dryRun, exempt, maximumAgeSeconds, roomIds } = settings;
  const [judge, responder] = await Promise.all([loadJudge(settings.judge), loadResponder(settings)]);
  const pace = newPace(settings.judge.callsPerSecond);
  const isJudged = ({ Content, Sender }: MessageFrame) => Content.trim() !== '' && !isExempt(exempt, Sender.Attributes ?? {});

  return async (room, messages, deadline) => {
    if (roomIds?.includes(room.id) === false) return;
    const counts: Record<string, number> = {};
    const reasons = new Set<string>();
    /** The last response to each user. Responses to one user follow each other, so that each message counts those before it. */
    const lastResponses = new Map<string, Promise<void>>();

    const count = (metric: string, number = 1) => { counts[metric] = (counts[metric] ?? 0) + number; };
    const fail = (failed: readonly MessageFrame[], reason: string) => {
      if (failed.length === 0) return;
      count('Failed', failed.length);
      reasons.add(reason);
      writeLine({ outcome: 'failed', room: room.id, messageIds: failed.map(({ Id }) => Id), reason });
    };
    const respond = async (message: MessageFrame, { label, score }: Verdict) => {
      try {
        const response = await responder?.(room, message, label, deadline);
        if (responder && !response) return;
        const { failures = [], kinds, strikes } = response ?? {};
        if (!dryRun) kinds?.forEach(kind => count(METRICS[kind]));
        // The decision, without the text of the message.
        writeLine({
          outcome: 'flagged', dryRun, room: room.id, messageId: message.Id, userId: message.Sender.UserId, label, score, strikes, responses: kinds,
        });
        if (failures.length > 0) fail([message], failures.join(', '));
      } catch (error) {
        fail([message], describe('strikes', error));
      }
    };

    const due = messages.filter(isJudged);
    await judgeAll(due, { judge, pace, deadline, roomArn: room.arn, maximumAgeSeconds }, {
      judged: async (message, verdict) => {
        count('Judged');
        if (!verdict.isFlagged) return;
        count('Flagged');
        const { UserId } = message.Sender;
        const response = Promise.resolve(lastResponses.get(UserId)).then(async () => respond(message, verdict));
        lastResponses.set(UserId, response);
        await response;
      },
      skipped: old => count('Skipped', old.length),
      failed: fail,
    });
    for (const [metric, number] of Object.entries(counts)) {
      if (number > 0) writeLine(metricOf(metric, number));
    }
    if (reasons.size > 0) throw new Error(`${counts.Failed} of ${due.length} messages could not be moderated: ${[...reasons].join('; ')}`);
  };
}

async function loadJudge(settings: JudgeSettings): Promise<Judge> {
  switch (settings.kind) {
    case 'comprehend': return loadComprehendJudge(settings);
    case 'guardrail': return loadGuardrailJudge(settings);
    default: return newFunctionJudge(settings);
  }
}
