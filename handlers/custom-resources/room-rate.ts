import { isDeepStrictEqual } from 'node:util';
import type { ChatApi } from './chat-api';
import { isCallError } from './failures';
import { undoOnFailure, type LifeCycle } from './life-cycle';
import { parseRoomRate } from './properties';
import type { RoomRateProperties } from '../../src/custom-resources/room-rate';

/** The default of the service, and the rate of a room for which CloudFormation gives none. */
const DEFAULT_RATE = 10;

/** Sets a rate that CloudFormation does not accept on a room of the stack. */
export const roomRate: LifeCycle<RoomRateProperties> = {
  parse: parseRoomRate,
  physicalIdOf: props => `${props.RoomArn}/rate`,

  async onCreate(props, api) {
    await undoOnFailure(api, () => setRate(props, api), () => resetRate(props, api));
  },

  async onUpdate(props, old, api) {
    const unchanged = props.MaximumMessageRatePerSecond === old.MaximumMessageRatePerSecond && isDeepStrictEqual(props.Room, old.Room);
    if (!unchanged) await setRate(props, api);
  },

  async onDelete(props, api) {
    try {
      await resetRate(props, api);
    } catch (error) {
      // When a room is replaced, the policy already names the new room, and the old one is deleted in the same clean-up.
      if (!isCallError(error, 'accessDenied')) throw failure(props, `be reset to ${DEFAULT_RATE}`, error);
      api.log(`Left the rate of ${props.RoomArn} unchanged: ${error.message}`);
    }
  },
};

async function setRate(props: RoomRateProperties, api: ChatApi): Promise<void> {
  try {
    await api.updateRoom(props.RoomArn, { maximumMessageRatePerSecond: props.MaximumMessageRatePerSecond });
  } catch (error) {
    throw failure(props, `be set to ${props.MaximumMessageRatePerSecond}`, error);
  }
}

/** Only if the room still has the rate of these properties: it may have been lowered since, by the template or by others. */
async function resetRate(props: RoomRateProperties, api: ChatApi): Promise<void> {
  const room = await api.findRoom(props.RoomArn);
  if (room?.maximumMessageRatePerSecond !== props.MaximumMessageRatePerSecond) return;
  try {
    await api.updateRoom(props.RoomArn, { maximumMessageRatePerSecond: DEFAULT_RATE });
  } catch (error) {
    if (!isCallError(error, 'notFound')) throw error;
  }
}

function failure(props: RoomRateProperties, action: string, error: unknown): Error {
  const reason = isCallError(error, 'notFound')
    ? 'the room no longer exists. Change the construct id of its ChatRoom, so that CloudFormation creates a new room.'
    : (error as Error).message;
  return new Error(`maximumMessageRatePerSecond of room ${props.RoomArn} could not ${action}: ${reason}`);
}
