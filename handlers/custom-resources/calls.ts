import { CallFailed, failureOf, oneLine, patienceWith, reasonOf } from './failures';
import type { Surroundings } from './surroundings';
import type { TimeLimits } from './time-limits';

/** The documented rate of each operation on rooms is 5 a second for the account and region. */
const PACE = 200;

/** With these a hundred functions that start together need little longer than the documented rate allows, without a failure. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 4_000;

const REQUEST_TIMEOUT = 10_000;

/** Where every call goes through: its pace, its retries, its time limit and its line in the log. The SDK itself retries nothing. */
export class Calls {
  private readonly slots = new Map<string, number>();
  private deadline: number;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly limits: TimeLimits,
    private readonly options: { readonly grantMayBeNew: boolean },
  ) {
    this.deadline = limits.work;
  }

  /** From here on the calls take back what was done, in the time kept for that. */
  public useReserve(): void {
    this.deadline = this.limits.undo;
  }

  public note(line: string): void {
    this.surroundings.log(oneLine(line));
  }

  /** @param attempt how many were made in vain: the more, the longer */
  public pauseAfter(attempt: number): number {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempt);
    return longest * (1 + this.surroundings.random()) / 2;
  }

  /** @returns whether there was the time for it */
  public async sleep(milliseconds: number): Promise<boolean> {
    if (this.surroundings.now() + milliseconds >= this.deadline) return false;
    if (milliseconds > 0) await this.surroundings.sleep(milliseconds);
    return true;
  }

  /**
   * @param target what the log and the sentences call it by
   * @param send sends the request once, and gives it up at the signal
   * @throws CallFailed
   */
  public async call<T>(operation: string, target: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const start = this.surroundings.now();
    let mayHaveHappened = false;
    let failed: CallFailed | undefined;
    for (let tries = 1; ; tries++) {
      if (!await this.sleep(this.untilNextSlot(operation))) {
        throw failed ?? new CallFailed('late', reasonOf('late', undefined, { operation, target, tries: 0, time: 0 }), false);
      }
      const sent = this.surroundings.now();
      this.slots.set(operation, sent + PACE);
      try {
        const answer = await send(AbortSignal.timeout(Math.min(REQUEST_TIMEOUT, Math.ceil(this.deadline - sent))));
        this.note(`${operation} ${target}: done`);
        return answer;
      } catch (error) {
        const failure = failureOf(error);
        const time = this.surroundings.now() - start;
        this.note(`${operation} ${target}: ${failure} (${(error as Error).name}: ${(error as Error).message})`);
        mayHaveHappened ||= failure === 'unreachable';
        failed = new CallFailed(failure, reasonOf(failure, error, { operation, target, tries, time }), mayHaveHappened);
        const patience = patienceWith(failure, this.options.grantMayBeNew);
        if (tries >= (patience.tries ?? Infinity) || time >= (patience.time ?? Infinity)) throw failed;
        if (!await this.sleep(this.pauseAfter(tries - 1))) throw failed;
      }
    }
  }

  private untilNextSlot(operation: string): number {
    return Math.max(0, (this.slots.get(operation) ?? -Infinity) - this.surroundings.now());
  }
}
