/**
 * A failure that ivschat-local expects, such as a mistake in a template or an invalid request. Users see its message, without a stack trace.
 *
 * Every other error is a fault of ivschat-local: see `faults.ts`.
 */
export class ExpectedError extends Error {}
