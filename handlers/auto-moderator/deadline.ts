/** When to stop retrying, so that the invocation fails by itself and is retried. */
export interface Deadline {
  readonly isReached: () => boolean;
  /** Aborts a request after this many milliseconds, or at the deadline if that is earlier. */
  readonly signal: (limit: number) => AbortSignal;
  /** Returns false, at once, if the deadline comes first. */
  readonly sleep: (milliseconds: number) => Promise<boolean>;
}

/** In milliseconds, for the decisions and metrics of the last calls. Less if the function has a short timeout. */
const RESERVE = 10_000;

/** @param remainingTime milliseconds until Lambda stops the function */
export function newDeadline(remainingTime: number): Deadline {
  const end = performance.now() + remainingTime - Math.min(RESERVE, remainingTime / 3);
  const remaining = () => Math.max(0, end - performance.now());
  return {
    isReached: () => remaining() === 0,
    signal: limit => AbortSignal.timeout(Math.ceil(Math.min(limit, remaining()))),
    sleep: async milliseconds => milliseconds < remaining() && new Promise(resolve => setTimeout(resolve, milliseconds, true)),
  };
}
