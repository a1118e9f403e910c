import { StaleReadError, type ChatApi, type Read, type Room, type WriteCondition } from './chat-api';
import { Patience, READ_LAG } from './patience';

/**
 * A write that follows from a read is sent at most this long after it. `UpdateRoom` has no version check, so it overwrites what others
 * have changed since.
 */
export const MAX_READ_AGE = 2_000;

/** @returns the write to send, or undefined if the room needs none */
export type PlanWrite = (room: Room) => ((condition: WriteCondition) => Promise<void>) | undefined;

/**
 * Reads a room and sends the write that follows from it. If the write has to wait, reads and plans again.
 *
 * @param recent an earlier read of the room, which is used while it is not too old
 * @returns the last read, or undefined if the room does not exist
 */
export async function modifyRoom(roomArn: string, planWrite: PlanWrite, api: ChatApi, recent?: Read<Room>): Promise<Read<Room> | undefined> {
  const patience = new Patience(api.now);
  let read = recent;
  for (;;) {
    if (!read || api.now > read.sentAt + MAX_READ_AGE) read = await api.findRoom(roomArn, patience);
    const write = read && planWrite(read.answer);
    if (!write) return read;
    try {
      await write({ sendBefore: read!.sentAt + MAX_READ_AGE, patience });
      return read;
    } catch (error) {
      if (!(error instanceof StaleReadError)) throw error;
      read = undefined;
    }
  }
}

/**
 * Looks a second time, when reads have caught up with earlier writes, unless the first time left no doubt.
 *
 * @param look returns whether there is no doubt
 */
export async function lookTwice(look: () => Promise<boolean>, api: ChatApi): Promise<void> {
  if (!await look() && await api.sleep(READ_LAG)) await look();
}
