import { isDeepStrictEqual } from 'node:util';
import type { ChatApi, Room } from './chat-api';
import { isCallError } from './failures';
import { undoOnFailure, type LifeCycle } from './life-cycle';
import { parseRoomSettings } from './properties';
import { changeTo, restorationOf, type Settings, type SettingsChange } from './settings-change';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';

/** How often the room is read and written when the write fails because the room changed in between. */
const MAX_ROUNDS = 5;

/** Applies settings to a room that is not part of the stack. */
export const roomSettings: LifeCycle<RoomSettingsProperties> = {
  parse: parseRoomSettings,
  physicalIdOf: props => `${props.RoomArn}/settings`,

  async onCreate(props, api) {
    const { RoomArn } = props;
    await withErrorPrefix(`The settings of room ${RoomArn} could not be applied`, async () => {
      const before = await getRoom(RoomArn, api);
      await undoOnFailure(api, () => applySettings(before, props, {}, RoomArn, api), async () => {
        const room = await api.findRoom(RoomArn);
        if (room) await applyChange(RoomArn, restorationOf(room, before, props), api);
      });
    });
  },

  async onUpdate(props, old, api) {
    const { RoomArn } = props;
    if (isDeepStrictEqual(props, old)) return;
    await withErrorPrefix(`The settings of room ${RoomArn} could not be changed`, async () =>
      applySettings(await getRoom(RoomArn, api), props, old, RoomArn, api));
  },

  async onDelete(props, api) {
    const { RoomArn } = props;
    await withErrorPrefix(`The settings of room ${RoomArn} could not be removed`, async () => {
      const room = await api.findRoom(RoomArn);
      if (room) await removeSettings(room, props, RoomArn, api);
    });
  },
};

async function getRoom(roomArn: string, api: ChatApi): Promise<Room> {
  const room = await api.findRoom(roomArn);
  if (!room) throw new RoomNotFoundError();
  return room;
}

/** `UpdateRoom` replaces the whole logging list and has no version check. If it fails because the list has changed, the room is read again. */
async function applySettings(room: Room, wanted: Settings, old: Settings, roomArn: string, api: ChatApi): Promise<void> {
  for (let round = 1, current = room; ; round++, current = await getRoom(roomArn, api)) {
    try {
      return await applyChange(roomArn, changeTo(wanted, old, current), api);
    } catch (error) {
      // The error is the same for a deleted room and a deleted logging configuration. Reading the room tells them apart.
      if (!isCallError(error, 'notFound', 'conflict') || round === MAX_ROUNDS || !await api.backOff(round)) throw error;
    }
  }
}

async function removeSettings(room: Room, old: Settings, roomArn: string, api: ChatApi): Promise<void> {
  try {
    await applySettings(room, {}, old, roomArn, api);
  } catch (error) {
    if (!(error instanceof RoomNotFoundError)) throw error;
  }
}

/** Removes tags before it adds others, so that a room that has as many tags as it may have can get new ones. */
async function applyChange(roomArn: string, { update, tagKeys, tags }: SettingsChange, api: ChatApi): Promise<void> {
  if (Object.keys(update).length > 0) await api.updateRoom(roomArn, update);
  if (tagKeys.length > 0) await api.untagRoom(roomArn, tagKeys);
  if (Object.keys(tags).length > 0) await api.tagRoom(roomArn, tags);
}

class RoomNotFoundError extends Error {
  constructor() {
    super('the room does not exist. Use a room in the account and region of this stack, or remove its ChatRoomSettings.');
  }
}

async function withErrorPrefix(prefix: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`${prefix}: ${(error as Error).message}`);
  }
}
