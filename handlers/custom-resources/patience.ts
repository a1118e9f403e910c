import type { CallError, FailureKind } from '../shared/failures';

/** How long failures of one kind are retried. Without a limit, until the deadline. */
export interface RetryLimit {
  readonly attempts?: number;
  /** Milliseconds spent on failures of this kind. */
  readonly time?: number;
  /** Milliseconds before the next attempt, instead of a time that grows with each attempt. */
  readonly wait?: number;
}

export interface Spent {
  readonly attempts: number;
  readonly time: number;
}

/**
 * The attempts and the time spent on a piece of work, counted separately for each operation and kind of failure: a minute of throttling
 * leaves all the patience for a policy that has not taken effect yet.
 */
export class Patience {
  /** The error of the last attempt, which is the reason if the deadline comes before the next one. */
  public lastError: CallError | undefined;

  private readonly spent = new Map<string, Spent>();
  private lastTime: number;

  /** @param start milliseconds since any fixed moment */
  constructor(start: number) {
    this.lastTime = start;
  }

  /** Counts a failure, and the time since the one before. */
  public count(operation: string, kind: FailureKind, now: number): Spent {
    const key = `${operation} ${kind}`;
    const { attempts, time } = this.spent.get(key) ?? { attempts: 0, time: 0 };
    const spent = { attempts: attempts + 1, time: time + now - this.lastTime };
    this.spent.set(key, spent);
    this.lastTime = now;
    return spent;
  }
}

export function isExhausted(spent: Spent, limit: RetryLimit): boolean {
  return spent.attempts >= (limit.attempts ?? Infinity) || spent.time >= (limit.time ?? Infinity);
}

const SECOND = 1_000;

/** What was written a moment ago may be missing from a read for this long. */
export const READ_LAG = 3 * SECOND;

const NO_RETRY: RetryLimit = { attempts: 1 };

export interface Recency {
  /** Whether the policy may be seconds old. When a resource is deleted, its policy is as old as the resource. */
  readonly grant: boolean;
  /** Whether the room, or a logging configuration that a write names, may be seconds old. */
  readonly resource: boolean;
}

/** @param mayBeNew what may have been created so recently that the service does not know it everywhere */
export function retryLimit(kind: FailureKind, mayBeNew: Recency): RetryLimit {
  switch (kind) {
    case 'throttled': return {};
    case 'accessDenied': return { time: mayBeNew.grant ? 60 * SECOND : 15 * SECOND };
    case 'credentialsRejected': return { time: 40 * SECOND };
    case 'handlerNotInvokable': return { time: 40 * SECOND };
    // A service that fails for a minute fails nothing.
    case 'noResponse': return { time: 90 * SECOND };
    case 'notFound': return mayBeNew.resource ? { time: 20 * SECOND } : { attempts: 2, wait: READ_LAG };
    case 'conflict': return { time: 20 * SECOND };
    default: return NO_RETRY;
  }
}
