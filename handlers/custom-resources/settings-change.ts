import type { Room, RoomChange } from './chat-api';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';
import { MAX_LOGGING_CONFIGURATIONS } from '../../src/private/limits';

/** What is to be done to a room. Empty parts are no call. */
export interface SettingsChange {
  readonly update: RoomChange;
  readonly tags: Record<string, string>;
  readonly tagKeys: string[];
}

export type Settings = Omit<RoomSettingsProperties, 'RoomArn'>;

/**
 * What makes a room be as the settings say. What they name is theirs; what they named before is taken off where it is
 * still there, except for length and rate, of which nobody knows what they were.
 *
 * All that is named goes into the update, if anything of it differs: it is one call either way. Only the logging list is
 * left out unless it changes, because it would write over what somebody else puts in at the same time.
 */
export function changeOf(room: Room, wanted: Settings, old: Settings = {}): SettingsChange {
  const messageReviewHandler = handlerOf(room, wanted, old);
  const there = room.loggingConfigurationIdentifiers ?? [];
  const logging = loggingOf(there, wanted, old);
  const loggingDiffers = !sameMembers(there, logging);
  const tags = room.tags ?? {};
  const wantedTags = wanted.Tags ?? {};

  const differs = isOther(wanted.MaximumMessageLength, room.maximumMessageLength)
    || isOther(wanted.MaximumMessageRatePerSecond, room.maximumMessageRatePerSecond)
    || (messageReviewHandler !== undefined && !isHandlerOf(room, messageReviewHandler))
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

/** What puts a room back to what it was, as far as it still is what the settings made of it. */
export function restorationOf(room: Room, before: Room, settings: Settings): SettingsChange {
  const tags = room.tags ?? {};
  const tagsBefore = before.tags ?? {};
  const oursNow = Object.entries(settings.Tags ?? {}).filter(([key, value]) => tags[key] === value && tagsBefore[key] !== value).map(([key]) => key);

  const there = room.loggingConfigurationIdentifiers ?? [];
  const added = without(settings.LoggingConfigurationIdentifiers ?? [], before.loggingConfigurationIdentifiers ?? []);
  const left = without(there, added);

  const handler = settings.MessageReviewHandler;
  const handlerIsOurs = handler !== undefined && isHandlerOf(room, handlerInput(handler)) && !isHandlerOf(before, handlerInput(handler));

  return {
    update: withoutUndefined({
      maximumMessageLength: valueBefore(settings.MaximumMessageLength, room.maximumMessageLength, before.maximumMessageLength),
      maximumMessageRatePerSecond: valueBefore(
        settings.MaximumMessageRatePerSecond, room.maximumMessageRatePerSecond, before.maximumMessageRatePerSecond),
      messageReviewHandler: handlerIsOurs ? before.messageReviewHandler ?? { uri: '' } : undefined,
      loggingConfigurationIdentifiers: left.length < there.length ? left : undefined,
    }),
    tags: Object.fromEntries(oursNow.filter(key => key in tagsBefore).map(key => [key, tagsBefore[key]])),
    tagKeys: oursNow.filter(key => !(key in tagsBefore)),
  };
}

function handlerOf(room: Room, wanted: Settings, old: Settings): RoomChange['messageReviewHandler'] {
  if (wanted.MessageReviewHandler) return handlerInput(wanted.MessageReviewHandler);
  const oldUri = old.MessageReviewHandler?.Uri;
  return oldUri && room.messageReviewHandler?.uri === oldUri ? { uri: '' } : undefined;
}

/** What is there without what is no longer named, and with what is. */
function loggingOf(there: string[], wanted: Settings, old: Settings): string[] {
  const ours = wanted.LoggingConfigurationIdentifiers ?? [];
  const kept = without(there, without(old.LoggingConfigurationIdentifiers ?? [], ours));
  const all = [...kept, ...without(ours, kept)];
  if (all.length > MAX_LOGGING_CONFIGURATIONS) {
    throw new Error(`a room has at most ${MAX_LOGGING_CONFIGURATIONS} logging configurations, and this one has `
      + `${without(kept, ours).join(', ')} already, which with the ${ours.length} of these settings is ${all.length}. `
      + 'Take some off the room, or out of the settings.');
  }
  return all;
}

function handlerInput({ Uri, FallbackResult }: NonNullable<Settings['MessageReviewHandler']>): NonNullable<RoomChange['messageReviewHandler']> {
  return withoutUndefined({ uri: Uri, fallbackResult: FallbackResult as 'ALLOW' | 'DENY' | undefined });
}

function isHandlerOf(room: Room, { uri, fallbackResult }: NonNullable<RoomChange['messageReviewHandler']>): boolean {
  const handler = room.messageReviewHandler;
  if ((handler?.uri ?? '') !== uri) return false;
  return uri === '' || fallbackResult === undefined || handler?.fallbackResult === fallbackResult;
}

function valueBefore(ours: number | undefined, now: number | undefined, before: number | undefined): number | undefined {
  return ours !== undefined && now === ours && before !== ours ? before : undefined;
}

function isOther(wanted: number | undefined, value: number | undefined): boolean {
  return wanted !== undefined && wanted !== value;
}

function without(list: string[], taken: string[]): string[] {
  return list.filter(item => !taken.includes(item));
}

function sameMembers(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every(item => other.includes(item));
}

function withoutUndefined<T extends object>(object: T): T {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;
}
