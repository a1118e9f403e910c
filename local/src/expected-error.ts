/** A failure that is not a fault of ivschat-local. It is shown as one message; any other error is shown with its stack. */
export class ExpectedError extends Error {}
