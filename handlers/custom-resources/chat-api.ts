import {
  GetRoomCommand, IvschatClient, ListRoomsCommand, ListTagsForResourceCommand, TagResourceCommand, UntagResourceCommand, UpdateRoomCommand,
  type GetRoomResponse, type ListRoomsResponse, type UpdateRoomRequest,
} from '@aws-sdk/client-ivschat';
import { LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { isExhausted, Patience, retryLimit } from './patience';
import { keepAllTagKeys } from './tag-keys';
import { CallError, classify, describeFailure, isCallError, oneLine } from '../shared/failures';

export type Room = GetRoomResponse;
export type RoomChange = Omit<UpdateRoomRequest, 'identifier'>;
export type RoomFilter = { readonly messageReviewHandlerUri: string } | { readonly loggingConfigurationIdentifier: string };

/** The template, time, randomness and the log. Tests use a simulated clock, so that they never wait. */
export interface Environment {
  /** The `ChatRoomSettings` in the template. */
  readonly settingsList?: string;
  /** Milliseconds since any fixed moment. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
  log(line: string): void;
}

/** An answer, and when its request was sent: the age of what it says. */
export interface Read<T> {
  readonly answer: T;
  readonly sentAt: number;
}

/** How to send a write that was computed from what was read before. */
export interface WriteCondition {
  /** The write is not sent later. Instead, a `StaleReadError` is thrown, and the caller reads again. */
  readonly sendBefore: number;
  /** Shared by all attempts at one change, each of which follows a read of its own. */
  readonly patience: Patience;
  /** Retries only throttled attempts: the caller continues with other rooms before it tries this one again. */
  readonly failFast?: boolean;
}

/** What was read has become too old to write what was computed from it. */
export class StaleReadError extends Error {}

/** All that was sent to a room and may have changed it. */
export interface SentChanges {
  readonly update: RoomChange;
  readonly tags: Readonly<Record<string, string>>;
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

const client = keepAllTagKeys(new IvschatClient({ maxAttempts: 1 }));
const lambda = new LambdaClient({ maxAttempts: 1 });

/**
 * The operations of Amazon IVS Chat that custom resources need. Every call is paced, retried, logged and bound to a deadline here;
 * the SDK's own retries are off.
 */
export class ChatApi {
  private readonly nextSlots = new Map<string, number>();
  private readonly undoDeadline: number;
  private deadline: number;
  private readonly sent = { update: {} as RoomChange, tags: new Map<string, string>() };
  private roomMayBeNew = false;
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

  public get now(): number {
    return this.environment.now();
  }

  /** Retries for a while when the room does not exist: it may have been created a moment ago. */
  public expectNewRoom(): void {
    this.roomMayBeNew = true;
  }

  /**
   * Gives further calls the time reserved for undoing.
   *
   * @returns what is to be undone
   */
  public startUndo(): SentChanges {
    this.deadline = this.undoDeadline;
    return { update: { ...this.sent.update }, tags: Object.fromEntries(this.sent.tags) };
  }

  /** @returns undefined if the room does not exist */
  public async findRoom(roomArn: string, patience?: Patience): Promise<Read<Room> | undefined> {
    let sentAt = NaN;
    try {
      const answer = await this.call('GetRoom', roomArn, async abortSignal => {
        sentAt = this.now;
        return client.send(new GetRoomCommand({ identifier: roomArn }), { abortSignal });
      }, { patience });
      return { answer, sentAt };
    } catch (error) {
      if (isCallError(error, 'notFound')) return undefined;
      throw error;
    }
  }

  public async updateRoom(roomArn: string, change: RoomChange, condition?: WriteCondition): Promise<void> {
    await this.change('UpdateRoom', roomArn, async abortSignal =>
      client.send(new UpdateRoomCommand({ identifier: roomArn, ...change }), { abortSignal }),
    () => Object.assign(this.sent.update, change), condition);
  }

  public async tagRoom(roomArn: string, tags: Record<string, string>, condition?: WriteCondition): Promise<void> {
    await this.change('TagResource', roomArn, async abortSignal =>
      client.send(new TagResourceCommand({ resourceArn: roomArn, tags }), { abortSignal }),
    () => Object.entries(tags).forEach(([key, value]) => this.sent.tags.set(key, value)), condition);
  }

  public async untagRoom(roomArn: string, tagKeys: string[], condition?: WriteCondition): Promise<void> {
    await this.change('UntagResource', roomArn, async abortSignal =>
      client.send(new UntagResourceCommand({ resourceArn: roomArn, tagKeys }), { abortSignal }), () => {}, condition);
  }

  public async listRooms(filter: RoomFilter, maxResults: number, nextToken?: string): Promise<Read<ListRoomsResponse>> {
    const [resource] = Object.values(filter);
    let sentAt = NaN;
    const answer = await this.call('ListRooms', resource, async abortSignal => {
      sentAt = this.now;
      return client.send(new ListRoomsCommand({ ...filter, maxResults, nextToken }), { abortSignal });
    });
    return { answer, sentAt };
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
    if (this.now + milliseconds >= this.deadline) return false;
    if (milliseconds > 0) await this.environment.sleep(milliseconds);
    return true;
  }

  /** Milliseconds to wait after this many failed attempts: longer after each, with jitter. */
  public backOffTime(failedAttempts: number): number {
    const longest = Math.min(MAX_BACKOFF, INITIAL_BACKOFF * 2 ** (failedAttempts - 1));
    return longest * (1 + this.environment.random()) / 2;
  }

  public log(line: string): void {
    this.environment.log(oneLine(line));
  }

  /** @param record notes the change, if it was made or may have been */
  private async change(
    operation: string, target: string, send: (signal: AbortSignal) => Promise<unknown>, record: () => void, condition?: WriteCondition,
  ): Promise<void> {
    const noteChange = () => {
      this.changed = true;
      record();
    };
    await this.call(operation, target, async signal => {
      try {
        await send(signal);
        noteChange();
      } catch (error) {
        if (classify(error) === 'noResponse') noteChange();
        throw error;
      }
    }, condition);
  }

  /**
   * @param target the resource, as the log and error messages name it
   * @param send sends the request once, and cancels it when the signal is aborted
   * @throws CallError
   */
  private async call<T>(
    operation: string, target: string, send: (signal: AbortSignal) => Promise<T>,
    { patience = new Patience(this.now), sendBefore = Infinity, failFast = false }: Partial<WriteCondition> = {},
  ): Promise<T> {
    const followsRead = sendBefore < Infinity;
    for (;;) {
      if (!await this.sleep(this.timeToNextSlot(operation))) throw patience.lastError ?? timeoutOf(operation, target);
      const sent = this.now;
      if (sent > sendBefore) throw new StaleReadError();
      this.nextSlots.set(operation, sent + MIN_INTERVAL);
      try {
        const answer = await send(AbortSignal.timeout(Math.min(REQUEST_TIMEOUT, Math.ceil(this.deadline - sent))));
        this.log(`${operation} ${target}: succeeded`);
        return answer;
      } catch (error) {
        const kind = classify(error);
        const spent = patience.count(operation, kind, this.now);
        this.log(`${operation} ${target}: ${kind} (${(error as Error).name}: ${(error as Error).message})`);
        const limit = retryLimit(kind, { grant: this.options.grantMayBeNew, resource: this.roomMayBeNew || followsRead });
        const isFinal = isExhausted(spent, limit);
        patience.lastError = new CallError(kind, describeFailure(kind, error, { operation, target, ...spent }), isFinal);
        if (isFinal || (failFast && kind !== 'throttled')) throw patience.lastError;
        if (!await this.sleep(limit.wait ?? this.backOffTime(spent.attempts))) throw patience.lastError;
        // The room may be gone, or a logging configuration in its list.
        if (followsRead && (kind === 'notFound' || kind === 'conflict')) throw new StaleReadError();
      }
    }
  }

  private timeToNextSlot(operation: string): number {
    return Math.max(0, (this.nextSlots.get(operation) ?? -Infinity) - this.now);
  }
}

function timeoutOf(operation: string, target: string): CallError {
  return new CallError('timeout', describeFailure('timeout', undefined, { operation, target, attempts: 0, time: 0 }), true);
}
