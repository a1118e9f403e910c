import {
  GetRoomCommand, IvschatClient, ListRoomsCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand, UpdateRoomCommand,
  type GetRoomResponse, type ListRoomsResponse, type UpdateRoomRequest,
} from '@aws-sdk/client-ivschat';
import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { CallError, classify, describeFailure, isCallError, oneLine, retryBudget } from './failures';

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
const lambda = new LambdaClient({ maxAttempts: 1 });

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

  /** @returns undefined if the logging configuration does not exist */
  public async findLoggingConfigurationTags(arn: string): Promise<Record<string, string> | undefined> {
    return this.findTags('ListTagsForResource', arn, async abortSignal =>
      (await client.send(new ListTagsForResourceCommand({ resourceArn: arn }), { abortSignal })).tags);
  }

  /** @returns undefined if the function does not exist */
  public async findFunctionTags(arn: string): Promise<Record<string, string> | undefined> {
    return this.findTags('lambda:ListTags', arn, async abortSignal =>
      (await lambda.send(new ListTagsCommand({ Resource: arn }), { abortSignal })).Tags);
  }

  private async findTags(
    operation: string, arn: string, send: (signal: AbortSignal) => Promise<Record<string, string> | undefined>,
  ): Promise<Record<string, string> | undefined> {
    try {
      return await this.call(operation, arn, send) ?? {};
    } catch (error) {
      if (isCallError(error, 'notFound')) return undefined;
      throw error;
    }
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
    try {
      await this.call(operation, target, send);
      this.changed = true;
    } catch (error) {
      this.changed ||= error instanceof CallError && error.mayHaveSucceeded;
      throw error;
    }
  }

  /**
   * @param target the resource, as the log and error messages name it
   * @param send sends the request once, and cancels it when the signal is aborted
   * @throws CallError
   */
  private async call<T>(operation: string, target: string, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const start = this.environment.now();
    let mayHaveSucceeded = false;
    let lastError: CallError | undefined;
    for (let attempts = 1; ; attempts++) {
      if (!await this.sleep(this.timeToNextSlot(operation))) {
        throw lastError ?? new CallError('timeout', describeFailure('timeout', undefined, { operation, target, attempts: 0, time: 0 }), false);
      }
      const sent = this.environment.now();
      this.nextSlots.set(operation, sent + MIN_INTERVAL);
      try {
        const answer = await send(AbortSignal.timeout(Math.min(REQUEST_TIMEOUT, Math.ceil(this.deadline - sent))));
        this.log(`${operation} ${target}: succeeded`);
        return answer;
      } catch (error) {
        const kind = classify(error);
        const time = this.environment.now() - start;
        this.log(`${operation} ${target}: ${kind} (${(error as Error).name}: ${(error as Error).message})`);
        mayHaveSucceeded ||= kind === 'noResponse';
        lastError = new CallError(kind, describeFailure(kind, error, { operation, target, attempts, time }), mayHaveSucceeded);
        const budget = retryBudget(kind, this.options.grantMayBeNew);
        if (attempts >= (budget.attempts ?? Infinity) || time >= (budget.time ?? Infinity)) throw lastError;
        if (!await this.backOff(attempts - 1)) throw lastError;
      }
    }
  }

  private timeToNextSlot(operation: string): number {
    return Math.max(0, (this.nextSlots.get(operation) ?? -Infinity) - this.environment.now());
  }
}
