import type { IncomingMessage } from 'node:http';

/** Throws the AccessDeniedException of the service if the signer of the request lacks the permission. */
export type Authorize = (req: IncomingMessage, call: { action: string; resource: string; context: Record<string, string | string[]> }) => void;

/** An error that a service answers with, whichever service it is. */
export interface Refusal extends Error {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && typeof (error as Partial<Refusal>).status === 'number';
}
