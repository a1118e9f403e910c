import { isDeepStrictEqual } from 'node:util';
import type { Room, RoomChange, SentChanges } from './chat-api';
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
type Tags = Readonly<Record<string, string>>;
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
    tags: filterTags(wantedTags, (key, value) => tagOf(tags, key) !== value),
    tagKeys: Object.keys(filterTags(old.Tags ?? {}, (key, value) => tagOf(wantedTags, key) === undefined && tagOf(tags, key) === value)),
  };
}

/** Whether a change contains every difference between the old and the new settings. What is missing, the room seems to have already. */
export function isWhole({ update, tags, tagKeys }: SettingsChange, wanted: Settings, old: Settings): boolean {
  const oldTags = old.Tags ?? {};
  const wantedTags = wanted.Tags ?? {};
  const setTags = Object.keys(filterTags(wantedTags, (key, value) => tagOf(oldTags, key) !== value));
  const removedTags = Object.keys(filterTags(oldTags, key => tagOf(wantedTags, key) === undefined));

  const oldLogging = old.LoggingConfigurationIdentifiers ?? [];
  const wantedLogging = wanted.LoggingConfigurationIdentifiers ?? [];

  const setsValue = isOther(wanted.MaximumMessageLength, old.MaximumMessageLength)
    || isOther(wanted.MaximumMessageRatePerSecond, old.MaximumMessageRatePerSecond);
  const setsHandler = wanted.MessageReviewHandler
    ? !isDeepStrictEqual(wanted.MessageReviewHandler, old.MessageReviewHandler)
    : !!old.MessageReviewHandler?.Uri;
  const setsLogging = !sameMembers(oldLogging, wantedLogging);

  return (!setsValue || Object.keys(update).length > 0)
    && (!setsHandler || update.messageReviewHandler !== undefined)
    && (!setsLogging || update.loggingConfigurationIdentifiers !== undefined)
    && setTags.every(key => tagOf(tags, key) !== undefined)
    && removedTags.every(key => tagKeys.includes(key));
}

/**
 * The change that undoes what was sent: each value goes back to what it was before, unless others have changed it since. A room that
 * has the previous value is changed as well, because that may be an answer from before our own write.
 */
export function restorationOf(room: Room, before: Room, settings: Settings, { update, tags }: SentChanges): SettingsChange {
  const current = room.tags ?? {};
  const previous = before.tags ?? {};
  const changed = filterTags(tags, (key, value) =>
    tagOf(previous, key) !== value && (tagOf(current, key) === value || tagOf(current, key) === tagOf(previous, key)));

  const addedLogging = update.loggingConfigurationIdentifiers
    ? without(settings.LoggingConfigurationIdentifiers ?? [], before.loggingConfigurationIdentifiers ?? [])
    : [];

  const handler = update.messageReviewHandler;
  const handlerBefore = before.messageReviewHandler ?? { uri: '' };
  const handlerWasChanged = handler !== undefined && !hasHandler(before, handler) && (hasHandler(room, handler) || hasHandler(room, handlerBefore));

  return {
    update: withoutUndefined({
      maximumMessageLength: valueBefore(update.maximumMessageLength, room.maximumMessageLength, before.maximumMessageLength),
      maximumMessageRatePerSecond: valueBefore(
        update.maximumMessageRatePerSecond, room.maximumMessageRatePerSecond, before.maximumMessageRatePerSecond),
      messageReviewHandler: handlerWasChanged ? handlerBefore : undefined,
      loggingConfigurationIdentifiers: addedLogging.length > 0 ? without(room.loggingConfigurationIdentifiers ?? [], addedLogging) : undefined,
    }),
    tags: filterTags(previous, key => tagOf(changed, key) !== undefined),
    tagKeys: Object.keys(changed).filter(key => tagOf(previous, key) === undefined),
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

/** @returns undefined if the value was not changed by us, or has been changed again since */
function valueBefore(sent: number | undefined, current: number | undefined, before: number | undefined): number | undefined {
  return sent !== undefined && before !== sent && (current === sent || current === before) ? before : undefined;
}

/** Not inherited properties such as `constructor`, which may be keys of tags. */
function tagOf(tags: Tags, key: string): string | undefined {
  return Object.hasOwn(tags, key) ? tags[key] : undefined;
}

function filterTags(tags: Tags, predicate: (key: string, value: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key, value]) => predicate(key, value)));
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
