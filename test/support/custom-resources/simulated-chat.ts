import { AsyncLocalStorage } from 'async_hooks';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { SharedClock } from './clock';
import {
  connectionReset, denied, handlerNotInvokable, internal, notFound, serviceError, throttled, type Operation,
} from './handler';

export interface SimulatedRoom {
  readonly maximumMessageLength: number;
  readonly maximumMessageRatePerSecond: number;
  /** An empty URI for none. */
  readonly messageReviewHandler: { readonly uri: string; readonly fallbackResult?: string };
  readonly loggingConfigurationIdentifiers: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

const FAILURES = {
  throttled,
  internal,
  denied,
  handlerNotInvokable,
  requestTimeout: serviceError('RequestTimeout', 408),
  expiredToken: serviceError('ExpiredTokenException', 403),
  rejected: serviceError('ValidationException', 400, 'rejected'),
  /** The request or its response is lost. */
  lost: connectionReset,
};

type SimulatedOperation = Operation | 'ListTags' | 'ListTagsForResource';

/** Calls that fail in a span of time. */
export interface Fault {
  readonly kind: keyof typeof FAILURES;
  /** @default - all */
  readonly operations?: readonly SimulatedOperation[];
  readonly from: number;
  readonly until: number;
  /** Of each call, 0 to 1. */
  readonly probability: number;
}

/** One run of the function: what it has read, and after how many writes it is killed. */
export class Invocation {
  public readonly reads = new Map<string, { readonly at: number; readonly room: SimulatedRoom }>();
  public readonly killed: Promise<void>;
  private writes = 0;
  private markKilled!: () => void;

  constructor(private readonly killAfterWrites = Infinity) {
    this.killed = new Promise(resolve => { this.markKilled = resolve; });
  }

  /** @returns whether the function was killed, and never gets an answer */
  public countWrite(): boolean {
    if (++this.writes < this.killAfterWrites) return false;
    this.markKilled();
    return true;
  }
}

/** The invocation whose calls are being served. */
export const currentInvocation = new AsyncLocalStorage<Invocation>();

export interface SimulatedChatOptions {
  readonly clock: SharedClock;
  readonly random: () => number;
  /** Reads show rooms as they were up to this long ago. */
  readonly readLag: number;
  /** For how long a new room may not be found. */
  readonly newRoomLag: number;
  /** Whether a URI, ARN or tag key is that of somebody else. */
  readonly isTheirs: (name: string) => boolean;
}

/** Reads of a room that a write follows from may be this old. */
const MAX_READ_AGE = 3_000;

/**
 * Rooms in simulated time, with reads that lag behind, faults, and other clients. It records writes that follow from a read that is too
 * old, and writes that overwrite what others have set although the read behind them shows it.
 */
export class SimulatedChat {
  public faults: readonly Fault[] = [];
  /** Whether the template declares that the room has no handler. */
  public declaresNoHandler = false;
  /** Tags of the function and the logging configuration. */
  public subjectTags: Readonly<Record<string, string>> = {};
  public readonly violations: string[] = [];
  /** What others set between a read and the write that followed from it. */
  public readonly overwritten = new Set<string>();
  public oldestRead = 0;
  private changedByOthersAt = -Infinity;

  private readonly versions = new Map<string, { readonly at: number; readonly room: SimulatedRoom }[]>();

  constructor(private readonly options: SimulatedChatOptions) {
    // Not a stub of a mock, which records every call with its stack and is too slow for thousands of lives.
    IvschatClient.prototype.send = LambdaClient.prototype.send = async ({ constructor, input }: { constructor: { name: string }; input: object }) =>
      this.serve(constructor.name.replace(/Command$/, '') as SimulatedOperation, input);
  }

  public createRoom(arn: string, room: SimulatedRoom): void {
    this.versions.set(arn, [{ at: this.now, room }]);
  }

  public room(arn: string): SimulatedRoom {
    return this.versions.get(arn)!.at(-1)!.room;
  }

  /** A room as a read may show it now, newest first. */
  public readableRooms(arn: string): SimulatedRoom[] {
    const oldest = this.roomAt(arn, this.now - this.options.readLag);
    const versions = this.versions.get(arn)!.map(({ room }) => room);
    return versions.slice(versions.indexOf(oldest)).reverse();
  }

  /** Whether a read may not show a change by others yet. */
  public hidesTheirChange(): boolean {
    return this.now - this.changedByOthersAt <= this.options.readLag;
  }

  public arns(): string[] {
    return [...this.versions.keys()];
  }

  /** Changes a room as another client. */
  public change(arn: string, change: (room: SimulatedRoom) => Partial<SimulatedRoom>): void {
    const room = this.room(arn);
    this.versions.get(arn)!.push({ at: this.now, room: { ...room, ...change(room) } });
    this.changedByOthersAt = this.now;
  }

