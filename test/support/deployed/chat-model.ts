/**
 * A model of rooms after deployments and changes by others.
 *
 * It leaves out what the library does not guarantee: rollbacks (a rate may stay at CloudFormation's value, an overwritten logging
 * list loses what others added, length and rate of new settings stay), tags of the whole stack, and updates of rooms that were
 * deleted outside the stack, which fail.
 */

/**
 * The declared properties of a room of the stack, or of the `ChatRoomSettings` of another room. A room of the stack always declares
 * its handler and logging list, even if empty, because the effect of removing the property is not documented.
 */
export interface Settings {
  readonly rate?: number;
  readonly length?: number;
  readonly reviewed: boolean;
  readonly logged: boolean;
  readonly tags: Tags;
  /** Whether `ChatRoomSettings` name their room by a parameter instead of its ARN. */
  readonly byParameter: boolean;
}

export interface Template {
  /** Whether the stack has a shared handler and a shared logging configuration, both with `detachOnDelete`. */
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

/** Existing rooms by name. */
export type World = Readonly<Record<string, Room>>;

export type Tags = Readonly<Record<string, string>>;

export const NEW_ROOM: Room = { rate: 10, length: 500, reviewed: false, logs: [], tags: {} };
export const OURS = 'ours';

/** @param resets whether CloudFormation's own update of a room without a rate resets it to 10 */
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
  if (!before) return { ...NEW_ROOM, ...lengthAndRate(after), reviewed: after.reviewed, logs: logsOf(after), tags: after.tags };
  if (!room) return undefined;

  const isUpdated = !same(cloudFormationPart(before), cloudFormationPart(after));
  const updated = isUpdated ? {
    rate: resets ? 10 : room.rate,
    length: room.length,
    ...lengthAndRate(cloudFormationPart(after)),
    reviewed: after.reviewed,
    logs: logsOf(after),
    tags: withTags(room.tags, before.tags, after.tags),
  } : room;
  if (needsCustomResource(after.rate)) return isUpdated || before.rate !== after.rate ? { ...updated, rate: after.rate } : updated;
  return needsCustomResource(before.rate) && updated.rate === before.rate ? { ...updated, rate: 10 } : updated;
}

/** Removed settings are removed from the room, except for length and rate. The rest of the room stays as it was. */
function withSettings(room: Room, before: Settings | undefined, after: Settings | undefined): Room {
  if (same(before, after)) return room;
  // Another custom resource, which does not know what the previous one set.
  if (before && after && before.byParameter !== after.byParameter) return withSettings(room, undefined, after);
  const logs = before?.logged ? without(room.logs, OURS) : room.logs;
  return {
    ...room,
    ...after && lengthAndRate(after),
    reviewed: after?.reviewed || (room.reviewed && !before?.reviewed),
    logs: after?.logged ? [...without(logs, OURS), OURS].sort() : logs,
    tags: withTags(room.tags, before?.tags ?? {}, after?.tags ?? {}),
  };
}

function needsCustomResource(rate: number | undefined): rate is number {
  return rate !== undefined && rate > 10;
}

function cloudFormationPart(declared: Settings): Settings {
  return needsCustomResource(declared.rate) ? { ...declared, rate: undefined } : declared;
}

function lengthAndRate({ length, rate }: { readonly length?: number; readonly rate?: number }): Partial<Room> {
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
