/* eslint-disable import/no-extraneous-dependencies -- the SDK is bundled with the handler: an installed library needs none */
import {
  GetRoomCommand, IvschatClient, ListRoomsCommand, TagResourceCommand, UntagResourceCommand, UpdateRoomCommand,
  type GetRoomResponse, type ListRoomsRequest, type ListRoomsResponse, type UpdateRoomRequest,
} from '@aws-sdk/client-ivschat';
import type { Calls } from './calls';
import { CallFailed, hasFailed } from './failures';

export type Room = GetRoomResponse;
export type RoomChange = Omit<UpdateRoomRequest, 'identifier'>;
export type RoomFilter = Pick<ListRoomsRequest, 'messageReviewHandlerUri' | 'loggingConfigurationIdentifier'>;

const client = new IvschatClient({ maxAttempts: 1 });

/** The operations the custom resources need. */
export class ChatApi {
  private changed = false;

  constructor(private readonly calls: Calls) {}

  /** Whether anything was changed, or may have been although the call for it failed. */
  public get mayHaveChanged(): boolean {
    return this.changed;
  }

  /** @returns undefined if there is no such room */
  public async findRoom(roomArn: string): Promise<Room | undefined> {
    try {
      return await this.calls.call('GetRoom', roomArn, abortSignal =>
        client.send(new GetRoomCommand({ identifier: roomArn }), { abortSignal }));
    } catch (error) {
      if (hasFailed(error, 'gone')) return undefined;
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
    const target = filter.messageReviewHandlerUri ?? filter.loggingConfigurationIdentifier ?? '';
    return this.calls.call('ListRooms', target, abortSignal =>
      client.send(new ListRoomsCommand({ ...filter, maxResults, nextToken }), { abortSignal }));
  }

  /** From here on the calls take back what was done, in the time kept for that. */
  public useReserve(): void {
    this.calls.useReserve();
  }

  /** @returns whether there was the time for it */
  public async sleep(milliseconds: number): Promise<boolean> {
    return this.calls.sleep(milliseconds);
  }

  public pauseAfter(attempt: number): number {
    return this.calls.pauseAfter(attempt);
  }

  public note(line: string): void {
    this.calls.note(line);
  }

  private async change(operation: string, target: string, send: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    try {
      await this.calls.call(operation, target, send);
      this.changed = true;
    } catch (error) {
      this.changed ||= error instanceof CallFailed && error.mayHaveHappened;
      throw error;
    }
  }
}