  private get now(): number {
    return this.options.clock.now;
  }

  private async serve(operation: SimulatedOperation, input: any): Promise<object> {
    const { clock, random } = this.options;
    const latency = 10 + random() * 50;
    await clock.sleep(latency);
    const fault = this.faults.find(({ from, operations, probability, until }) =>
      this.now >= from && this.now < until && (operations?.includes(operation) ?? true) && random() < probability);
    if (fault?.kind === 'lost') {
      if (random() < 0.5) await this.answer(operation, input);
      // Lost at once, or after the time limit of a request.
      await clock.sleep(random() < 0.8 ? latency : 10_000);
    }
    if (fault) throw FAILURES[fault.kind];
    const answer = await this.answer(operation, input);
    await clock.sleep(latency);
    return answer;
  }

  private async answer(operation: SimulatedOperation, input: any): Promise<object> {
    const arn: string = input.identifier ?? input.resourceArn;
    switch (operation) {
      case 'GetRoom': return this.read(arn);
      case 'ListRooms': return this.list(input);
      case 'ListTags': return { Tags: this.subjectTags };
      case 'ListTagsForResource': return { tags: this.subjectTags };
      case 'UpdateRoom': {
        const { identifier: _, ...change } = input;
        return this.write(arn, room => ({ ...room, ...change }));
      }
      case 'TagResource': return this.write(arn, room => ({ ...room, tags: { ...room.tags, ...input.tags } }));
      case 'UntagResource': return this.write(arn, room => ({
        ...room, tags: Object.fromEntries(Object.entries(room.tags).filter(([key]) => !input.tagKeys.includes(key))),
      }));
    }
  }

  private read(arn: string): SimulatedRoom {
    this.throwIfNew(arn);
    const room = this.roomAt(arn, this.now - this.options.random() * this.options.readLag);
    currentInvocation.getStore()!.reads.set(arn, { at: this.now, room });
    return structuredClone(room);
  }

  private list({ messageReviewHandlerUri: uri, loggingConfigurationIdentifier: log, maxResults, nextToken }: any): object {
    const time = this.now - this.options.random() * this.options.readLag;
    const listed = this.arns().map(arn => ({ arn, room: this.roomAt(arn, time) }))
      .filter(({ room }) => uri ? room.messageReviewHandler.uri === uri : room.loggingConfigurationIdentifiers.includes(log));
    const start = Number(nextToken ?? 0);
    const page = listed.slice(start, start + maxResults);
    for (const { arn, room } of page) currentInvocation.getStore()!.reads.set(arn, { at: this.now, room });
    return {
      rooms: page.map(({ arn, room }) => structuredClone({ arn, ...room })),
      nextToken: start + maxResults < listed.length ? String(start + maxResults) : undefined,
    };
  }

  private async write(arn: string, change: (room: SimulatedRoom) => SimulatedRoom): Promise<object> {
    this.throwIfNew(arn);
    const before = this.room(arn);
    const after = change(before);
    const invocation = currentInvocation.getStore()!;
    this.check(invocation.reads.get(arn), before, after);
    this.versions.get(arn)!.push({ at: this.now, room: after });
    return invocation.countWrite() ? new Promise(() => {}) : {};
  }

  /** A write without a read, which sets what the template declares, may overwrite anything. */
  private check(read: { at: number; room: SimulatedRoom } | undefined, before: SimulatedRoom, after: SimulatedRoom): void {
    if (!read) return;
    const age = this.now - read.at;
    this.oldestRead = Math.max(this.oldestRead, age);
    if (age > MAX_READ_AGE) this.violations.push(`a write ${age} ms after the read that it follows from`);

    const names = (room: SimulatedRoom) => [...room.loggingConfigurationIdentifiers, ...Object.keys(room.tags)];
    const lost = names(before).filter(name => !names(after).includes(name));
    // A handler that is detached because it seems to be ours, not one that the template replaces.
    if (after.messageReviewHandler.uri === '' && !this.declaresNoHandler) lost.push(before.messageReviewHandler.uri);
    for (const name of lost.filter(this.options.isTheirs)) {
      const wasRead = [...names(read.room), read.room.messageReviewHandler.uri].includes(name);
      if (wasRead) this.violations.push(`${name} was removed, although it is theirs and was read`);
      this.overwritten.add(name);
    }
  }

  private roomAt(arn: string, time: number): SimulatedRoom {
    const versions = this.versions.get(arn)!;
    return ([...versions].reverse().find(({ at }) => at <= time) ?? versions[0]).room;
  }

  private throwIfNew(arn: string): void {
    const versions = this.versions.get(arn);
    if (!versions) throw notFound;
    if (this.now < versions[0].at + this.options.newRoomLag) throw notFound;
  }
}
