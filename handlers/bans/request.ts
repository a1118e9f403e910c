import type { Rooms } from './rooms';
import type { BanRequest, BanUserRequest, ListBansRequest, ReportTokenLifeRequest, UnbanUserRequest } from '../../src/tokens/ban-request';
import { ALL_ROOMS } from '../shared/room-arns';

/** Minutes in ten years of 365 days. */
const MAX_MINUTES = 5_256_000;
const MAX_USER_ID_LENGTH = 128;
const MAX_TEXT_LENGTH = 256;
/** As many as a token endpoint can have. */
const MAX_ROOMS = 140;
/** Chat tokens are valid for about a minute. A session, which they start, lasts at most three hours. */
const MAX_TOKEN_LIFE = 10_800;

/** The function was invoked with something else than a `BanRequest`. Callers see the name as the type of the error. */
export class InvalidBanRequest extends Error {
  public readonly name = 'InvalidBanRequest';
}

type Raw = Readonly<Record<string, unknown>>;
type Parsers<T> = { readonly [K in keyof T]-?: (value: unknown, name: string) => T[K] };

/**
 * Checks a request.
 *
 * @returns the request, with rooms as IDs
 * @throws InvalidBanRequest
 */
export function parseBanRequest(raw: unknown, rooms: Rooms): BanRequest {
  if (!isRecord(raw)) throw invalid('request', 'an object', raw, 'send { "action": "ban", "room": "<ID>", "userId": "<ID>" }');
  const room = (value: unknown, name: string) => parseRoom(value, name, rooms);
  const { action } = raw;
  switch (action) {
    case 'ban': {
      const request = parse<BanUserRequest>(raw, {
        action: () => action,
        room,
        userId,
        disconnectFrom: optional((value, name) => parseRoomList(value, name, rooms)),
        minutes: optional((value, name) => integer(value, name, MAX_MINUTES, 'omit it for a ban without an end')),
        reason: optional(text),
        bannedBy: optional(text),
        exceptModerators: optional(boolean),
      });
      if (request.room !== ALL_ROOMS) checkDisconnectable(request.room, 'room', rooms);
      return request;
    }
    case 'unban':
      return parse<UnbanUserRequest>(raw, { action: () => action, room, userId, exceptModerators: optional(boolean) });
    case 'list':
      return parse<ListBansRequest>(raw, { action: () => action, room, after: optional(userId) });
    case 'reportTokenLife':
      return parse<ReportTokenLifeRequest>(raw, {
        action: () => action,
        seconds: (value, name) => integer(value, name, MAX_TOKEN_LIFE, 'send the number of seconds for which chat tokens are valid'),
      });
    default:
      throw invalid('action', 'ban, unban, list or reportTokenLife', action, 'send one of these');
  }
}

function parse<T extends object>(raw: Raw, parsers: Parsers<T>): T {
  // A misspelled `minutes` would make a ban last forever.
  const unknown = Object.keys(raw).find(name => !Object.hasOwn(parsers, name));
  if (unknown !== undefined) throw invalid('request', `an object with the properties ${Object.keys(parsers).join(', ')}`, unknown, 'check the name');
  const entries = Object.entries<(value: unknown, name: string) => unknown>(parsers)
    .map(([name, parser]) => [name, parser(Object.hasOwn(raw, name) ? raw[name] : undefined, name)])
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries);
}

function parseRoom(value: unknown, name: string, rooms: Rooms): string {
  if (value === ALL_ROOMS) return value;
  return parseRoomId(value, name, rooms, `, or ${ALL_ROOMS} for all rooms`);
}

function parseRoomList(value: unknown, name: string, rooms: Rooms): string[] {
  if (!Array.isArray(value)) throw invalid(name, 'a list of rooms', value, 'send a list of IDs, or omit it');
  if (value.length > MAX_ROOMS) {
    throw new InvalidBanRequest(`${name} must have up to ${MAX_ROOMS} rooms, got ${value.length}: ban the user again with the other rooms`);
  }
  return value.map((item, index) => {
    const id = parseRoomId(item, `${name}[${index}]`, rooms);
    checkDisconnectable(id, `${name}[${index}]`, rooms);
    return id;
  });
}

function parseRoomId(value: unknown, name: string, rooms: Rooms, orElse = ''): string {
  const id = typeof value === 'string' ? rooms.idOf(value) : undefined;
  if (id === undefined) throw invalid(name, `the ID or ARN of a room in the account and region of the function${orElse}`, value, 'send the ID of 12 letters and digits');
  return id;
}

function checkDisconnectable(id: string, name: string, rooms: Rooms): void {
  if (!rooms.canDisconnectFrom(id)) throw invalid(name, 'one of the rooms of the ChatBans', id, 'add the room to the property rooms of the ChatBans');
}

function userId(value: unknown, name: string): string {
  if (!isText(value, MAX_USER_ID_LENGTH) || value === '') {
    throw invalid(name, `a string of 1 to ${MAX_USER_ID_LENGTH} characters`, value, 'send the user ID for which the chat token was created');
  }
  return value;
}

function text(value: unknown, name: string): string | undefined {
  if (!isText(value, MAX_TEXT_LENGTH)) throw invalid(name, `a string of up to ${MAX_TEXT_LENGTH} characters`, value, 'send a shorter string, or omit it');
  return value === '' ? undefined : value;
}

/** Unpaired surrogates cannot be sent as UTF-8: the ban would be that of another user. */
function isText(value: unknown, maxLength: number): value is string {
  return typeof value === 'string' && [...value].length <= maxLength && !/\p{Surrogate}/u.test(value);
}

function integer(value: unknown, name: string, max: number, advice: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > max) throw invalid(name, `a whole number from 1 to ${max}`, value, advice);
  return value;
}

function boolean(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw invalid(name, 'true or false', value, 'send a Boolean, or omit it');
  return value;
}

function optional<T>(parser: (value: unknown, name: string) => T): (value: unknown, name: string) => T | undefined {
  return (value, name) => value === undefined ? undefined : parser(value, name);
}

function isRecord(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MAX_QUOTED_LENGTH = 100;

/** The value as JSON. It comes from JSON. */
function quote(value: unknown): string {
  if (value === undefined) return 'nothing';
  const characters = [...JSON.stringify(value)];
  return characters.length <= MAX_QUOTED_LENGTH ? characters.join('') : `${characters.slice(0, MAX_QUOTED_LENGTH).join('')}…`;
}

function invalid(name: string, allowed: string, value: unknown, advice: string): Error {
  return new InvalidBanRequest(`${name} must be ${allowed}, got ${quote(value)}: ${advice}`);
}
