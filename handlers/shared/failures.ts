/** Why a call failed, as far as it decides what to do next. */
export type FailureKind =
  | 'throttled'
  /** A new policy takes some seconds to take effect everywhere. */
  | 'accessDenied'
  /** New credentials take some seconds to be known everywhere, and old ones expire. */
  | 'credentialsRejected'
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
  /** @param isFinal whether it is useless to try again */
  constructor(public readonly kind: FailureKind, message: string, public readonly isFinal: boolean) {
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

const THROTTLING_ERRORS = /^(Throttl(ing|ed)(Exception)?|TooManyRequestsException|RequestLimitExceeded|RequestThrottled(Exception)?|SlowDown)$/;
const CREDENTIAL_ERRORS = new RegExp(
  '^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|RequestExpired)(Exception)?$');

/** Goes by the name first: the API model has neither throttling nor conflicts for the operations on rooms. */
export function classify(error: unknown): Exclude<FailureKind, 'timeout'> {
  const { name = '', message = '', $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  if (status === 429 || THROTTLING_ERRORS.test(name)) return 'throttled';
  if (/^AccessDenied(Exception)?$/.test(name)) return 'accessDenied';
  if (CREDENTIAL_ERRORS.test(name)) return 'credentialsRejected';
  if (status === 408 || /^RequestTimeout(Exception)?$/.test(name)) return 'noResponse';
  if (name === 'ResourceNotFoundException') return 'notFound';
  if (name === 'ConflictException' || name === 'ServiceQuotaExceededException') return 'conflict';
  if (name === 'ValidationException' && /invalid lambda permission/i.test(message)) return 'handlerNotInvokable';
  if (status === undefined || status < 400 || status >= 500) return 'noResponse';
  return 'rejected';
}

const SECOND = 1_000;

export interface FailedCall {
  readonly operation: string;
  readonly target: string;
  /** Attempts that failed in this way, and the milliseconds spent on them. */
  readonly attempts: number;
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
    case 'credentialsRejected':
      return `Amazon IVS Chat did not accept the temporary credentials of the custom resources for ${action} (${count(attempts, time)}; ${message}). Try again.`;
    case 'handlerNotInvokable':
      return `Amazon IVS Chat is not allowed to invoke the review handler (${count(attempts, time)}). `
        + 'The function needs a permission for the principal ivschat.amazonaws.com on the same version or alias that the room uses: add it, and try again.';
    case 'noResponse':
      return `${service} returned no usable response to ${action} (${count(attempts, time)}; ${message}). Try again.`;
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

/** A response to CloudFormation may have 4,096 bytes, of which ids and the name of the log group need up to 1,200. */
const MAX_BYTES = 2_800;

export function oneLine(text: string): string {
  let line = '';
  let bytes = 0;
  for (const character of text.replace(/\s+/g, ' ').trim()) {
    // As in the response, which is JSON.
    bytes += Buffer.byteLength(JSON.stringify(character)) - 2;
    if (bytes > MAX_BYTES) return `${line}…`;
    line += character;
  }
  return line;
}
