import type { RoomSummary } from '@aws-sdk/client-ivschat';
import type { ChatApi, RoomChange, RoomFilter } from './chat-api';
import { hasFailed } from './failures';
import type { LifeCycle } from './life-cycle';
import { parseDetachment } from './properties';
import type { DetachmentProperties } from '../../src/custom-resources/detachment';

/** Small, because the logging list of a room is written over: what was read is 2 seconds old at most at 5 rooms a second. */
const PAGE_SIZE = 10;

/** How long the list may still show rooms that were done, before they are done once more. */
const PATIENCE = [1_000, 2_000, 4_000];
const ROUNDS = 3;

/** Takes a handler or a logging configuration off every room that has it, when the stack no longer has it itself. */
export const detachment: LifeCycle<DetachmentProperties> = {
  parse: parseDetachment,
  physicalIdOf: props => `${subjectOf(props)}/detachment`,
  onCreate: async () => {},
  onUpdate: async () => {},

  async onDelete(props, api) {
    const done = new Set<string>();
    try {
      for (let round = 1; round <= ROUNDS; round++) {
        if (await takeOff(props, done, api) === 'none left') return;
      }
    } catch (error) {
      throw sentence(props, done, (error as Error).message);
    }
    throw sentence(props, done, 'some rooms are still listed with it, or have it again. Stop what gives it to them.');
  },
};

/** Rooms fall out of the list as they are done, so it is read from its start again after each page. */
async function takeOff(props: DetachmentProperties, done: Set<string>, api: ChatApi): Promise<'none left' | 'some still listed'> {
  const tried = new Set<string>();
  for (let waits = 0; ;) {
    const { untried, listed } = await search(props, tried, api);
    if (!listed) return 'none left';
    if (untried.length === 0) {
      if (waits === PATIENCE.length) return 'some still listed';
      await api.sleep(PATIENCE[waits++]);
    }
    for (const room of untried) {
      tried.add(room.arn!);
      if (await takeOffRoom(props, room, api)) done.add(room.arn!);
      waits = 0;
    }
  }
}

/** Reads on to the first page with rooms that were not tried yet: the list may be behind, and pages full of rooms that were. */
async function search(
  props: DetachmentProperties, tried: ReadonlySet<string>, api: ChatApi,
): Promise<{ readonly untried: RoomSummary[]; readonly listed: boolean }> {
  let listed = false;
  let nextToken: string | undefined;
  do {
    const page = await list(props, nextToken, api);
    const untried = page.rooms.filter(room => !tried.has(room.arn!));
    if (untried.length > 0) return { untried, listed: true };
    listed ||= page.rooms.length > 0;
    nextToken = page.nextToken;
  } while (nextToken);
  return { untried: [], listed };
}

async function list(props: DetachmentProperties, nextToken: string | undefined, api: ChatApi): Promise<{ rooms: RoomSummary[]; nextToken?: string }> {
  try {
    const page = await api.listRooms(filterOf(props), PAGE_SIZE, nextToken);
    return { rooms: page.rooms ?? [], nextToken: page.nextToken };
  } catch (error) {
    // The logging configuration is gone, and so no room has it.
    if (hasFailed(error, 'gone')) return { rooms: [] };
    throw error;
  }
}

/** @returns whether it was taken off */
async function takeOffRoom(props: DetachmentProperties, room: RoomSummary, api: ChatApi): Promise<boolean> {
  const change = changeOf(props, room);
  // The list is behind: another look at it is due.
  if (!change) return false;
  try {
    await api.updateRoom(room.arn!, change);
    return true;
  } catch (error) {
    // Gone is the room, or another logging configuration of its list: the list will tell.
    if (hasFailed(error, 'gone', 'conflict')) return false;
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
    : { loggingConfigurationIdentifier: props.LoggingConfigurationArn };
}

function subjectOf(props: DetachmentProperties): string {
  return (props.MessageReviewHandlerUri ?? props.LoggingConfigurationArn)!;
}

function sentence(props: DetachmentProperties, done: Set<string>, reason: string): Error {
  const what = `the ${props.MessageReviewHandlerUri !== undefined ? 'message review handler' : 'logging configuration'} ${subjectOf(props)}`;
  if (done.size === 0) return new Error(`Could not take ${what} off the rooms that have it: ${reason}`);
  const rooms = done.size === 1 ? '1 room' : `${done.size} rooms`;
  return new Error(`Took ${what} off ${rooms}, more are left: delete the stack again to go on. It stopped because ${reason}`);
}
