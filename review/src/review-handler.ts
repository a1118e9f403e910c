import { Decision } from './decision';
import { FAILURE_REASON, MAXIMUM_LENGTH, DEADLINE_MILLISECONDS } from './defaults';
import { errorLine, metricLine, type Outcome } from './log-lines';
import { contentOf, contextOf } from './message-context';
import { responseOf } from './response';
import type { ReviewContext, Verdict } from './review-context';
import type { ReviewEvent, ReviewResponse, ReviewResult } from './review-event';

export interface ReviewHandlerOptions {
  /**
   * Milliseconds that the review may take, from 1 to 190. The service waits 200 ms in total.
   *
   * They start when the handler is entered, so they include neither a cold start nor the network.
   *
   * @default 120
   */
  readonly deadline?: number;

  /** The result when the deadline has passed. @default 'DENY' */
  readonly onLate?: ReviewResult;

  /** The result when the review throws an error or returns no verdict. @default 'DENY' */
  readonly onError?: ReviewResult;

  /** Sent to the sender of a message that is denied by `onLate` or `onError`. @default 'The message could not be reviewed. Please try again.' */
  readonly failureReason?: string;

  /** The maximum message length of the room, from 1 to 500. Longer content is cut. @default 500 */
  readonly maximumLength?: number;

  /** Namespace of the metrics, or false for no metrics. @default 'cdk-ivschat' */
  readonly metrics?: string | false;

  /**
   * Receives each line of the log: metrics, and errors without the text of messages.
   *
   * @default - standard output, without the prefix of `console.log`, because a metric must be a whole line
   */
  readonly log?: (line: string) => void;
}

/**
 * Creates the handler of a function that reviews messages. It always returns a valid response, and never waits longer than the deadline.
 *
 * A review that returns its verdict without a promise cannot be interrupted.
 *
 * Throws if an option is invalid.
 */
export function reviewHandler(
  review: (context: ReviewContext) => Verdict | Promise<Verdict>, options: ReviewHandlerOptions = {},
): (event: ReviewEvent) => Promise<ReviewResponse> {
  const reviewer = new Reviewer(review, options);
  return async event => reviewer.handle(event);
}

interface Decided {
  readonly decision: Decision;
  readonly outcome: Outcome;
}

class Reviewer {
  private readonly options: Required<ReviewHandlerOptions>;

  constructor(private readonly review: (context: ReviewContext) => Verdict | Promise<Verdict>, options: ReviewHandlerOptions) {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as ReviewHandlerOptions;
    this.options = {
      deadline: DEADLINE_MILLISECONDS,
      onLate: 'DENY',
      onError: 'DENY',
      failureReason: FAILURE_REASON,
      maximumLength: MAXIMUM_LENGTH,
      metrics: 'cdk-ivschat',
      log: line => void process.stdout.write(`${line}\n`),
      ...given,
    };
    validate(this.options);
  }

  public async handle(event: ReviewEvent): Promise<ReviewResponse> {
    const start = performance.now();
    const { maximumLength, metrics } = this.options;
    const content = contentOf(event);
    const { decision, outcome } = await this.decide(event, content, start);
    const response = responseOf(content, decision, maximumLength);
    if (metrics !== false) {
      const isChanged = response.Content !== content || differ(response.Attributes, event?.Attributes);
      this.log(metricLine(metrics, outcome, decision, response, isChanged, performance.now() - start));
    }
    return response;
  }

  private async decide(event: ReviewEvent, content: string, start: number): Promise<Decided> {
    const abort = new AbortController();
    try {
      const verdict = this.review(contextOf(event, content, abort.signal));
      if (!isPromise(verdict)) return reviewed(verdict);
      return await this.within(this.options.deadline - (performance.now() - start), verdict, abort);
    } catch (error) {
      this.log(errorLine(error, event?.MessageId));
      return { decision: this.unreviewed(this.options.onError), outcome: 'failed' };
    }
  }

  /** A promise that rejects after the deadline is handled as well: `Promise.race` waits for both. */
  private async within(milliseconds: number, verdict: PromiseLike<Verdict>, abort: AbortController): Promise<Decided> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Decided>(resolve => {
      timer = setTimeout(() => {
        resolve({ decision: this.unreviewed(this.options.onLate), outcome: 'late' });
        abort.abort(new DOMException(`The review took longer than ${this.options.deadline} ms.`, 'TimeoutError'));
      }, milliseconds);
    });
    try {
      return await Promise.race([Promise.resolve(verdict).then(reviewed), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  private unreviewed(result: ReviewResult): Decision {
    return result === 'ALLOW' ? Decision.allow() : Decision.deny(this.options.failureReason);
  }

  /** A log that fails must not fail the review. */
  private log(line: string | undefined): void {
    if (line === undefined) return;
    try {
      this.options.log(line);
    } catch {
      // There is nowhere left to report it.
    }
  }
}

function reviewed(verdict: Verdict): Decided {
  if (!(verdict instanceof Decision)) throw new TypeError('The review must return allow(), replace() or deny() of its context.');
  return { decision: verdict, outcome: 'reviewed' };
}

function validate({ deadline, failureReason, maximumLength, metrics, onError, onLate }: Required<ReviewHandlerOptions>): void {
  if (!(deadline >= 1 && deadline <= 190)) {
    throw new RangeError(`deadline must be from 1 to 190, got ${deadline}: the service waits 200 ms for a response.`);
  }
  if (!(Number.isInteger(maximumLength) && maximumLength >= 1 && maximumLength <= MAXIMUM_LENGTH)) {
    throw new RangeError(`maximumLength must be an integer from 1 to 500, got ${maximumLength}: use the maximum message length of the room.`);
  }
  for (const [name, value] of Object.entries({ onError, onLate })) {
    if (value !== 'ALLOW' && value !== 'DENY') throw new RangeError(`${name} must be ALLOW or DENY, got ${String(value)}.`);
  }
  if (typeof failureReason !== 'string') throw new TypeError(`failureReason must be a string, got ${typeof failureReason}.`);
  if (metrics !== false && (typeof metrics !== 'string' || metrics === '')) {
    throw new TypeError(`metrics must be the name of a namespace or false, got ${String(metrics)}.`);
  }
}

/** Whether attributes replace others. Without any, the message keeps its own. */
function differ(attributes: ReviewEvent['Attributes'], own: ReviewEvent['Attributes'] | null): boolean {
  if (attributes === undefined) return false;
  const names = new Set(Object.keys({ ...attributes, ...own }));
  return [...names].some(name => attributes[name] !== own?.[name]);
}

function isPromise(value: unknown): value is PromiseLike<Verdict> {
  return typeof (value as Partial<PromiseLike<Verdict>> | undefined)?.then === 'function';
}
