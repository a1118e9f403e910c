import type { RequestLog } from './http/request-log';
import type { User } from './identity/identity';
import { propertyOf } from './property-of';
import type { AttributeSettings, RoleName } from '../../src/tokens/token-endpoint-settings';

/** Of all names and values together. @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html */
const MAX_BYTES = 1_024;

/** Line and paragraph separators are control characters in all but name. A lone surrogate is not a character. */
const REMOVED = /[\p{Cc}\p{Surrogate}\p{Bidi_Control}\u2028\u2029]/gu;

/**
 * The attributes that a chat sends to everyone with each message of a user.
 *
 * Comes without those that do not fit, because a long name must not keep anyone from the chat. `role` is the first one, so it always fits.
 *
 * @param fields of the request
 */
export function attributesOf(
  settings: Readonly<Record<string, AttributeSettings>>, role: RoleName, { claims }: User, fields: Readonly<Record<string, unknown>>, log: RequestLog,
): Record<string, string> {
  const attributes = new Map([['role', role as string]]);
  const leftOut: string[] = [];
  for (const [name, source] of Object.entries(settings)) {
    const value = 'claim' in source ? propertyOf(claims, source.claim) : propertyOf(fields, source.request);
    const text = toText(value, source.maxLength);
    if (text === '' || attributes.has(name)) continue;
    attributes.set(name, text);
    if (sizeOf(attributes) > MAX_BYTES) {
      attributes.delete(name);
      leftOut.push(name);
    }
  }
  if (leftOut.length > 0) log.add({ leftOut });
  return Object.fromEntries(attributes);
}

/** @returns an empty string for what is not text */
function toText(value: unknown, maxLength: number): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
  const characters = [...String(value).normalize('NFC').replace(REMOVED, '').trim()];
  return characters.slice(0, maxLength).join('').trim();
}

/** AWS does not document what counts, so this is all that is sent. */
function sizeOf(attributes: Map<string, string>): number {
  return Buffer.byteLength(JSON.stringify(Object.fromEntries(attributes)));
}
