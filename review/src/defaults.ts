/** Of the 200 ms that the service waits. The rest is for the network. */
export const DEADLINE_MILLISECONDS = 120;

/** The service has no longer messages. */
export const MAXIMUM_LENGTH = 500;

/** What the sender of a message receives that could not be reviewed. */
export const FAILURE_REASON = 'The message could not be reviewed. Please try again.';
