import {
  GetRoomCommand, IvschatClient, ListRoomsCommand, TagResourceCommand, UntagResourceCommand, UpdateRoomCommand,
  type GetRoomResponse, type ListRoomsResponse, type UpdateRoomRequest,
} from '@aws-sdk/client-ivschat';
import { CallError, classify, describeFailure, isCallError, oneLine } from './failures';
import { isExhausted, Patience, retryLimit } from './patience';

export type Room = GetRoomResponse;
export type RoomChange = Omit<UpdateRoomRequest, 'identifier'>;
export type RoomFilter = { readonly messageReviewHandlerUri: string } | { readonly loggingConfigurationIdentifier: string };

/** Time, randomness and the log. Tests use a simulated clock, so that they never wait. */
export interface Environment {
  /** Milliseconds since any fixed moment. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
  log(line: string): void;
}

export interface ChatApiOptions {
  /** Milliseconds until Lambda stops the function. */
  readonly remainingTime: number;
  /** Whether the IAM policy may be seconds old, so that a denied call is worth retrying for longer. */
  readonly grantMayBeNew: boolean;
}

/** Each operation on rooms has a documented limit of 5 calls a second for the account and region. */
const MIN_INTERVAL = 200;

/** With these values a hundred functions that start together finish in little more time than that limit needs, without a failure. */
const INITIAL_BACKOFF = 200;
const MAX_BACKOFF = 4_000;

const REQUEST_TIMEOUT = 10_000;

/** Time reserved for undoing a failed creation, and for answering CloudFormation. Less if the function has a short timeout. */
const UNDO_RESERVE = 12_000;
const ANSWER_RESERVE = 3_000;

const client = new IvschatClient({ maxAttempts: 1 });

/**
 * The operations of Amazon IVS Chat that custom resources need. Every call is paced, retried, logged and bound to a deadline here;
 * the SDK's own retries are off.
 */
export class ChatApi {
  private readonly nextSlots = new Map<string, number>();
  private readonly undoDeadline: number;
  private deadline: number;
  private changed = false;

  constructor(private readonly environment: Environment, private readonly options: ChatApiOptions) {
    const { remainingTime } = options;
    this.undoDeadline = environment.now() + remainingTime - Math.min(ANSWER_RESERVE, remainingTime / 10);
    this.deadline = this.undoDeadline - Math.min(UNDO_RESERVE, remainingTime / 4);
  }

  /** Whether a room was changed, or may have been although the call failed. */
  public get mayHaveChanged(): boolean {
    return this.changed;
  }

  /** Gives further calls the time reserved for undoing. */
  public extendDeadlineForUndo(): void {
    this.deadline = this.undoDeadline;
  }

  /** @returns undefined if the room does not exist */
  public async findRoom(roomArn: string): Promise<Room | undefined> {
    try {
      return await this.call('GetRoom', roomArn, abortSignal =>
        client.send(new GetRoomCommand({ identifier: roomArn }), { abortSignal }));
    } catch (error) {
      if (isCallError(error, 'notFound')) return undefined;
      throw error;
    }
  }

  public async updateRoom(roomArn: string, change: RoomChange): Promise<void> {
    await this.change('UpdateRoom', roomArn, abortSignal =>
      client.send(new UpdateRoomCommand({ identifier: roomArn, ...change }), { abortSignal }));
  }

  public async tagRoom(roomArn: string, tags: Record<string, string>): Promise<void> {
    await this.change('TagResource', roomArn, abortSignal =>
      client.send(new TagResourceCommand({ resourceArn: roomArn, tags }), { abortSignal }));
  }

  public async untagRoom(roomArn: string, tagKeys: string[]): Promise<void> {
    await this.change('UntagResource', roomArn, abortSignal =>
      client.send(new UntagResourceCommand({ resourceArn: roomArn, tagKeys }), { abortSignal }));
  }

  public async listRooms(filter: RoomFilter, maxResults: number, nextToken?: string): Promise<ListRoomsResponse> {
    const [resource] = Object.values(filter);
    return this.call('ListRooms', resource, abortSignal =>
      client.send(new ListRoomsCommand({ ...filter, maxResults, nextToken }), { abortSignal }));
  }

  /** @returns false, at once, if the deadline comes first */
  public async sleep(milliseconds: number): Promise<boolean> {
    if (this.environment.now() + milliseconds >= this.deadline) return false;
    if (milliseconds > 0) await this.environment.sleep(milliseconds);
    return true;
  }

  /**
   * Sleeps for longer after each failed attempt, with jitter.
   *
   * @returns false, at once, if the deadline comes first
   */
  public async backOff(failedAttempts: number): Promise<boolean> {
    const longest = Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** failedAttempts);
    return this.sleep(longest * (1 + this.environment.random()) / 2);
  }

  public log(line: string): void {
    this.environment.log(oneLine(line));
  }

  private async change(operation: string, target: string, send: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    await this.call(operation, target, async signal => {
      try {
        await send(signal);
        this.changed = true;
      } catch (error) {
        this.changed ||= classify(error) === 'noResponse';
        throw error;
      }
    });
  }

  /**
   * @param target the resource, as the log and error messages name it
   * @param send sends the request once, and cancels it when the signal is aborted
   * @throws CallError
   */
  private async call<T>(operation: string, target: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const patience = new Patience(this.environment.now());
    for (;;) {
      if (!await this.sleep(this.timeToNextSlot(operation))) throw patience.lastError ?? timeoutOf(operation, target);
      const sent = this.environment.now();
      this.nextSlots.set(operation, sent + MIN_INTERVAL);
      try {
        const answer = await send(AbortSignal.timeout(Math.min(REQUEST_TIMEOUT, Math.ceil(this.deadline - sent))));
        this.log(`${operation} ${target}: succeeded`);
        return answer;
      } catch (error) {
        const kind = classify(error);
        const spent = patience.count(operation, kind, this.environment.now());
        this.log(`${operation} ${target}: ${kind} (${(error as Error).name}: ${(error as Error).message})`);
        patience.lastError = new CallError(kind, describeFailure(kind, error, { operation, target, ...spent }));
        if (isExhausted(spent, retryLimit(kind, this.options.grantMayBeNew))) throw patience.lastError;
        if (!await this.backOff(spent.attempts - 1)) throw patience.lastError;
      }
    }
  }

  private timeToNextSlot(operation: string): number {
    return Math.max(0, (this.nextSlots.get(operation) ?? -Infinity) - this.environment.now());
  }
}

function timeoutOf(operation: string, target: string): CallError {
  return new CallError('timeout', describeFailure('timeout', undefined, { operation, target, attempts: 0, time: 0 }));
}
