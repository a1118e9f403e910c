import type { Deadline } from './deadline';
import { canBeCausedByMessage, describe, waitToRetry } from './failures';
import type { Judge, Verdict } from './judges/judge';
import type { Pace } from './pace';
import type { MessageFrame } from '../shared/chat-log';

/** What happens to each message, exactly one of these. */
export interface Outcomes {
  /** Called as soon as the verdict is known: what fails later does not delay it. */
  readonly judged: (message: MessageFrame, verdict: Verdict) => Promise<void>;
  /** The messages were too old before their first call could start. */
  readonly skipped: (messages: readonly MessageFrame[]) => void;
  readonly failed: (messages: readonly MessageFrame[], reason: string) => void;
}

export interface JudgingOptions {
  readonly judge: Judge;
  readonly pace: Pace;
  readonly deadline: Deadline;
  readonly roomArn: string;
  readonly maximumAgeSeconds: number;
}

/**
 * Has messages judged, at the pace of the judge, and repeats calls until the deadline while their failures are transient.
 *
 * @param messages that are not blank
 */
export async function judgeAll(messages: readonly MessageFrame[], options: JudgingOptions, outcomes: Outcomes): Promise<void> {
  await Promise.all(batchesOf(messages, options.judge).map(async batch => judgeBatch(batch, options, outcomes)));
}

function batchesOf(messages: readonly MessageFrame[], { batchSize, partsOf = () => 1 }: Judge): MessageFrame[][] {
  const batches: MessageFrame[][] = [];
  let free = 0;
  for (const message of messages) {
    const parts = partsOf(message);
    if (parts > free) {
      batches.push([]);
      free = batchSize;
    }
    batches.at(-1)!.push(message);
    free -= parts;
  }
  return batches;
}

/** Judges the messages of one call. */
async function judgeBatch(batch: readonly MessageFrame[], options: JudgingOptions, outcomes: Outcomes): Promise<void> {
  const { deadline, judge, maximumAgeSeconds, pace, roomArn } = options;
  let messages = batch;
  /** Why the last attempt failed. */
  let failure: string | undefined;

  /** A flood must not delay all messages after it. What the judge failed on is never skipped silently. */
  const dropOldMessages = () => {
    const oldest = Date.now() - maximumAgeSeconds * 1_000;
    const isOld = ({ SendTime }: MessageFrame) => Date.parse(SendTime) < oldest;
    const old = messages.filter(isOld);
    messages = messages.filter(message => !isOld(message));
    if (failure === undefined) outcomes.skipped(old);
    else outcomes.failed(old, failure);
  };
  const isNeeded = () => {
    dropOldMessages();
    return messages.length > 0 && !deadline.isReached();
  };

  for (let attempts = 1; await pace(isNeeded); attempts++) {
    try {
      const verdicts = await judge.ask(roomArn, messages, deadline.signal(judge.timeout));
      outcomes.failed(messages.filter(({ Id }) => !verdicts.has(Id)), `${judge.operation}: no verdict`);
      for (const message of messages) {
        const verdict = verdicts.get(message.Id);
        if (verdict) await outcomes.judged(message, verdict);
      }
      return;
    } catch (error) {
      failure = describe(judge.operation, error);
      if (messages.length > 1 && canBeCausedByMessage(error)) {
        await Promise.all(messages.map(async message => judgeBatch([message], options, outcomes)));
        return;
      }
      if (!await waitToRetry(error, attempts, deadline)) break;
    }
  }
  outcomes.failed(messages, failure ?? 'no time left');
}
