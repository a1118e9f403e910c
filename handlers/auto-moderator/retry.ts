import type { Deadline } from './deadline';
import { backOffTime, isTransient } from './failures';

/** In milliseconds. */
const TIMEOUT = 5_000;

/** Makes a call, and repeats it until the deadline while its failures are transient. */
export async function retry<T>(call: (signal: AbortSignal) => Promise<T>, deadline: Deadline, timeout = TIMEOUT): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await call(deadline.signal(timeout));
    } catch (error) {
      if (!isTransient(error) || !await deadline.sleep(backOffTime(attempts))) throw error;
    }
  }
}
