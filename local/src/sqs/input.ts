import { invalidParameter, missingParameter, SqsError } from './errors';
import { sizeOf, type MessageAttribute, type MessageAttributes, type OutgoingMessage } from './message';
import type { QueueDefinition } from '../contracts/queue-definition';
import { textOf } from '../http/text-of';

/** The input of an operation, as a protocol has read it. Its members may have any type. */
export type Input = Readonly<Record<string, unknown>>;

/** Documented. */
const MAXIMUM_ATTRIBUTES = 10;
const ATTRIBUTE_NAME = /^(?!aws\.|amazon\.|\.)(?!.*\.\.)[\w.-]{1,256}(?<!\.)$/i;
const DATA_TYPE = /^(String|Number|Binary)(\..{1,249})?$/;
const MAXIMUM_DELAY_SECONDS = 900;
export const MAXIMUM_VISIBILITY_SECONDS = 43_200;

/** Characters that XML 1.0 does not allow, and lone surrogates. */
const INVALID_CHARACTER = /[^\u0009\u000a\u000d\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

export function requiredString(input: Input, name: string): string {
  const value = input[name] ?? undefined;
  if (value === undefined || value === '') throw missingParameter(name);
  return checkedString(name, value);
}

/** A whole number, or undefined if it is missing. */
export function optionalInteger(input: Input, name: string, minimum: number, maximum: number): number | undefined {
  const value = input[name] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value;
  throw invalidParameter(name, value, `Must be between ${minimum} and ${maximum}, if provided.`);
}

export function stringList(input: Input, name: string): string[] {
  const value = input[name] ?? [];
  if (!Array.isArray(value)) throw serializationError(name, 'a list');
  return value.map(item => checkedString(name, item));
}

/** Entries of a batch, by id. */
export function batchEntries(input: Input): Map<string, Input> {
  const entries = input.Entries ?? [];
  if (!Array.isArray(entries) || !entries.every(isObject)) throw serializationError('Entries', 'a list of objects');
  if (entries.length === 0) throw new SqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) throw new SqsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10. You have sent ${entries.length}.`);
  const byId = new Map<string, Input>();
  for (const entry of entries) {
    const id = requiredString(entry, 'Id');
    if (!/^[\w-]{1,80}$/.test(id)) {
      throw new SqsError('InvalidBatchEntryId', 'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.');
    }
    if (byId.has(id)) throw new SqsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    byId.set(id, entry);
  }
  return byId;
}

/** The message in the input of SendMessage, or in an entry of a batch. */
export function outgoingMessage(input: Input, definition: QueueDefinition, senderId: string): OutgoingMessage {
  const body = requiredString(input, 'MessageBody');
  if (INVALID_CHARACTER.test(body)) throw new SqsError('InvalidMessageContents', 'The message contains characters outside the allowed set.');
  if ((input.MessageDeduplicationId ?? undefined) !== undefined) {
    throw invalidParameter('MessageDeduplicationId', input.MessageDeduplicationId, 'The request includes a parameter that is not valid for this queue type');
  }
  const groupId = (input.MessageGroupId ?? undefined) === undefined ? undefined : requiredString(input, 'MessageGroupId');
  const trace = messageAttributes(input, 'MessageSystemAttributes').AWSTraceHeader?.StringValue;
  const message: OutgoingMessage = {
    body,
    attributes: messageAttributes(input, 'MessageAttributes'),
    systemAttributes: { ...groupId !== undefined && { MessageGroupId: groupId }, ...trace !== undefined && { AWSTraceHeader: trace } },
    senderId,
  };
  if (sizeOf(message) > definition.maximumMessageSize) {
    throw new SqsError('InvalidParameterValue', `One or more parameters are invalid. Reason: Message must be shorter than ${definition.maximumMessageSize} bytes.`);
  }
  return message;
}

export function delaySeconds(input: Input): number | undefined {
  return optionalInteger(input, 'DelaySeconds', 0, MAXIMUM_DELAY_SECONDS);
}

function messageAttributes(input: Input, name: string): MessageAttributes {
  const attributes = input[name] ?? {};
  if (!isObject(attributes)) throw serializationError(name, 'a map');
  const entries = Object.entries(attributes);
  if (entries.length > MAXIMUM_ATTRIBUTES) {
    throw new SqsError('InvalidParameterValue', `Number of message attributes [${entries.length}] exceeds the allowed maximum [${MAXIMUM_ATTRIBUTES}].`);
  }
  return Object.fromEntries(entries.map(([key, value]) => [key, messageAttribute(key, value)]));
}

function messageAttribute(name: string, value: unknown): MessageAttribute {
  if (!isObject(value)) throw serializationError(name, 'an object');
  const invalid = (problem: string) => new SqsError('InvalidParameterValue', `The message attribute '${name}' ${problem}.`);
  if (!ATTRIBUTE_NAME.test(name)) throw invalid('has an invalid name: it must have up to 256 of A-Z, a-z, 0-9, _, - and single periods, and not begin with AWS. or Amazon.');
  const { BinaryValue, DataType, StringValue } = value;
  const kind = typeof DataType === 'string' ? DATA_TYPE.exec(DataType)?.[1] : undefined;
  if (!kind) throw invalid(`has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String, got ${textOf(DataType)}`);
  const content = kind === 'Binary' ? BinaryValue : StringValue;
  if (typeof content !== 'string' || content === '') throw invalid(`must contain non-empty message attribute value for message attribute type '${textOf(DataType)}'`);
  if (kind === 'Number' && !Number.isFinite(Number(content))) throw invalid(`must be a number, got ${content}`);
  return { DataType: DataType as string, ...kind === 'Binary' ? { BinaryValue: content } : { StringValue: content } };
}

function checkedString(name: string, value: unknown): string {
  if (typeof value !== 'string') throw serializationError(name, 'a string');
  return value;
}

function serializationError(name: string, expected: string): SqsError {
  return new SqsError('SerializationException', `${name} must be ${expected}.`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
