import { newId } from '../ids';
import type { StringMap } from '../types';

/** A chat message as clients receive it. The order of the fields is that of a published log record. */
export interface MessageFrame {
  readonly Type: 'MESSAGE';
  readonly Id: string;
  readonly RequestId: string;
  readonly Attributes: StringMap;
  readonly Content: string;
  readonly SendTime: string;
  readonly Sender: { readonly UserId: string; readonly Attributes: StringMap };
}

export interface EventFrame {
  readonly Type: 'EVENT';
  readonly Id: string;
  readonly RequestId: string;
  readonly EventName: string;
  readonly Attributes: StringMap;
  readonly SendTime: string;
}

export interface ErrorFrame {
  readonly Type: 'ERROR';
  readonly Id: string;
  readonly RequestId?: string;
  readonly ErrorCode: ErrorCode;
  readonly ErrorMessage: string;
}

/** Documented; with the meaning of the HTTP status of the same number. */
export type ErrorCode = 400 | 401 | 403 | 404 | 406 | 413 | 429 | 500;

/** Rejects a request with an ERROR frame. The message is for the developer of the client. */
export class RequestError extends Error {
  constructor(public readonly code: ErrorCode, message: string) {
    super(message);
  }
}

/** Time in nanoseconds, as in a published log record. */
export function sendTime(milliseconds: number): string {
  const nanoseconds = String(Math.floor(milliseconds % 1 * 1_000_000)).padStart(6, '0');
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${nanoseconds}Z`;
}

export function eventFrame(eventName: string, attributes: StringMap, now: number, requestId = ''): EventFrame {
  return {
    Type: 'EVENT',
    Id: newId(),
    RequestId: requestId,
    EventName: eventName,
    Attributes: attributes,
    SendTime: sendTime(now),
  };
}

/** @param id of the message that was denied (documented); new for other errors, as the official client drops frames with a known id */
export function errorFrame(code: ErrorCode, message: string, requestId?: string, id = newId()): ErrorFrame {
  return { Type: 'ERROR', Id: id, RequestId: requestId, ErrorCode: code, ErrorMessage: message };
}
