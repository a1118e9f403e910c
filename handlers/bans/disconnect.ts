import { DisconnectUserCommand, type IvschatClient } from '@aws-sdk/client-ivschat';
import type { Deadline } from './deadline';
import type { Rooms } from './rooms';
import { classify } from '../shared/failures';

export interface DisconnectOutcome {
  /** IDs of rooms. */
  readonly disconnectedFrom: string[];
  readonly failures: { readonly roomId: string; readonly reason: string }[];
}

/** The service accepts 100 calls a second for the account and region. Many bans at the same time need about as many seconds as hundreds. */
const INITIAL_BACKOFF = 100;
const MAX_BACKOFF = 2_000;
const REQUEST_TIMEOUT = 3_000;

/** Of one user, in different rooms. */
const PARALLEL_CALLS = 5;

/** Disconnects users, with the retries that the SDK would stop too early. */
export class Disconnector {
  /** @param client without retries */
  constructor(private readonly client: IvschatClient, private readonly rooms: Rooms, private readonly deadline: Deadline) {}

  /** Continues with the other rooms if one fails. */
  public async disconnect(roomIds: string[], userId: string, reason?: string): Promise<DisconnectOutcome> {
    const outcome: DisconnectOutcome = { disconnectedFrom: [], failures: [] };
    const waiting = [...roomIds];
    await Promise.all(Array.from({ length: PARALLEL_CALLS }, async () => {
      for (let roomId = waiting.shift(); roomId !== undefined; roomId = waiting.shift()) {
        const failure = await this.disconnectFrom(roomId, userId, reason);
        if (failure === undefined) outcome.disconnectedFrom.push(roomId);
        else outcome.failures.push({ roomId, reason: failure });
      }
    }));
    return outcome;
  }

  /** @returns why it failed, or undefined */
  private async disconnectFrom(roomId: string, userId: string, reason?: string): Promise<string | undefined> {
    for (let attempt = 1; ; attempt++) {
      try {
        const command = new DisconnectUserCommand({ roomIdentifier: this.rooms.arnOf(roomId), userId, reason });
        await this.client.send(command, { abortSignal: this.deadline.signal(REQUEST_TIMEOUT) });
        return undefined;
      } catch (error) {
        const kind = classify(error);
        // The room no longer exists, or the user is not connected.
        if (kind === 'notFound') return undefined;
        const isRetryable = kind === 'throttled' || kind === 'noResponse';
        if (!isRetryable || !await this.deadline.sleep(backOffTime(attempt))) return `${(error as Error).name}: ${(error as Error).message}`;
      }
    }
  }
}

/** With jitter, so that bans that were throttled together are not retried together. */
function backOffTime(failedAttempts: number): number {
  return Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (failedAttempts - 1)) * (0.5 + Math.random() / 2);
}
