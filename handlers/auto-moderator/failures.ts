import type { Deadline } from './deadline';
import { FunctionError } from '../shared/invoke-function';

/** A call that returned something else than expected. It is not repeated in the same invocation. */
export class UnusableAnswer extends Error {}

/** Amazon Bedrock reports a rate that is too high in the last of these ways as well. */
const THROTTLING = /Throttl|TooManyRequests|ServiceQuotaExceeded/;

const INITIAL_BACKOFF = 400;
const MAX_BACKOFF = 5_000;
/** In milliseconds. */
const TIMEOUT = 5_000;

/** Whether another attempt can succeed within seconds. */
function isTransient(error: unknown): boolean {
  if (error instanceof FunctionError || error instanceof UnusableAnswer) return false;
  const status = statusOf(error) ?? 500;
  return status >= 500 || status === 429 || THROTTLING.test((error as Error).name);
}

/** Whether a message can be the cause, so that other messages of the call must be judged without it. */
export function canBeCausedByMessage(error: unknown): boolean {
  return error instanceof FunctionError || (statusOf(error) === 400 && !isTransient(error));
}

export function isNotFound(error: unknown): boolean {
  return (error as Error).name === 'ResourceNotFoundException';
}

/**
 * Waits before another attempt, for a time of which any part is equally likely: instances that were throttled together are not throttled
 * together again.
 *
 * @returns false, at once, if another attempt is useless or too late
 */
export async function waitToRetry(error: unknown, failedAttempts: number, deadline: Deadline): Promise<boolean> {
  return isTransient(error) && deadline.sleep(Math.random() * Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (failedAttempts - 1)));
}

/** Makes a call, and repeats it until the deadline while its failures are transient. */
export async function retry<T>(call: (signal: AbortSignal) => Promise<T>, deadline: Deadline, timeout = TIMEOUT): Promise<T> {
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
  const { message, name } = error as Error;
  return [operation, name, ...statusOf(error) === 400 ? [] : [message]].join(': ');
}

/** Undefined if there was no response of AWS. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}
