/** Result of a review. `MASK` allows a message with another content or other attributes. */
export type ReviewResult = 'ALLOW' | 'DENY' | 'MASK';

export interface ReplayOptions {
  /**
   * Construct path, name or ARN of the room whose review handler reviews the messages.
   * @default - the only review handler that rooms use
   */
  readonly room?: string;
  /**
   * Maximum number of examples in each group.
   * @default 3
   */
  readonly examples?: number;
  /**
   * Receives each message after its review.
   * @default - no receiver
   */
  readonly onMessage?: (message: ReplayedMessage) => void;
}

/** A place in a log. */
export interface LogPlace {
  readonly file: string;
  readonly line: number;
  /** Set if other records precede it in the line. */
  readonly column?: number;
}

/** A place that could not be read, such as a record that is cut off. */
export interface LogProblem extends LogPlace {
  readonly problem: string;
}

/**
 * What the review changes for a message.
 *
 * - Messages of a log: `denied` or `masked` if they were delivered as they are in the log, otherwise `unchanged`.
 * - Messages that a moderator deleted: `missed` if the handler allows them, otherwise `caught`.
 * - Labelled cases: `missed` if the handler does less than expected, `mistake` if it does more, otherwise `expected`.
 */
export type ReplayOutcome = 'caught' | 'denied' | 'expected' | 'masked' | 'missed' | 'mistake' | 'unchanged';

export interface ReplayedMessage extends LogPlace {
  readonly content: string;
  readonly outcome: ReplayOutcome;
  readonly result: ReviewResult;
  /** Label of a case. */
  readonly expected?: ReviewResult;
  /** Whether a moderator deleted the message. */
  readonly isDeleted: boolean;
  /** Content after masking. */
  readonly newContent?: string;
  /** Rules that decided, from the metrics in the log of the function. Empty if it writes none. */
  readonly rules: readonly string[];
  /** Rules that only count, and found something. */
  readonly countedRules: readonly string[];
  /** Reason for the sender of a denied message. */
  readonly reason?: string;
  readonly milliseconds: number;
  /** Whether the handler did not respond in time, or reported that it was late. */
  readonly isLate: boolean;
  /** Why the fallback result decided, if it did. */
  readonly problem?: string;
}

/** Messages with the same outcome by the same rules. */
export interface ReplayGroup {
  readonly outcome: ReplayOutcome;
  readonly result: ReviewResult;
  readonly expected?: ReviewResult;
  readonly isDeleted: boolean;
  /** Empty if the function writes no metrics. */
  readonly rules: readonly string[];
  /** Instead of `rules`. */
  readonly reason?: string;
  /** Whether the fallback result decided. */
  readonly isFallback: boolean;
  readonly count: number;
  readonly examples: readonly ReplayedMessage[];
}

export interface ReplayResult {
  /** ARN of the review handler. */
  readonly handler: string;
  /** Number of reviewed messages, the sum of the next seven. */
  readonly messages: number;
  /** Delivered messages that are denied now. */
  readonly denied: number;
  /** Delivered messages that are masked now. */
  readonly masked: number;
  /** Delivered messages that are allowed as they are. */
  readonly unchanged: number;
  /** Messages that a moderator deleted and the handler allows, and cases of which it does less than expected. */
  readonly missed: number;
  /** Messages that a moderator deleted and the handler denies or masks. */
  readonly caught: number;
  /** Cases of which the handler does more than expected. */
  readonly mistakes: number;
  /** Cases with the expected result. */
  readonly expected: number;
  /** Messages that rules which only count have found. */
  readonly counted: number;
  /** Messages for which the handler did not respond in time twice, or reported that it was late. */
  readonly late: number;
  /** Messages for which the fallback result decided. */
  readonly fallback: number;
  readonly fallbackResult: 'ALLOW' | 'DENY';
  /** Why the fallback result decided, with numbers of messages. */
  readonly fallbackReasons: Readonly<Record<string, number>>;
  /** Durations of the reviews on this machine, and their limit. */
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly slowest: number; readonly limit: number };
  /** All outcomes but `unchanged` and `expected`, the largest groups first. */
  readonly groups: readonly ReplayGroup[];
  /** Numbers of messages by the rules that only count. */
  readonly countedRules: Readonly<Record<string, number>>;
  /** Places that could not be read. */
  readonly unreadable: number;
  /** The first 20 of them. */
  readonly problems: readonly LogProblem[];
  /** Records that are not of a chat log. */
  readonly otherRecords: number;
  /** Messages that the logs contain more than once, and that were reviewed once. */
  readonly duplicates: number;
  /** The first errors of the function. */
  readonly errors: readonly string[];
}
