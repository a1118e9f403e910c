/** Why a call failed, as far as it matters to what is done next. */
export type Failure =
  | 'throttled'
  /** AccessDenied: a grant takes some seconds until it holds everywhere. */
  | 'denied'
  /** The service may not invoke the review handler: that permission takes some seconds too. */
  | 'permission'
  /** No answer, or one that says nothing of what was done. */
  | 'unreachable'
  | 'gone'
  | 'conflict'
  | 'refused'
  /** The time was up before the call could be made. */
  | 'late';

export class CallFailed extends Error {
  constructor(
    public readonly failure: Failure,
    message: string,
    /** One of its tries may have done its work all the same. */
    public readonly mayHaveHappened: boolean,
  ) {
    super(message);
  }
}

export function hasFailed(error: unknown, ...failures: Failure[]): error is CallFailed {
  return error instanceof CallFailed && failures.includes(error.failure);
}

/** What the SDK throws: none of it is certain to be there. */
interface SdkError {
  readonly name?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Told by name first: the API model names neither throttling nor a conflict for the operations on rooms. */
export function failureOf(error: unknown): Exclude<Failure, 'late'> {
  const { name = '', message = '', $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  if (status === 429 || /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|SlowDown)$/.test(name)) return 'throttled';
  if (/^AccessDenied(Exception)?$/.test(name)) return 'denied';
  if (name === 'ResourceNotFoundException') return 'gone';
  if (name === 'ConflictException' || name === 'ServiceQuotaExceededException') return 'conflict';
  if (name === 'ValidationException' && /invalid lambda permission/i.test(message)) return 'permission';
  if (status === undefined || status < 400 || status >= 500) return 'unreachable';
  return 'refused';
}

/** How long, in milliseconds, and how often a call is tried in vain. Without either: until the time is up. */
export interface Patience {
  readonly time?: number;
  readonly tries?: number;
}

const SECOND = 1_000;
const ONCE: Patience = { tries: 1 };

/** @param grantMayBeNew whether the policy may have been written just now; when a resource is deleted it is as old as the resource */
export function patienceWith(failure: Failure, grantMayBeNew: boolean): Patience {
  switch (failure) {
    case 'throttled': return {};
    case 'denied': return { time: grantMayBeNew ? 60 * SECOND : 15 * SECOND };
    case 'permission': return { time: 40 * SECOND };
    case 'unreachable': return { tries: 5 };
    default: return ONCE;
  }
}

export interface FailedCall {
  readonly operation: string;
  readonly target: string;
  readonly tries: number;
  /** Milliseconds since the first try. */
  readonly time: number;
}

/** Says why, and what to do, in words that go on after a colon. */
export function reasonOf(failure: Failure, error: unknown, { operation, target, tries, time }: FailedCall): string {
  const action = `ivschat:${operation}`;
  const said = oneLine((error as SdkError | undefined)?.message || (error as SdkError | undefined)?.name || 'no message');
  switch (failure) {
    case 'throttled':
      return `Amazon IVS Chat still limited the rate of ${action} when the time was up, after ${tries} tries. `
        + 'The limit is one for the account and region: try again when fewer changes are made at once.';
    case 'denied':
      return `the role of the custom resources may not call ${action} on ${target}, ${tried(tries, time)}. `
        + 'Its policy in this stack should allow it: look for a permissions boundary or a service control policy that denies it, and try again.';
    case 'permission':
      return `Amazon IVS Chat may not invoke the review handler, ${tried(tries, time)}. `
        + 'The function needs a permission for the principal ivschat.amazonaws.com on the very version or alias that is named: add it, and try again.';
    case 'unreachable':
      return `Amazon IVS Chat gave no usable answer to ${action} in ${tries} ${tries === 1 ? 'try' : 'tries'} (${said}). Try again.`;
    case 'late':
      return `the time was up before ${action} could be called. Try again.`;
    default:
      return `${action} on ${target} was refused (${said}).`;
  }
}

function tried(tries: number, time: number): string {
  return `tried ${tries === 1 ? 'once' : `${tries} times in ${Math.round(time / SECOND)} seconds`}`;
}

/** Long enough for any sentence here, and short enough for the answer to CloudFormation, which may have 4096 bytes. */
const MAX_LENGTH = 1_000;

export function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH)}…`;
}
