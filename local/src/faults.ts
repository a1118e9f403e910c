import { ExpectedError } from './expected-error';

const ISSUES_URL = 'https://github.com/cdk-ivschat/cdk-ivschat/issues';

/** An unexpected error together with what ivschat-local was doing. The `cause` is the error itself. */
export class Fault extends Error {
  constructor(subject: string, cause: unknown) {
    const [message, root] = cause instanceof Fault ? [cause.message, cause.cause] : [`fault of ivschat-local: ${String(cause)}`, cause];
    super(`${subject}: ${message}`, { cause: root });
  }
}

/** Adds what failed to the message of an error. A fault stays a fault. */
export function withSubject(subject: string, error: unknown): ExpectedError | Fault {
  return error instanceof ExpectedError ? new ExpectedError(`${subject}: ${error.message}`) : new Fault(subject, error);
}

/** The stack trace of a fault and where to report it; undefined for an expected error. */
export function traceOf(error: unknown): string | undefined {
  if (error instanceof ExpectedError) return undefined;
  const cause = error instanceof Fault ? error.cause : error;
  const stack = (cause as Error | undefined)?.stack ?? String(cause);
  return `${stack}\nPlease report this fault of ivschat-local with its stack trace: ${ISSUES_URL}`;
}

/** What users see: the message of an expected error; of a fault also its stack trace and where to report it. */
export function describeError(error: unknown): string {
  if (error instanceof ExpectedError) return error.message;
  const fault = error instanceof Fault ? error : new Fault('ivschat-local failed', error);
  return `${fault.message}\n${traceOf(fault)}`;
}
