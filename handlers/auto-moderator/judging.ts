import type { Deadline } from './deadline';
import { backOffTime, canBeCausedByMessage, describe, isTransient } from './failures';
import type { Judge, Verdict } from './judges/judge';
import type { ChatMessage } from './message';
import type { Pace } from './pace';

/** What happens to each message, exactly one of these. */
export interface Outcomes {
  /** Called as soon as the verdict is known: what fails later does not delay it. */
  readonly judged: (message: ChatMessage, verdict: Verdict) => Promise<void>;
  /** The message was too old before its first call could start. */
  readonly skipped: (message: ChatMessage) => void;
  readonly failed: (messages: readonly ChatMessage[], reason: string) => void;
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
export async function judgeAll(messages: readonly ChatMessage[], options: JudgingOptions, outcomes: Outcomes): Promise<void> {
  await Promise.all(options.judge.batchesOf(messages).map(async batch => new Batch(batch, options, outcomes).judge()));
}

/** The messages of one call. */
class Batch {
  /** Why the last attempt failed. */
  private failure?: string;

  constructor(private messages: readonly ChatMessage[], private readonly options: JudgingOptions, private readonly outcomes: Outcomes) {}

  public async judge(): Promise<void> {
    for (let attempts = 1; await this.waitForTurn(); attempts++) {
      const { deadline, judge, roomArn } = this.options;
      try {
        const verdicts = await judge.ask(roomArn, this.messages, deadline.signal(judge.timeout));
        return await this.handle(verdicts);
      } catch (error) {
        this.failure = describe(judge.operation, error);
        if (this.messages.length > 1 && canBeCausedByMessage(error)) return this.judgeSingly();
        if (!isTransient(error) || !await deadline.sleep(backOffTime(attempts))) return this.fail(this.failure);
      }
    }
    return undefined;
  }

  /** @returns false if there is no message left to judge */
  private async waitForTurn(): Promise<boolean> {
    const { deadline, pace } = this.options;
    const isTurn = await pace.turn(() => {
      this.dropOldMessages();
      return this.messages.length > 0 && !deadline.isReached;
    });
    if (!isTurn) this.fail(this.failure ?? 'the function had no time left');
    return isTurn;
  }

  /** A flood must not delay all messages after it. What the judge failed on is never skipped silently. */
  private dropOldMessages(): void {
    const oldest = Date.now() - this.options.maximumAgeSeconds * 1_000;
    const old = this.messages.filter(({ SendTime }) => Date.parse(SendTime) < oldest);
    if (old.length === 0) return;
    this.messages = this.messages.filter(message => !old.includes(message));
    if (this.failure === undefined) old.forEach(message => this.outcomes.skipped(message));
    else this.outcomes.failed(old, this.failure);
  }

  private async handle(verdicts: ReadonlyMap<string, Verdict>): Promise<void> {
    const missing = this.messages.filter(({ Id }) => !verdicts.has(Id));
    if (missing.length > 0) this.outcomes.failed(missing, `${this.options.judge.operation}: the answer has no verdict on the message`);
    for (const message of this.messages) {
      const verdict = verdicts.get(message.Id);
      if (verdict) await this.outcomes.judged(message, verdict);
    }
  }

  private async judgeSingly(): Promise<void> {
    await Promise.all(this.messages.map(async message => new Batch([message], this.options, this.outcomes).judge()));
  }

  private fail(reason: string): void {
    if (this.messages.length > 0) this.outcomes.failed(this.messages, reason);
  }
}
