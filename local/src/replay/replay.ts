import type { MessageLogs, MessageOfLog } from './chat-logs/message-logs';
import type { ReplayOptions, ReplayResult } from './result';
import { type Reviewer, startHandler } from './reviewer';
import { Tally } from './tally';
import { ExpectedError } from '../expected-error';
import type { LiveLog } from '../live-log/live-log';

/** Reviews before those that count, because code that runs for the first times is slower. */
const WARM_UP_REVIEWS = 20;
const MAXIMUM_LATE_WARM_UPS = 3;
const MAXIMUM_ERRORS = 3;
const DEFAULT_EXAMPLES = 3;

export interface Replay extends Omit<ReplayOptions, 'room'> {
  readonly logs: MessageLogs;
  readonly reviewer: Reviewer;
  /** For the errors of the handler. */
  readonly liveLog: LiveLog;
  /** Ends the replay after the current review. */
  readonly signal?: AbortSignal;
}

/**
 * Sends the messages of logs to a review handler, one after the other, and compares the results with the logs.
 *
 * Throws if the handler cannot start.
 */
export async function replay({ examples = DEFAULT_EXAMPLES, liveLog, logs, onMessage, reviewer, signal }: Replay): Promise<ReplayResult> {
  if (!Number.isInteger(examples) || examples < 0) throw new ExpectedError(`examples must be a whole number that is not negative, got ${examples}.`);
  const errors = new Set<string>();
  const stopListening = liveLog.listen(({ data, kind, level }) => {
    if (kind === 'function' && level === 'error' && errors.size < MAXIMUM_ERRORS && typeof data?.error === 'string') errors.add(data.error);
  });
  try {
    await startHandler(reviewer);
    const tally = new Tally(examples);
    for await (const message of afterWarmUp(logs, reviewer)) {
      if (signal?.aborted) break;
      const replayed = tally.add(message, await reviewer.reviewFairly(message.message));
      onMessage?.(replayed);
    }
    return tally.result(logs, reviewer, [...errors]);
  } finally {
    stopListening();
  }
}

/** The messages of the logs. The first ones are reviewed several times before. */
async function* afterWarmUp(logs: MessageLogs, reviewer: Reviewer): AsyncGenerator<MessageOfLog> {
  let first: MessageOfLog[] | undefined = [];
  for await (const message of logs.messages()) {
    if (!first) {
      yield message;
      continue;
    }
    first.push(message);
    if (first.length < WARM_UP_REVIEWS) continue;
    await warmUp(reviewer, first);
    yield* first;
    first = undefined;
  }
  if (!first) return;
  await warmUp(reviewer, first);
  yield* first;
}

/** Ends early if the handler is always late: that takes long, and does not get better. */
async function warmUp(reviewer: Reviewer, messages: readonly MessageOfLog[]): Promise<void> {
  let late = 0;
  for (let count = 0; count < WARM_UP_REVIEWS && late < MAXIMUM_LATE_WARM_UPS; count++) {
    const review = await reviewer.reviewAndWait(messages[count % messages.length].message);
    if (review.late) late++;
  }
}
