import type { IncomingMessage } from 'node:http';

/** Throws the service's AccessDeniedException if the signer of the request may not. */
export type Authorize = (req: IncomingMessage, call: { action: string; resource: string; context: Record<string, string | string[]> }) => void;

/** What every refusal has, whichever part of the service it comes from. */
export interface Refusal extends Error {
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && typeof (error as Partial<Refusal>).status === 'number';
}
