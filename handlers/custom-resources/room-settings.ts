import { isDeepStrictEqual } from 'node:util';
import type { ChatApi, Room } from './chat-api';
import { hasFailed } from './failures';
import type { LifeCycle } from './life-cycle';
import { parseRoomSettings } from './properties';
import { changeOf, restorationOf, type Settings, type SettingsChange } from './settings-change';
import { undoingOnFailure } from './undo';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';

/** How often a room is read again where the update failed because of what was read. */
const ROUNDS = 5;

/** Settings of a room the stack does not own. */
export const roomSettings: LifeCycle<RoomSettingsProperties> = {
  parse: parseRoomSettings,
  physicalIdOf: props => `${props.RoomArn}/settings`,

  async onCreate(props, api) {
    const { RoomArn } = props;
    await saying(RoomArn, 'could not be applied', async () => {
      const before = await existing(RoomArn, api);
      await undoingOnFailure(api, () => bring(before, props, {}, RoomArn, api), async () => {
        const room = await api.findRoom(RoomArn);
        if (room) await apply(RoomArn, restorationOf(room, before, props), api);
      });
    });
  },

  async onUpdate(props, old, api) {
    const { RoomArn } = props;
    if (isDeepStrictEqual(props, old)) return;
    await saying(RoomArn, 'could not be changed', async () => bring(await existing(RoomArn, api), props, old, RoomArn, api));
  },

  async onDelete(props, api) {
    const { RoomArn } = props;
    await saying(RoomArn, 'could not be taken off', async () => {
      const room = await api.findRoom(RoomArn);
      if (room) await bringUnlessGone(room, props, RoomArn, api);
    });
  },
};

async function existing(roomArn: string, api: ChatApi): Promise<Room> {
  const room = await api.findRoom(roomArn);
  if (!room) throw new RoomGone();
  return room;
}

/** `UpdateRoom` writes over the whole list and takes no version: where it fails because of that, the room is read again. */
async function bring(room: Room, wanted: Settings, old: Settings, roomArn: string, api: ChatApi): Promise<void> {
  for (let round = 1, read = room; ; round++, read = await existing(roomArn, api)) {
    try {
      return await apply(roomArn, changeOf(read, wanted, old), api);
    } catch (error) {
      // A room that is gone and a logging configuration that is gone look the same: reading tells.
      if (!hasFailed(error, 'gone', 'conflict') || round === ROUNDS || !await api.sleep(api.pauseAfter(round))) throw error;
    }
  }
}

async function bringUnlessGone(room: Room, old: Settings, roomArn: string, api: ChatApi): Promise<void> {
  try {
    await bring(room, {}, old, roomArn, api);
  } catch (error) {
    if (!(error instanceof RoomGone)) throw error;
  }
}

/** Tags go before they come, so that a room with as many as it may have can have others. */
async function apply(roomArn: string, { update, tagKeys, tags }: SettingsChange, api: ChatApi): Promise<void> {
  if (Object.keys(update).length > 0) await api.updateRoom(roomArn, update);
  if (tagKeys.length > 0) await api.untagRoom(roomArn, tagKeys);
  if (Object.keys(tags).length > 0) await api.tagRoom(roomArn, tags);
}

class RoomGone extends Error {
  constructor() {
    super('the room does not exist. Name a room that does, in the account and region of this stack, or remove the settings.');
  }
}

async function saying(roomArn: string, what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new Error(`The settings of room ${roomArn} ${what}: ${(error as Error).message}`);
  }
}
