/**
 * What rooms should be like after deployments and what others do in between, in as few words as it can be said.
 *
 * Outside of it is what cannot be promised: a deployment that is rolled back (a rate may stay at CloudFormation's, what others had
 * put into a list that was written over is lost, length and rate of new settings stay), tags of the whole stack, and rooms that
 * somebody deletes and the template goes on to change, which is an error.
 */

/**
 * Of a room of the stack, or of the settings of another. A room of the stack always names its handler and logging, none of them
 * too: what leaving them out does nobody knows.
 */
export interface Settings {
  readonly rate?: number;
  readonly length?: number;
  readonly reviewed: boolean;
  readonly logged: boolean;
  readonly tags: Tags;
}

export interface Template {
  /** Whether the stack has a handler and a logging configuration for rooms; both with `detachOnDelete`. */
  readonly shares: boolean;
  readonly rooms: Readonly<Record<string, Settings>>;
  readonly settings: Readonly<Record<string, Settings>>;
}

export interface Room {
  readonly rate: number;
  readonly length: number;
  readonly reviewed: boolean;
  /** Sorted. */
  readonly logs: readonly string[];
  readonly tags: Tags;
}

/** Rooms by name; those that are gone are not in it. */
export type World = Readonly<Record<string, Room>>;

export type Tags = Readonly<Record<string, string>>;

export const NEW_ROOM: Room = { rate: 10, length: 500, reviewed: false, logs: [], tags: {} };
export const OURS = 'ours';

/** @param resets whether CloudFormation's own update of a room without a rate sets it back */
export function deployed(world: World, before: Template, after: Template, resets: boolean): World {
  const names = new Set([...Object.keys(world), ...Object.keys(after.rooms)]);
  const detached = before.shares && !after.shares;
  return Object.fromEntries([...names].flatMap(name => {
    const owned = declaredRoom(world[name], before.rooms[name], after.rooms[name], resets);
    const room = owned && withSettings(owned, before.settings[name], after.settings[name]);
    return room ? [[name, detached ? { ...room, reviewed: false, logs: without(room.logs, OURS) } : room]] : [];
  }));
}

function declaredRoom(room: Room | undefined, before: Settings | undefined, after: Settings | undefined, resets: boolean): Room | undefined {
  if (!after) return before ? undefined : room;
  if (!before) return { ...NEW_ROOM, ...given(after), reviewed: after.reviewed, logs: logsOf(after), tags: after.tags };
  if (!room) return undefined;

  const isUpdated = !same(forCloudFormation(before), forCloudFormation(after));
  const updated = isUpdated ? {
    rate: resets ? 10 : room.rate,
    length: room.length,
    ...given(forCloudFormation(after)),
    reviewed: after.reviewed,
    logs: logsOf(after),
    tags: withTags(room.tags, before.tags, after.tags),
  } : room;
  if (isForApi(after.rate)) return isUpdated || before.rate !== after.rate ? { ...updated, rate: after.rate } : updated;
  return isForApi(before.rate) && updated.rate === before.rate ? { ...updated, rate: 10 } : updated;
}

/** What was named before and is not now is taken off, where it can be; the rest is as it was. */
function withSettings(room: Room, before: Settings | undefined, after: Settings | undefined): Room {
  if (same(before, after)) return room;
  const logs = before?.logged ? without(room.logs, OURS) : room.logs;
  return {
    ...room,
    ...after && given(after),
    reviewed: after?.reviewed || (room.reviewed && !before?.reviewed),
    logs: after?.logged ? [...without(logs, OURS), OURS].sort() : logs,
    tags: withTags(room.tags, before?.tags ?? {}, after?.tags ?? {}),
  };
}

function isForApi(rate: number | undefined): rate is number {
  return rate !== undefined && rate > 10;
}

function forCloudFormation(declared: Settings): Settings {
  return isForApi(declared.rate) ? { ...declared, rate: undefined } : declared;
}

function given({ length, rate }: { readonly length?: number; readonly rate?: number }): Partial<Room> {
  return { ...length !== undefined && { length }, ...rate !== undefined && { rate } };
}

function logsOf({ logged }: Settings): string[] {
  return logged ? [OURS] : [];
}

function withTags(tags: Tags, before: Tags, after: Tags): Tags {
  return { ...Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in before))), ...after };
}

function without(list: readonly string[], item: string): string[] {
  return list.filter(other => other !== item);
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
