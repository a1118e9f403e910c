import { isDeepStrictEqual } from 'node:util';
import type { ChatApi, Read, Room } from './chat-api';
import { undoOnFailure, type LifeCycle } from './life-cycle';
import { lookTwice, modifyRoom, type PlanWrite } from './modify-room';
import { parseRoomSettings } from './properties';
import { changeTo, isWhole, restorationOf, type Settings, type SettingsChange } from './settings-change';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';
import { areReplaced } from '../../src/custom-resources/settings-list';

/**
 * Applies settings to a room that is not part of the stack.
 *
 * @param list the settings in the template
 */
export function roomSettings(list: string | undefined): LifeCycle<RoomSettingsProperties> {
  return {
    parse: parseRoomSettings,
    physicalIdOf: props => `${props.RoomArn}/settings`,

    async onCreate(props, api) {
      await withErrorPrefix(`The settings of room ${props.RoomArn} could not be applied`, async () => {
        let before: Room;
        const apply = () => applySettings(props, {}, props.RoomArn, api, room => { if (!api.mayHaveChanged) before = room; });
        await undoOnFailure(api, apply, async sent => {
          await applyChange(props.RoomArn, room => restorationOf(room, before, props, sent), api);
        });
      });
    },

    async onUpdate(props, old, api) {
      if (isDeepStrictEqual(props, old)) return;
      await withErrorPrefix(`The settings of room ${props.RoomArn} could not be changed`, () => applySettings(props, old, props.RoomArn, api));
    },

    async onDelete(props, api, logicalId) {
      if (areReplaced(list, props.RoomArn.split('/')[1], logicalId)) {
        api.log(`The settings of room ${props.RoomArn} stay, because the template has others for it`);
        return;
      }
      await withErrorPrefix(`The settings of room ${props.RoomArn} could not be removed`, async () => {
        try {
          await applySettings({}, props, props.RoomArn, api);
        } catch (error) {
          if (!(error instanceof RoomNotFoundError)) throw error;
        }
      });
    },
  };
}

/**
 * Looks twice if the room seems to have some of it already: that may be an answer from before an earlier change.
 *
 * @param onRead called with the room each time it was read
 */
async function applySettings(
  wanted: Settings, old: Settings, roomArn: string, api: ChatApi, onRead: (room: Room) => void = () => {},
): Promise<void> {
  await lookTwice(async () => {
    let whole: boolean | undefined;
    const exists = await applyChange(roomArn, room => {
      onRead(room);
      const change = changeTo(wanted, old, room);
      whole ??= isWhole(change, wanted, old);
      return change;
    }, api);
    if (!exists) throw new RoomNotFoundError();
    return whole!;
  }, api);
}

/** Removes tags before it adds others, so that a room that has as many tags as it may have can get new ones. */
const STEPS: ((roomArn: string, change: SettingsChange, api: ChatApi) => ReturnType<PlanWrite>)[] = [
  (roomArn, { update }, api) => Object.keys(update).length > 0 ? condition => api.updateRoom(roomArn, update, condition) : undefined,
  (roomArn, { tagKeys }, api) => tagKeys.length > 0 ? condition => api.untagRoom(roomArn, tagKeys, condition) : undefined,
  (roomArn, { tags }, api) => Object.keys(tags).length > 0 ? condition => api.tagRoom(roomArn, tags, condition) : undefined,
];

/**
 * Completed steps are not repeated when the room is read again for a later one.
 *
 * @returns false if the room does not exist
 */
async function applyChange(roomArn: string, changeFor: (room: Room) => SettingsChange, api: ChatApi): Promise<boolean> {
  let read: Read<Room> | undefined;
  for (const step of STEPS) {
    read = await modifyRoom(roomArn, room => step(roomArn, changeFor(room), api), api, read);
    if (!read) return false;
  }
  return true;
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
