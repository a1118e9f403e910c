import type { RoomSummary } from '@aws-sdk/client-ivschat';
import type { ChatApi, RoomChange, RoomFilter } from './chat-api';
import { isCallError } from './failures';
import type { LifeCycle } from './life-cycle';
import { parseDetachment } from './properties';
import type { DetachmentProperties } from '../../src/custom-resources/detachment';

/** Small, because an update overwrites the logging list of the room: at 5 rooms a second a page is at most 2 seconds old. */
const PAGE_SIZE = 10;

/** Waits for the list, which may lag behind and still show rooms that are done, before they are tried again. */
const STALE_LIST_WAITS = [1_000, 2_000, 4_000];
const MAX_ROUNDS = 3;

/** Detaches a review handler or a logging configuration from every room before it is deleted. */
export const detachment: LifeCycle<DetachmentProperties> = {
  parse: parseDetachment,
  physicalIdOf: props => `${arnOf(props)}/detachment`,
  onCreate: async () => {},
  onUpdate: async () => {},

  async onDelete(props, api) {
    const detached = new Set<string>();
    try {
      if (!await isBeingDeleted(props, api)) {
        api.log(`${arnOf(props)} stays, so it is not detached`);
        return;
      }
      for (let round = 1; round <= MAX_ROUNDS; round++) {
        if (await detachFromListedRooms(props, detached, api) === 'none left') return;
      }
    } catch (error) {
      throw failure(props, detached, (error as Error).message);
    }
    throw failure(props, detached, 'some rooms are still listed with it, or it was attached to them again. Stop the application that attaches it.');
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

/** Rooms leave the list as they are detached, so it is read from the start again after each page. */
async function detachFromListedRooms(props: DetachmentProperties, detached: Set<string>, api: ChatApi): Promise<'none left' | 'some still listed'> {
  const tried = new Set<string>();
  for (let waits = 0; ;) {
    const { untried, anyListed } = await findUntried(props, tried, api);
    if (!anyListed) return 'none left';
    if (untried.length === 0) {
      if (waits === STALE_LIST_WAITS.length) return 'some still listed';
      await api.sleep(STALE_LIST_WAITS[waits++]);
    }
    for (const room of untried) {
      tried.add(room.arn!);
      if (await detachFromRoom(props, room, api)) detached.add(room.arn!);
      waits = 0;
    }
  }
}

/** Reads up to the first page that has untried rooms: a list that lags behind may begin with pages of tried ones. */
async function findUntried(
  props: DetachmentProperties, tried: ReadonlySet<string>, api: ChatApi,
): Promise<{ readonly untried: RoomSummary[]; readonly anyListed: boolean }> {
  let anyListed = false;
  let nextToken: string | undefined;
  do {
    const page = await listRooms(props, nextToken, api);
    const untried = page.rooms.filter(room => !tried.has(room.arn!));
    if (untried.length > 0) return { untried, anyListed: true };
    anyListed ||= page.rooms.length > 0;
    nextToken = page.nextToken;
  } while (nextToken);
  return { untried: [], anyListed };
}

async function listRooms(
  props: DetachmentProperties, nextToken: string | undefined, api: ChatApi,
): Promise<{ rooms: RoomSummary[]; nextToken?: string }> {
  try {
    const page = await api.listRooms(filterOf(props), PAGE_SIZE, nextToken);
    return { rooms: page.rooms ?? [], nextToken: page.nextToken };
  } catch (error) {
    // A logging configuration that no longer exists is attached to no room.
    if (isCallError(error, 'notFound')) return { rooms: [] };
    throw error;
  }
}

/** @returns whether this call detached it */
async function detachFromRoom(props: DetachmentProperties, room: RoomSummary, api: ChatApi): Promise<boolean> {
  const change = changeOf(props, room);
  // Already detached. The next read of the list shows what is left.
  if (!change) return false;
  try {
    await api.updateRoom(room.arn!, change);
    return true;
  } catch (error) {
    // The room, or another logging configuration in its list, is gone. The next read of the list shows which.
    if (isCallError(error, 'notFound', 'conflict')) return false;
    throw error;
  }
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

function failure(props: DetachmentProperties, detached: Set<string>, reason: string): Error {
  const resource = `${props.MessageReviewHandlerUri !== undefined ? 'message review handler' : 'logging configuration'} ${arnOf(props)}`;
  if (detached.size === 0) return new Error(`The ${resource} could not be detached from its rooms: ${reason}`);
  const rooms = detached.size === 1 ? '1 room' : `${detached.size} rooms`;
  return new Error(`The ${resource} was detached from ${rooms}, but not from all: delete the stack again to continue. It stopped because ${reason}`);
}
