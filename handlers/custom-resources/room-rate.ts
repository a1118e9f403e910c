import { isDeepStrictEqual } from 'node:util';
import type { ChatApi } from './chat-api';
import { hasFailed } from './failures';
import type { LifeCycle } from './life-cycle';
import { parseRoomRate } from './properties';
import { undoingOnFailure } from './undo';
import type { RoomRateProperties } from '../../src/custom-resources/room-rate';

/** The service's own, and what CloudFormation would leave a room at. */
const DEFAULT_RATE = 10;

/** A rate that CloudFormation does not take, on a room of the stack. */
export const roomRate: LifeCycle<RoomRateProperties> = {
  parse: parseRoomRate,
  physicalIdOf: props => `${props.RoomArn}/rate`,

  async onCreate(props, api) {
    await undoingOnFailure(api, () => apply(props, api), () => takeBack(props, api));
  },

  async onUpdate(props, old, api) {
    const same = props.MaximumMessageRatePerSecond === old.MaximumMessageRatePerSecond && isDeepStrictEqual(props.Room, old.Room);
    if (!same) await apply(props, api);
  },

  async onDelete(props, api) {
    try {
      await takeBack(props, api);
    } catch (error) {
      // Where the room was replaced the policy names the new one, and the old one goes with what is cleaned up.
      if (!hasFailed(error, 'denied')) throw sentence(props, `be set back to ${DEFAULT_RATE}`, error);
      api.note(`left the rate of ${props.RoomArn} as it is: ${error.message}`);
    }
  },
};

async function apply(props: RoomRateProperties, api: ChatApi): Promise<void> {
  try {
    await api.updateRoom(props.RoomArn, { maximumMessageRatePerSecond: props.MaximumMessageRatePerSecond });
  } catch (error) {
    throw sentence(props, `be set to ${props.MaximumMessageRatePerSecond}`, error);
  }
}

/** Only where the rate is still ours: it may have been lowered since, in the template or by hand. */
async function takeBack(props: RoomRateProperties, api: ChatApi): Promise<void> {
  const room = await api.findRoom(props.RoomArn);
  if (room?.maximumMessageRatePerSecond !== props.MaximumMessageRatePerSecond) return;
  try {
    await api.updateRoom(props.RoomArn, { maximumMessageRatePerSecond: DEFAULT_RATE });
  } catch (error) {
    if (!hasFailed(error, 'gone')) throw error;
  }
}

function sentence(props: RoomRateProperties, what: string, error: unknown): Error {
  const reason = hasFailed(error, 'gone')
    ? 'the room does not exist any more. Give its ChatRoom another construct id, so that CloudFormation makes a new one.'
    : (error as Error).message;
  return new Error(`maximumMessageRatePerSecond of room ${props.RoomArn} could not ${what}: ${reason}`);
}
