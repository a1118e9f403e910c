import { isDeepStrictEqual } from 'node:util';
import type { ChatApi } from './chat-api';
import { undoOnFailure, type LifeCycle } from './life-cycle';
import { lookTwice, modifyRoom } from './modify-room';
import { parseRoomRate } from './properties';
import type { RoomRateProperties } from '../../src/custom-resources/room-rate';
import { isCallError } from '../shared/failures';

/** The default of the service, and the rate of a room for which CloudFormation gives none. */
const DEFAULT_RATE = 10;

/** Sets a rate that CloudFormation does not accept on a room of the stack. */
export const roomRate: LifeCycle<RoomRateProperties> = {
  parse: parseRoomRate,
  physicalIdOf: props => `${props.RoomArn}/rate`,

  async onCreate(props, api) {
    await undoOnFailure(api, () => setRate(props, api), async () => {
      // The default may be the rate from before our own write.
      await resetRate(props, [props.MaximumMessageRatePerSecond, DEFAULT_RATE], api);
    });
  },

  async onUpdate(props, old, api) {
    const unchanged = props.MaximumMessageRatePerSecond === old.MaximumMessageRatePerSecond && isDeepStrictEqual(props.Room, old.Room);
    if (!unchanged) await setRate(props, api);
  },

  async onDelete(props, api) {
    try {
      await lookTwice(() => resetRate(props, [props.MaximumMessageRatePerSecond], api), api);
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

/**
 * Only if the room has one of these rates: it may have been lowered since, by the template or by others.
 *
 * @returns false if the room has another rate
 */
async function resetRate(props: RoomRateProperties, rates: number[], api: ChatApi): Promise<boolean> {
  let hasOtherRate = false;
  await modifyRoom(props.RoomArn, room => {
    hasOtherRate = !rates.includes(room.maximumMessageRatePerSecond!);
    return hasOtherRate ? undefined : condition => api.updateRoom(props.RoomArn, { maximumMessageRatePerSecond: DEFAULT_RATE }, condition);
  }, api);
  return !hasOtherRate;
}

function failure(props: RoomRateProperties, action: string, error: unknown): Error {
  const reason = isCallError(error, 'notFound')
    ? 'the room no longer exists. Change the construct id of its ChatRoom, so that CloudFormation creates a new room.'
    : (error as Error).message;
  return new Error(`maximumMessageRatePerSecond of room ${props.RoomArn} could not ${action}: ${reason}`);
}
