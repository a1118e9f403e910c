import type { DetachmentProperties } from '../../src/custom-resources/detachment';
import type { RoomRateProperties } from '../../src/custom-resources/room-rate';
import type { RoomSettingsProperties } from '../../src/custom-resources/room-settings';
import { MAX_LOGGING_CONFIGURATIONS, MAX_MESSAGE_LENGTH, MAX_MESSAGE_RATE } from '../../src/private/limits';

// CloudFormation sends every scalar as a string, and the template may come from any version of the library: unknown properties
// are ignored, and only what no version ever left out is required.

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
  const MessageReviewHandlerUri = optional(raw, 'MessageReviewHandlerUri', arn);
  const LoggingConfigurationArn = optional(raw, 'LoggingConfigurationArn', arn);
  if ((MessageReviewHandlerUri === undefined) === (LoggingConfigurationArn === undefined)) {
    throw new Error('Exactly one of MessageReviewHandlerUri and LoggingConfigurationArn must be set: set the one to detach from rooms.');
  }
  return { MessageReviewHandlerUri, LoggingConfigurationArn, FunctionArn: optional(raw, 'FunctionArn', arn), TagKey: optional(raw, 'TagKey', tagKey) };
}

function roomArn(raw: Raw): string {
  return required(raw, 'RoomArn', (value, name) => {
    if (typeof value !== 'string' || !/^arn:[^:]+:ivschat:[^:]+:\d+:room\/\w+$/.test(value)) throw invalid(name, 'the ARN of a room', value);
    return value;
  });
}

function handler(value: unknown, name: string): RoomSettingsProperties['MessageReviewHandler'] {
  const { Uri, FallbackResult } = record(value, name) as Raw;
  if (typeof Uri !== 'string') throw invalid(`${name}.Uri`, 'the ARN of a function, or empty to detach any handler', Uri);
  if (FallbackResult !== undefined && FallbackResult !== 'ALLOW' && FallbackResult !== 'DENY') {
    throw invalid(`${name}.FallbackResult`, 'ALLOW or DENY', FallbackResult);
  }
  return { Uri, FallbackResult };
}

function loggingConfigurations(value: unknown, name: string): string[] {
  if (!Array.isArray(value)) throw invalid(name, 'a list of ARNs', value);
  const arns = [...new Set(value.map(item => arn(item, name)))];
  if (arns.length > MAX_LOGGING_CONFIGURATIONS) throw invalid(name, `at most ${MAX_LOGGING_CONFIGURATIONS} ARNs`, value);
  return arns;
}

function tags(value: unknown, name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value, name)).map(([key, item]) => {
    if (typeof item === 'object') throw invalid(`${name}.${key}`, 'a string', item);
    return [key, String(item)];
  }));
}

function integer(value: unknown, name: string, max: number): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > max) {
    throw invalid(name, `a whole number from 1 to ${max}`, value);
  }
  return number;
}

function arn(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(name, 'an ARN', value);
  return value;
}

function tagKey(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw invalid(name, 'a tag key', value);
  return value;
}

function record(value: unknown, name: string): object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid(name, 'a map', value);
  return value;
}

function required<T>(raw: Raw, name: string, parse: (value: unknown, name: string) => T): T {
  if (raw[name] === undefined) throw new Error(`${name} is missing: deploy with the version of cdk-ivschat that created the resource, or a later one.`);
  return parse(raw[name], name);
}

function optional<T>(raw: Raw, name: string, parse: (value: unknown, name: string) => T): T | undefined {
  return raw[name] === undefined ? undefined : parse(raw[name], name);
}

function invalid(name: string, allowed: string, value: unknown): Error {
  return new Error(`${name} must be ${allowed}, got ${JSON.stringify(value)}: correct the parameter or other deployment-time value that it comes from.`);
}
