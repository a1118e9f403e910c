import type { DetachmentProperties } from '../../src/custom-resources/detachment';
import type { RoomRateProperties } from '../../src/custom-resources/room-rate';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';
import { MAX_LOGGING_CONFIGURATIONS, MAX_MESSAGE_LENGTH, MAX_MESSAGE_RATE } from '../../src/private/limits';

// The edge: everything comes as strings, and from whatever release the stack was deployed with. What is not known here is
// left alone, what may be missing may be missing.

type Raw = Record<string, unknown>;

export function parseRoomRate(raw: Raw): RoomRateProperties {
  return {
    RoomArn: roomArn(raw),
    MaximumMessageRatePerSecond: required(raw, 'MaximumMessageRatePerSecond', (value, name) => integer(value, name, MAX_MESSAGE_RATE)),
    Room: optional(raw, 'Room', record) ?? {},
  };
}

export function parseRoomSettings(raw: Raw): RoomSettingsProperties {
  return {
    RoomArn: roomArn(raw),
    MaximumMessageLength: optional(raw, 'MaximumMessageLength', (value, name) => integer(value, name, MAX_MESSAGE_LENGTH)),
    MaximumMessageRatePerSecond: optional(raw, 'MaximumMessageRatePerSecond', (value, name) => integer(value, name, MAX_MESSAGE_RATE)),
    MessageReviewHandler: optional(raw, 'MessageReviewHandler', handler),
    LoggingConfigurationIdentifiers: optional(raw, 'LoggingConfigurationIdentifiers', loggingConfigurations),
    Tags: optional(raw, 'Tags', tags),
  };
}

export function parseDetachment(raw: Raw): DetachmentProperties {
  const MessageReviewHandlerUri = optional(raw, 'MessageReviewHandlerUri', text);
  const LoggingConfigurationArn = optional(raw, 'LoggingConfigurationArn', text);
  if ((MessageReviewHandlerUri === undefined) === (LoggingConfigurationArn === undefined)) {
    throw new Error('Exactly one of MessageReviewHandlerUri and LoggingConfigurationArn must be given: pass the one that is to be taken off the rooms.');
  }
  return { MessageReviewHandlerUri, LoggingConfigurationArn };
}

function roomArn(raw: Raw): string {
  return required(raw, 'RoomArn', (value, name) => {
    if (typeof value !== 'string' || !/^arn:[^:]+:ivschat:[^:]+:\d+:room\/\w+$/.test(value)) throw wrong(name, 'the ARN of a room, not its id or name', value);
    return value;
  });
}

function handler(value: unknown, name: string): RoomSettingsProperties['MessageReviewHandler'] {
  const { Uri, FallbackResult } = record(value, name) as Raw;
  if (typeof Uri !== 'string') throw wrong(`${name}.Uri`, 'the ARN of a function, or empty for none', Uri);
  if (FallbackResult !== undefined && FallbackResult !== 'ALLOW' && FallbackResult !== 'DENY') {
    throw wrong(`${name}.FallbackResult`, 'ALLOW or DENY', FallbackResult);
  }
  return { Uri, FallbackResult };
}

function loggingConfigurations(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw wrong(name, 'a list of ARNs', value);
  const arns = [...new Set(value.map(item => text(item, name)))];
  if (arns.length > MAX_LOGGING_CONFIGURATIONS) throw wrong(name, `at most ${MAX_LOGGING_CONFIGURATIONS} ARNs`, value);
  return arns;
}

function tags(value: unknown, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value, name)).map(([key, item]) => {
    if (typeof item === 'object') throw wrong(`${name}.${key}`, 'a text', item);
    return [key, String(item)];
  }));
}

function integer(value: unknown, name: string, max: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > max) {
    throw wrong(name, `a whole number from 1 to ${max}`, value);
  }
  return number;
}

function text(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw wrong(name, 'an ARN', value);
  return value;
}

function record(value: unknown, name: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name, 'a map', value);
  return value;
}

function required<T>(raw: Raw, name: string, parse: (value: unknown, name: string) => T): T {
  if (raw[name] === undefined) throw new Error(`${name} is missing: deploy again with the release of cdk-ivschat that the stack was made with, or a later one.`);
  return parse(raw[name], name);
}

function optional<T>(raw: Raw, name: string, parse: (value: unknown, name: string) => T): T | undefined {
  return raw[name] === undefined ? undefined : parse(raw[name], name);
}

function wrong(name: string, allowed: string, value: unknown): Error {
  return new Error(`${name} must be ${allowed}, got ${JSON.stringify(value)}: pass such a value.`);
}
