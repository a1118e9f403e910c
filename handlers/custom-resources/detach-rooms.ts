import type { RoomSummary } from '@aws-sdk/client-ivschat';
import { StaleReadError, type ChatApi, type RoomChange, type RoomFilter } from './chat-api';
import { MAX_READ_AGE } from './modify-room';
import { Patience, READ_LAG } from './patience';
import { CallError, isCallError } from '../shared/failures';

/** Small, because an update overwrites what has changed since the list was read: at 5 rooms a second that takes at most 2 seconds. */
const PAGE_SIZE = 10;
/** Of the service. */
const MAX_PAGE_SIZE = 50;

/** Waits for the list, which may lag behind and still show rooms that are done. */
const STALE_LIST_WAITS = [1_000, 2_000, 4_000];
/** A room that is listed for longer than these waits is updated again: it may have been attached again. */
const RETRY_AFTER = STALE_LIST_WAITS.reduce((sum, wait) => sum + wait);
const MAX_UPDATES = 3;

interface Progress {
  readonly patience: Patience;
  updates: number;
  failures: number;
  /** When to try again. */
  dueAt: number;
  lastError?: string;
}

interface Scan {
  /** Rooms of one page that can be updated now. */
  readonly due: RoomSummary[];
  /** When that page was requested. */
  readonly sentAt: number;
  /** All rooms that are listed, if none of them is due. */
  readonly listed: string[];
}

/** Updates every room that is listed with a handler or a logging configuration. A room that fails does not stop the others. */
export class RoomDetacher {
  /** Rooms that were detached. */
  public readonly detached = new Set<string>();

  /** Rooms that could not be detached, and why. */
  public readonly refused = new Map<string, string>();

  private readonly progress = new Map<string, Progress>();

  /** @param changeFor the change that detaches a room, or undefined if it is not attached */
  constructor(
    private readonly filter: RoomFilter,
    private readonly changeFor: (room: RoomSummary) => RoomChange | undefined,
    private readonly api: ChatApi,
  ) {}

  /** Returns when no room is left but those that were refused. */
  public async detachAll(): Promise<void> {
    try {
      await this.detachListed();
    } catch (error) {
      // A logging configuration that no longer exists is attached to no room.
      if (!isCallError(error, 'notFound')) throw error;
    }
  }

  /** Rooms leave the list as they are detached, so it is read from the start again after each page. */
  private async detachListed(): Promise<void> {
    let emptyLists = 0;
    for (let waits = 0; ;) {
      const { due, sentAt, listed } = await this.scan();
      if (due.length > 0) {
        await this.detach(due, sentAt);
        [emptyLists, waits] = [0, 0];
      } else if (listed.length === 0) {
        // Rooms that were attached a moment ago may be missing from the first one.
        if (++emptyLists === 2 || !await this.api.sleep(READ_LAG)) return this.forgetRefused(listed);
      } else {
        const waiting = listed.filter(arn => !this.refused.has(arn));
        if (waiting.length === 0) return this.forgetRefused(listed);
        if (!await this.waitFor(waiting, STALE_LIST_WAITS[Math.min(waits++, STALE_LIST_WAITS.length - 1)])) return;
        emptyLists = 0;
      }
    }
  }

  /** Reads up to the first page that has rooms to update: the list may begin with pages of others. */
  private async scan(): Promise<Scan> {
    const listed: string[] = [];
    const pageSize = Math.min(MAX_PAGE_SIZE, PAGE_SIZE + this.refused.size);
    let nextToken: string | undefined;
    do {
      const { answer, sentAt } = await this.api.listRooms(this.filter, pageSize, nextToken);
      const rooms = answer.rooms ?? [];
      const due = rooms.filter(({ arn }) => !this.refused.has(arn!) && this.api.now >= (this.progress.get(arn!)?.dueAt ?? -Infinity));
      if (due.length > 0) return { due, sentAt, listed };
      listed.push(...rooms.map(({ arn }) => arn!));
      nextToken = answer.nextToken;
    } while (nextToken);
    return { due: [], sentAt: NaN, listed };
  }

  private async detach(rooms: RoomSummary[], sentAt: number): Promise<void> {
    for (const room of rooms) {
      const progress = this.progressOf(room.arn!);
      if (progress.updates === MAX_UPDATES) {
        this.refuse(room.arn!, 'the room is still listed with it, or it was attached to the room again. Stop the application that attaches it.');
        continue;
      }
      try {
        await this.detachRoom(room, progress, sentAt + MAX_READ_AGE);
      } catch (error) {
        if (error instanceof StaleReadError) return;
        if (!(error instanceof CallError) || error.kind === 'throttled' || error.kind === 'timeout') throw error;
        if (error.isFinal) this.refuse(room.arn!, error.message);
        progress.dueAt = this.api.now + this.api.backOffTime(++progress.failures);
        progress.lastError = error.message;
      }
    }
  }

  private async detachRoom(room: RoomSummary, progress: Progress, sendBefore: number): Promise<void> {
    const change = this.changeFor(room);
    if (change) {
      await this.api.updateRoom(room.arn!, change, { sendBefore, patience: progress.patience, failFast: true });
      this.detached.add(room.arn!);
    }
    progress.updates++;
    progress.dueAt = this.api.now + RETRY_AFTER;
  }

  /** @returns false if the deadline comes first: then the rooms are refused */
  private async waitFor(arns: string[], longest: number): Promise<boolean> {
    const dueAt = Math.min(...arns.map(arn => this.progressOf(arn).dueAt));
    if (await this.api.sleep(Math.max(0, Math.min(longest, dueAt - this.api.now)))) return true;
    for (const arn of arns) this.refuse(arn, this.progressOf(arn).lastError ?? 'the room is still listed with it at the time limit.');
    return false;
  }

  /** Rooms that are no longer listed were deleted, or detached by others. */
  private forgetRefused(listed: string[]): void {
    for (const arn of this.refused.keys()) if (!listed.includes(arn)) this.refused.delete(arn);
  }

  private refuse(arn: string, reason: string): void {
    this.api.log(`Left ${arn} attached: ${reason}`);
    this.detached.delete(arn);
    this.refused.set(arn, reason);
  }

  private progressOf(arn: string): Progress {
    let progress = this.progress.get(arn);
    if (!progress) this.progress.set(arn, progress = { patience: new Patience(this.api.now), updates: 0, failures: 0, dueAt: -Infinity });
    return progress;
  }
}
