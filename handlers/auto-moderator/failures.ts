import type { Deadline } from './deadline';

/** An error of an SDK client, also if there was no response. Aborted requests and all other errors, such as that of a function, have no metadata. */
interface SdkError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Amazon Bedrock reports a rate that is too high in the last of these ways as well. */
const THROTTLING = /Throttl|TooManyRequests|ServiceQuotaExceeded/;

const INITIAL_BACKOFF = 400;
const MAX_BACKOFF = 5_000;

/** Errors of our own and of functions have the status of an invalid request: it is useless to repeat the call at once. */
function statusOf({ $metadata, name }: SdkError): number {
  return $metadata || name === 'AbortError' ? $metadata?.httpStatusCode ?? 500 : 400;
}

/** Whether another attempt can succeed within seconds. */
function isTransient(error: SdkError): boolean {
  return statusOf(error) >= 500 || statusOf(error) === 429 || THROTTLING.test(error.name);
}

/** Whether a message can be the cause, so that other messages of the call must be judged without it. */
export function canBeCausedByMessage(error: unknown): boolean {
  return statusOf(error as SdkError) === 400 && !isTransient(error as SdkError);
}

/**
 * Waits before another attempt, for a time of which any part is equally likely: instances that were throttled together are not throttled
 * together again.
 *
 * @returns false, at once, if another attempt is useless or too late
 */
export async function waitToRetry(error: unknown, failedAttempts: number, deadline: Deadline): Promise<boolean> {
  return isTransient(error as SdkError) && deadline.sleep(Math.random() * Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (failedAttempts - 1)));
}

/** Makes a call, and repeats it until the deadline while its failures are transient. */
export async function retry<T>(call: (signal: AbortSignal) => Promise<T>, deadline: Deadline, timeout: number): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await call(deadline.signal(timeout));
    } catch (error) {
      if (!await waitToRetry(error, attempts, deadline)) throw error;
    }
  }
}

/** The reason for the log. The message of an invalid request can repeat the text of a user. */
export function describe(operation: string, error: unknown): string {
  const { $metadata, message, name } = error as SdkError;
  return [operation, name, ...$metadata?.httpStatusCode === 400 ? [] : [message]].join(': ');
}
