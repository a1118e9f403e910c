import type { OutgoingHttpHeaders } from 'node:http';
import type { InvocationFailure } from '../api-gateway/invoke';
import { ApiRefusal } from '../api-gateway/refusal';

const MESSAGES = {
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

/** A response of an HTTP API instead of the function's. */
export class Refusal extends ApiRefusal {
  constructor(status: keyof typeof MESSAGES, reason: string, headers: OutgoingHttpHeaders = {}) {
    super(status, MESSAGES[status], reason, headers);
  }
}

const STATUS_OF_FAILURE = { failed: 500, forbidden: 500, rejected: 500, throttled: 503, timeout: 503 } as const;

export function refusalOf({ kind, message }: InvocationFailure): Refusal {
  return new Refusal(STATUS_OF_FAILURE[kind], message);
}
