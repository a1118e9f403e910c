import type { OutgoingHttpHeaders } from 'node:http';

const MESSAGES = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** A response of API Gateway instead of the function's. The reason is logged, but not sent to the caller. */
export class Refusal extends Error {
  /** The message of the response. */
  public readonly body: string;

  constructor(readonly status: keyof typeof MESSAGES, readonly reason: string, readonly headers: OutgoingHttpHeaders = {}) {
    super(reason);
    this.body = MESSAGES[status];
  }
}
