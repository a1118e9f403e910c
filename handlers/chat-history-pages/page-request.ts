import { type HistoryPageRequest, MAX_PAGE_SIZE } from '../../src/history/history-page';

const ROOM_ID = /^[a-zA-Z0-9]{12}$/;
const CURSOR = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z#[a-zA-Z0-9_-]{1,64}$/;
const DEFAULT_LIMIT = 50;
const MAX_QUOTED_LENGTH = 60;

/** Callers see the name as the type of the error. */
export class InvalidHistoryRequest extends Error {
  public readonly name = 'InvalidHistoryRequest';
}

export type ParsedPageRequest = HistoryPageRequest & Required<Pick<HistoryPageRequest, 'limit'>>;

/** @throws InvalidHistoryRequest */
export function parsePageRequest(event: unknown): ParsedPageRequest {
  const { before, limit = DEFAULT_LIMIT, roomId } = (event ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof roomId !== 'string' || !ROOM_ID.test(roomId)) throw invalid('roomId', 'the ID of a room, 12 letters and digits', roomId);
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_SIZE) {
    throw invalid('limit', `a whole number from 1 to ${MAX_PAGE_SIZE}`, limit);
  }
  if (before === undefined) return { roomId, limit };
  if (typeof before !== 'string' || !CURSOR.test(before)) throw invalid('before', 'the value of an earlier answer', before);
  return { roomId, limit, before };
}

function invalid(name: string, allowed: string, value: unknown): Error {
  const got = value === undefined ? 'nothing' : JSON.stringify(value).slice(0, MAX_QUOTED_LENGTH);
  return new InvalidHistoryRequest(`${name} must be ${allowed}, got ${got}: correct the request`);
}
