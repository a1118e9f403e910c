import { classify } from '../../shared/failures';
import { busy, internalError, type Refusal, unavailable } from '../http/refusal';

interface SdkError extends Error {
  readonly $metadata?: { readonly requestId?: string };
}

/** What went wrong, for the log. AWS repeats the values that it rejects, such as attributes, in the messages of validation errors. */
export function describe(operation: string, error: unknown): string {
  const { $metadata, message, name } = error as SdkError;
  const detail = name === 'ValidationException' ? `request ${$metadata?.requestId}` : message;
  return `${operation}: ${name}: ${detail}`;
}

export function isNotFound(error: unknown): boolean {
  return classify(error) === 'notFound';
}

/** A call that has to succeed: trying again helps unless the request or its permissions are wrong. */
export function toRefusal(operation: string, error: unknown): Refusal {
  const reason = describe(operation, error);
  switch (classify(error)) {
    case 'throttled': return busy(reason);
    case 'noResponse':
    case 'credentialsRejected': return unavailable(reason);
    default: return internalError(reason);
  }
}

/** A call that decides about the request: whatever went wrong, the request is refused until there is an answer. */
export function toUnavailable(operation: string, error: unknown): Refusal {
  const reason = describe(operation, error);
  return classify(error) === 'throttled' ? busy(reason) : unavailable(reason);
}
