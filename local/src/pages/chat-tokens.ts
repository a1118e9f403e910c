import { ExpectedError } from '../expected-error';
import type { ControlPlane } from '../ivschat/api/control-plane';
import type { Room } from '../ivschat/types';

/** A request for a chat token: the input of CreateChatToken, with `room` instead of `roomIdentifier`. */
interface TokenRequest {
  /** Name, ID or ARN. @default - the only room */
  readonly room?: unknown;
  /** @default - `SEND_MESSAGE` */
  readonly capabilities?: unknown;
  readonly [field: string]: unknown;
}

const FIELDS: readonly string[] = ['attributes', 'capabilities', 'room', 'sessionDurationInMinutes', 'userId'];

/** The expiry of the token is not part of it, because the chat client would reconnect whenever it is over. */
export interface PageToken {
  readonly token: string;
  readonly sessionExpirationTime: Date;
  readonly roomArn: string;
}

/**
 * Creates a chat token for any user, for front ends whose application has no backend yet.
 *
 * @throws ExpectedError for an invalid request; one of Amazon IVS Chat for an invalid input of CreateChatToken
 */
export async function createToken(controlPlane: ControlPlane, body: unknown): Promise<PageToken> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new ExpectedError(`The body must be an object such as { "userId": "ada" }, got ${JSON.stringify(body)}.`);
  const unknown = Object.keys(body).find(name => !FIELDS.includes(name));
  if (unknown !== undefined) throw new ExpectedError(`${unknown} is not a field of a chat token: use ${FIELDS.join(', ')}.`);
  const { room, capabilities = ['SEND_MESSAGE'], ...input } = body as TokenRequest;
  const { arn: roomArn } = findRoom(controlPlane.listRooms(), room);
  const { sessionExpirationTime, token } = await controlPlane.call('CreateChatToken', { ...input, capabilities, roomIdentifier: roomArn });
  return { token, sessionExpirationTime, roomArn };
}

function findRoom(rooms: readonly Room[], room: unknown): Room {
  const found = room === undefined ? rooms : rooms.filter(({ arn, id, name }) => [arn, id, name].includes(room as string));
  if (found.length === 1) return found[0];
  const known = rooms.map(({ id, name }) => name ? `${name} (${id})` : id).join(', ');
  const choice = rooms.length === 0 ? 'there are no rooms' : `choose one of ${known}`;
  const given = room === undefined ? 'nothing' : `${JSON.stringify(room)}${found.length > 1 ? `, the name of ${found.length} rooms` : ''}`;
  throw new ExpectedError(`room must be the name, ID or ARN of one room, got ${given}: ${choice}.`);
}
