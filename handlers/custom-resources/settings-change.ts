import type { Room, RoomChange } from './chat-api';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';
import { MAX_LOGGING_CONFIGURATIONS } from '../../src/private/limits';

/** Changes to a room. An empty part needs no call. */
export interface SettingsChange {
  readonly update: RoomChange;
  readonly tags: Record<string, string>;
  readonly tagKeys: string[];
}

export type Settings = Omit<RoomSettingsProperties, 'RoomArn'>;
type HandlerSettings = NonNullable<Settings['MessageReviewHandler']>;
type HandlerChange = NonNullable<RoomChange['messageReviewHandler']>;

/**
 * The change that gives a room the wanted settings. What only the old settings name is removed if the room still has it, except for
 * length and rate, whose previous values are unknown.
 *
 * If anything differs, the update contains all wanted values, since it is one call anyway. Only the logging list is left out unless it
 * changes, because it would overwrite what others add at the same time.
 */
export function changeTo(wanted: Settings, old: Settings, room: Room): SettingsChange {
  const messageReviewHandler = handlerChange(room, wanted, old);
  const currentLogging = room.loggingConfigurationIdentifiers ?? [];
  const logging = mergeLogging(currentLogging, wanted, old);
  const loggingDiffers = !sameMembers(currentLogging, logging);
  const tags = room.tags ?? {};
  const wantedTags = wanted.Tags ?? {};

  const differs = isOther(wanted.MaximumMessageLength, room.maximumMessageLength)
    || isOther(wanted.MaximumMessageRatePerSecond, room.maximumMessageRatePerSecond)
    || (messageReviewHandler !== undefined && !hasHandler(room, messageReviewHandler))
    || loggingDiffers;

  return {
    update: differs ? withoutUndefined({
      maximumMessageLength: wanted.MaximumMessageLength,
      maximumMessageRatePerSecond: wanted.MaximumMessageRatePerSecond,
      messageReviewHandler,
      loggingConfigurationIdentifiers: loggingDiffers ? logging : undefined,
    }) : {},
    tags: Object.fromEntries(Object.entries(wantedTags).filter(([key, value]) => tags[key] !== value)),
    tagKeys: Object.entries(old.Tags ?? {}).filter(([key, value]) => !(key in wantedTags) && tags[key] === value).map(([key]) => key),
  };
}

/** The change that undoes the settings: each value goes back to what it was before, unless it has been changed again since. */
export function restorationOf(room: Room, before: Room, settings: Settings): SettingsChange {
  const tags = room.tags ?? {};
  const tagsBefore = before.tags ?? {};
  const changedTagKeys = Object.entries(settings.Tags ?? {})
    .filter(([key, value]) => tags[key] === value && tagsBefore[key] !== value)
    .map(([key]) => key);

  const currentLogging = room.loggingConfigurationIdentifiers ?? [];
  const addedLogging = without(settings.LoggingConfigurationIdentifiers ?? [], before.loggingConfigurationIdentifiers ?? []);
  const remainingLogging = without(currentLogging, addedLogging);

  const handler = settings.MessageReviewHandler && toHandlerChange(settings.MessageReviewHandler);
  const handlerWasChanged = handler !== undefined && hasHandler(room, handler) && !hasHandler(before, handler);

  return {
    update: withoutUndefined({
      maximumMessageLength: valueBefore(settings.MaximumMessageLength, room.maximumMessageLength, before.maximumMessageLength),
      maximumMessageRatePerSecond: valueBefore(
        settings.MaximumMessageRatePerSecond, room.maximumMessageRatePerSecond, before.maximumMessageRatePerSecond),
      messageReviewHandler: handlerWasChanged ? before.messageReviewHandler ?? { uri: '' } : undefined,
      loggingConfigurationIdentifiers: remainingLogging.length < currentLogging.length ? remainingLogging : undefined,
    }),
    tags: Object.fromEntries(changedTagKeys.filter(key => key in tagsBefore).map(key => [key, tagsBefore[key]])),
    tagKeys: changedTagKeys.filter(key => !(key in tagsBefore)),
  };
}

function handlerChange(room: Room, wanted: Settings, old: Settings): HandlerChange | undefined {
  if (wanted.MessageReviewHandler) return toHandlerChange(wanted.MessageReviewHandler);
  const oldUri = old.MessageReviewHandler?.Uri;
  return oldUri && room.messageReviewHandler?.uri === oldUri ? { uri: '' } : undefined;
}

/** The current list without what only the old settings name, and with what the new ones name. */
function mergeLogging(current: string[], wanted: Settings, old: Settings): string[] {
  const named = wanted.LoggingConfigurationIdentifiers ?? [];
  const kept = without(current, without(old.LoggingConfigurationIdentifiers ?? [], named));
  const all = [...kept, ...without(named, kept)];
  if (all.length > MAX_LOGGING_CONFIGURATIONS) {
    throw new Error(`a room can have at most ${MAX_LOGGING_CONFIGURATIONS} logging configurations, got ${all.length}: `
      + `${named.length} in these settings, and ${without(kept, named).join(', ')} already attached to the room. `
      + 'Remove some from the settings, or detach some from the room.');
  }
  return all;
}

function toHandlerChange({ Uri, FallbackResult }: HandlerSettings): HandlerChange {
  return withoutUndefined({ uri: Uri, fallbackResult: FallbackResult as 'ALLOW' | 'DENY' | undefined });
}

function hasHandler(room: Room, { uri, fallbackResult }: HandlerChange): boolean {
  const handler = room.messageReviewHandler;
  if ((handler?.uri ?? '') !== uri) return false;
  return uri === '' || fallbackResult === undefined || handler?.fallbackResult === fallbackResult;
}

/** @returns undefined if the value was not changed by the settings, or has been changed again since */
function valueBefore(set: number | undefined, current: number | undefined, before: number | undefined): number | undefined {
  return set !== undefined && current === set && before !== set ? before : undefined;
}

function isOther(wanted: number | undefined, current: number | undefined): boolean {
  return wanted !== undefined && wanted !== current;
}

function without(list: string[], removed: string[]): string[] {
  return list.filter(item => !removed.includes(item));
}

function sameMembers(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every(item => other.includes(item));
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
