import { classify } from '../shared/failures';
import { FunctionError } from '../shared/invoke-function';

/** A call that returned something else than expected. It is not retried in the same invocation. */
export class UnusableAnswer extends Error {
  public override readonly name = 'UnusableAnswer';
}

const INITIAL_BACKOFF = 400;
const MAX_BACKOFF = 5_000;

/** Whether another attempt can succeed within seconds. */
export function isTransient(error: unknown): boolean {
  if (error instanceof FunctionError || error instanceof UnusableAnswer) return false;
  // Amazon Bedrock reports a rate that is too high in this way as well.
  if ((error as Error).name === 'ServiceQuotaExceededException') return true;
  return ['credentialsRejected', 'noResponse', 'throttled'].includes(classify(error));
}

/** Whether a message can be the cause, so that other messages of the call must be judged without it. */
export function canBeCausedByMessage(error: unknown): boolean {
  return error instanceof FunctionError || (!(error instanceof UnusableAnswer) && classify(error) === 'rejected');
}

/** Milliseconds to wait, of which any part is equally likely: instances that were throttled together are not throttled together again. */
export function backOffTime(failedAttempts: number): number {
  return Math.random() * Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (failedAttempts - 1));
}

/** The reason for the log, without the message of errors that can repeat the text of a user. */
export function describe(operation: string, error: unknown): string {
  const { $metadata, message, name } = error as Error & { readonly $metadata?: { readonly requestId?: string } };
  if (error instanceof FunctionError) return `${operation}: the function failed with ${error.errorType}`;
  if (error instanceof UnusableAnswer) return `${operation}: ${message}`;
  const detail = ['accessDenied', 'throttled'].includes(classify(error)) ? message : `request ${$metadata?.requestId}`;
  return `${operation}: ${name}: ${detail}`;
}
