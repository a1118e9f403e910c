import type { Caller } from '../iam/callers';

/** Whether a request is for Amazon IVS or Amazon IVS Real-Time Streaming, which sign for the same service. */
export function isIvsRequest({ service }: Caller): boolean {
  return service === 'ivs';
}
