import type { RoomSummary } from '@aws-sdk/client-ivschat';
import type { ChatApi, RoomChange, RoomFilter } from './chat-api';
import { RoomDetacher } from './detach-rooms';
import type { LifeCycle } from './life-cycle';
import { parseDetachment } from './properties';
import type { DetachmentProperties } from '../../src/custom-resources/detachment';

/** The rooms that an error message names. */
const MAX_NAMED_ROOMS = 10;

/** Detaches a review handler or a logging configuration from every room before it is deleted. */
export const detachment: LifeCycle<DetachmentProperties> = {
  parse: parseDetachment,
  physicalIdOf: props => `${arnOf(props)}/detachment`,
  onCreate: async () => {},
  onUpdate: async () => {},

  async onDelete(props, api) {
    const rooms = new RoomDetacher(filterOf(props), room => changeOf(props, room), api);
    try {
      if (!await isBeingDeleted(props, api)) {
        api.log(`${arnOf(props)} stays, so it is not detached`);
        return;
      }
      await rooms.detachAll();
    } catch (error) {
      throw failure(props, rooms, (error as Error).message);
    }
    if (rooms.refused.size > 0) throw failure(props, rooms);
  },
};

/**
 * CloudFormation removes the tag before it deletes a custom resource whose function or logging configuration stays. A template without
 * tags comes from an earlier version of the library: the deployment that updated this function has also replaced the custom resource.
 */
async function isBeingDeleted({ FunctionArn, LoggingConfigurationArn, TagKey }: DetachmentProperties, api: ChatApi): Promise<boolean> {
  if (TagKey === undefined) return false;
  const tags = FunctionArn === undefined ? await api.findLoggingConfigurationTags(LoggingConfigurationArn!) : await api.findFunctionTags(FunctionArn);
  // It may have been deleted outside the stack.
  return tags === undefined || Object.hasOwn(tags, TagKey);
}

function changeOf({ MessageReviewHandlerUri: uri, LoggingConfigurationArn: arn }: DetachmentProperties, room: RoomSummary): RoomChange | undefined {
  if (uri !== undefined) return room.messageReviewHandler?.uri === uri ? { messageReviewHandler: { uri: '' } } : undefined;
  const attached = room.loggingConfigurationIdentifiers ?? [];
  return attached.includes(arn!) ? { loggingConfigurationIdentifiers: attached.filter(other => other !== arn) } : undefined;
}

function filterOf(props: DetachmentProperties): RoomFilter {
  return props.MessageReviewHandlerUri !== undefined
    ? { messageReviewHandlerUri: props.MessageReviewHandlerUri }
    : { loggingConfigurationIdentifier: props.LoggingConfigurationArn! };
}

function arnOf(props: DetachmentProperties): string {
  return (props.MessageReviewHandlerUri ?? props.LoggingConfigurationArn)!;
}

/** @param stop why it stopped before it had tried all rooms */
function failure(props: DetachmentProperties, { detached, refused }: RoomDetacher, stop?: string): Error {
  const resource = `The ${props.MessageReviewHandlerUri !== undefined ? 'message review handler' : 'logging configuration'} ${arnOf(props)}`;
  if (detached.size + refused.size === 0) return new Error(`${resource} could not be detached from its rooms: ${stop}`);

  const what = `${resource} was detached from ${countRooms(detached.size)}`;
  if (refused.size === 0) return new Error(`${what}, but not from all: delete the stack again to continue. It stopped because ${stop}`);

  const [[first, reason]] = refused;
  const named = [...refused.keys()].slice(0, MAX_NAMED_ROOMS).join(', ');
  const more = refused.size > MAX_NAMED_ROOMS ? `, and ${refused.size - MAX_NAMED_ROOMS} more` : '';
  return new Error(`${what}, but not from ${countRooms(refused.size)}: ${named}${more}. `
    + 'Remove the cause, or detach these rooms with "aws ivschat update-room", and delete the stack again to continue. '
    + `${stop === undefined ? '' : `Others were not tried: it stopped because ${stop} `}The log has the reason for each room; for ${first}, ${reason}`);
}

function countRooms(count: number): string {
  return count === 1 ? '1 room' : `${count} rooms`;
}
