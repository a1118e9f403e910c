import { RequestError } from './server-frames';
import { parseJson } from '../../http/parse-json';
import type { Capability, StringMap } from '../types';

const MEMBERS = ['Action', 'Attributes', 'Content', 'Id', 'Reason', 'RequestId', 'UserId'] as const;

/** Members of a request, not yet validated. */
export type Fields = { readonly [member in typeof MEMBERS[number]]?: unknown };

export const ATTRIBUTES_BYTES = 1024;
const REASON_LENGTH = 256;
const REQUEST_ID_LENGTH = 1024;
const USER_ID_LENGTH = 128;
const ACTIONS: readonly string[] = ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'] satisfies Capability[];

/** @returns undefined unless the frame is a JSON object in text */
export function parseFields(data: Buffer, isBinary: boolean): Fields | undefined {
  if (isBinary) return undefined;
  try {
    const value = parseJson(data.toString());
    return isObject(value) ? withDocumentedNames(value) : undefined;
  } catch {
    return undefined;
  }
}

const MEMBER_NAMES: ReadonlyMap<string, keyof Fields> = new Map(MEMBERS.flatMap(name => [[name, name], [name.toLowerCase(), name]]));

/** AWS documents `Content`, and its samples send `content` (seen). If a request has both, the documented name wins (guess). */
function withDocumentedNames(request: object): Fields {
  const fields: { -readonly [member in keyof Fields]: Fields[member] } = {};
  for (const [name, value] of Object.entries(request)) {
    const member = MEMBER_NAMES.get(name) ?? MEMBER_NAMES.get(name.toLowerCase());
    if (member && (name === member || !Object.hasOwn(request, member))) fields[member] = value;
  }
  return fields;
}

/** Reads the action of a request, which has the name of the capability that it needs. */
export function readAction(fields: Fields): Capability {
  const { Action, RequestId } = fields;
  if (RequestId != null && typeof RequestId !== 'string') throw new RequestError(400, 'RequestId must be a string.');
  if (typeof RequestId === 'string') checkLength(RequestId, REQUEST_ID_LENGTH, 'RequestId');
  if (typeof Action !== 'string' || !ACTIONS.includes(Action)) throw new RequestError(400, `Action must be one of ${ACTIONS.join(', ')}.`);
  return Action as Capability;
}

export function readSendMessage(fields: Fields, maximumLength: number): { content: string; attributes: StringMap } {
  const content = requiredString(fields, 'Content');
  if (isLongerThan(content, maximumLength)) {
    // Documented: 400 here, not 413.
    throw new RequestError(400, `Content has more than ${maximumLength} characters, which is the maximum message length of this room.`);
  }
  const attributes = fields.Attributes ?? {};
  if (!isStringMap(attributes)) throw new RequestError(400, 'Attributes must be an object whose values are strings.');
  if (bytesOf(attributes) > ATTRIBUTES_BYTES) throw new RequestError(413, `Attributes have more than ${ATTRIBUTES_BYTES} bytes in total.`);
  return { content, attributes };
}

export function readDeleteMessage(fields: Fields): { id: string; reason?: string } {
  const id = requiredString(fields, 'Id');
  if (!/^[a-zA-Z0-9]{12}$/.test(id)) throw new RequestError(400, 'Id must be a message id: 12 letters and digits.');
  return { id, reason: optionalReason(fields) };
}

export function readDisconnectUser(fields: Fields): { userId: string; reason?: string } {
  const userId = requiredString(fields, 'UserId');
  checkLength(userId, USER_ID_LENGTH, 'UserId');
  return { userId, reason: optionalReason(fields) };
}

export function isStringMap(value: unknown): value is StringMap {
  return isObject(value) && Object.values(value).every(item => typeof item === 'string');
}

/** Size of attributes: keys and values in UTF-8. The unit is documented; that keys count is a guess. */
export function bytesOf(attributes: StringMap): number {
  return Object.entries(attributes).reduce((bytes, [key, value]) => bytes + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
}

/** Whether a string has more than a number of code points, which is what the service counts. */
export function isLongerThan(value: string, maximum: number): boolean {
  if (value.length <= maximum) return false;
  return value.length > 2 * maximum || [...value].length > maximum;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function requiredString(fields: Fields, name: keyof Fields): string {
  const value = fields[name];
  if (typeof value !== 'string' || value === '') throw new RequestError(400, `${name} must be a non-empty string.`);
  return value;
}

function optionalReason(fields: Fields): string | undefined {
  if (fields.Reason == null) return undefined;
  const reason = requiredString(fields, 'Reason');
  checkLength(reason, REASON_LENGTH, 'Reason');
  return reason;
}

function checkLength(value: string, maximum: number, name: string): void {
  if (isLongerThan(value, maximum)) throw new RequestError(413, `${name} has more than ${maximum} characters.`);
}
