/** Why a request gets no token. The code is for programs, the message for developers. */
export class Refusal extends Error {
  /** For the log only. Never contains a token, claims or attributes. */
  public readonly reason?: string;

  /** Seconds after which it makes sense to try again. */
  public readonly retryAfter?: number;

  constructor(
    public readonly status: number, public readonly code: string, message: string,
    options: { readonly reason?: string; readonly retryAfter?: number } = {},
  ) {
    super(message);
    this.reason = options.reason;
    this.retryAfter = options.retryAfter;
  }
}

export function invalidRequest(message: string): Refusal {
  return new Refusal(400, 'invalid_request', message);
}

export function roomNotFound(reason?: string): Refusal {
  return new Refusal(404, 'room_not_found', 'The room does not exist, or tokens for it are not available here.', { reason });
}

/** A service throttles. Clients that were refused together come back at different times. */
export function busy(reason: string): Refusal {
  return new Refusal(503, 'busy', 'There are too many requests at the moment: try again.', { reason, retryAfter: randomDelay() });
}

/** Something that decides about the request has no answer, so that the request is refused. */
export function unavailable(reason: string): Refusal {
  return new Refusal(503, 'unavailable', 'The request cannot be processed at the moment: try again.', { reason, retryAfter: randomDelay() });
}

export function internalError(reason: string): Refusal {
  return new Refusal(500, 'internal', 'The request could not be processed.', { reason });
}

/** Seconds, from 1 to 4. */
function randomDelay(): number {
  return 1 + Math.floor(Math.random() * 4);
}
