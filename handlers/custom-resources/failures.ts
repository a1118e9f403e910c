/** Why a call failed, as far as it decides what to do next. */
export type FailureKind =
  | 'throttled'
  /** A new policy takes some seconds to take effect everywhere. */
  | 'accessDenied'
  /** The service may not invoke the review handler: that permission takes some seconds as well. */
  | 'handlerNotInvokable'
  /** No response, or one that does not say whether the change was made. */
  | 'noResponse'
  | 'notFound'
  | 'conflict'
  | 'rejected'
  /** The deadline came before the call could be sent. */
  | 'timeout';

export class CallError extends Error {
  constructor(
    public readonly kind: FailureKind,
    message: string,
    /** One of the attempts may have changed the room although it failed. */
    public readonly mayHaveSucceeded: boolean,
  ) {
    super(message);
  }
}

export function isCallError(error: unknown, ...kinds: FailureKind[]): error is CallError {
  return error instanceof CallError && kinds.includes(error.kind);
}

/** An error of the SDK, of which any part may be missing. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Goes by the name first: the API model has neither throttling nor conflicts for the operations on rooms. */
export function classify(error: unknown): Exclude<FailureKind, 'timeout'> {
  const { name = '', message = '', $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  if (status === 429 || /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/.test(name)) return 'throttled';
  if (/^AccessDenied(Exception)?$/.test(name)) return 'accessDenied';
  if (name === 'ResourceNotFoundException') return 'notFound';
  if (name === 'ConflictException' || name === 'ServiceQuotaExceededException') return 'conflict';
  if (name === 'ValidationException' && /invalid lambda permission/i.test(message)) return 'handlerNotInvokable';
  if (status === undefined || status < 400 || status >= 500) return 'noResponse';
  return 'rejected';
}

/** Limits of retrying one call. Without either, it is retried until the deadline. */
export interface RetryBudget {
  /** Milliseconds since the first attempt. */
  readonly time?: number;
  readonly attempts?: number;
}

const SECOND = 1_000;
const NO_RETRY: RetryBudget = { attempts: 1 };

/** @param grantMayBeNew whether the policy may be seconds old; when a resource is deleted, its policy is as old as the resource */
export function retryBudget(kind: FailureKind, grantMayBeNew: boolean): RetryBudget {
  switch (kind) {
    case 'throttled': return {};
    case 'accessDenied': return { time: grantMayBeNew ? 60 * SECOND : 15 * SECOND };
    case 'handlerNotInvokable': return { time: 40 * SECOND };
    case 'noResponse': return { attempts: 5 };
    default: return NO_RETRY;
  }
}

export interface FailedCall {
  readonly operation: string;
  readonly target: string;
  readonly attempts: number;
  /** Milliseconds since the first attempt. */
  readonly time: number;
}

/** The reason and the remedy, worded to follow a colon. */
export function describeFailure(kind: FailureKind, error: unknown, { operation, target, attempts, time }: FailedCall): string {
  const [service, action] = operation.startsWith('lambda:') ? ['AWS Lambda', operation] : ['Amazon IVS Chat', `ivschat:${operation}`];
  const message = oneLine((error as SdkError | undefined)?.message || (error as SdkError | undefined)?.name || 'no message');
  switch (kind) {
    case 'throttled':
      return `${service} throttled ${action} until the time limit (${count(attempts)}). `
        + 'The quota applies to the whole account and region: try again when fewer changes are made at once.';
    case 'accessDenied':
      return `the role of the custom resources is not authorized to perform ${action} on ${target} (${count(attempts, time)}). `
        + 'Its policy in this stack allows the action: look for a permissions boundary or a service control policy that denies it, and try again.';
    case 'handlerNotInvokable':
      return `Amazon IVS Chat is not allowed to invoke the review handler (${count(attempts, time)}). `
        + 'The function needs a permission for the principal ivschat.amazonaws.com on the same version or alias that the room uses: add it, and try again.';
    case 'noResponse':
      return `${service} returned no usable response to ${action} in ${count(attempts)} (${message}). Try again.`;
    case 'timeout':
      return `the time limit was reached before ${action} could be called. Try again.`;
    default:
      return `${service} rejected ${action} on ${target} (${message}).`;
  }
}

function count(attempts: number, time?: number): string {
  const times = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return time === undefined || attempts === 1 ? times : `${times} in ${Math.round(time / SECOND)} seconds`;
}

/** Longer than any message here, and short enough for a response to CloudFormation, which may have 4,096 bytes. */
const MAX_LENGTH = 1_000;

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH)}…`;
}
