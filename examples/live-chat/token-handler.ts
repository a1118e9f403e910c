import { ChatTokenCapability, CreateChatTokenCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import type { APIGatewayProxyStructuredResultV2, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';

const MAX_DISPLAY_NAME_LENGTH = 64;

const chat = new IvschatClient({});

/** The identity and the capabilities of a user in the chat. */
export interface ChatUser {
  readonly userId: string;
  readonly capabilities: ChatTokenCapability[];
  /** Sent to all clients with each message: no private data. At most 1 KB in total. */
  readonly attributes: Record<string, string>;
}

/** The identity that Lambda has verified with the signature of the request. */
export interface Caller {
  readonly userId: string;
}

/**
 * Derives the user from the verified caller, never from the request body: this function can create tokens for any user with any
 * capabilities.
 */
export function chatUserOf(caller: Caller, staffRoleId: string, displayName?: string): ChatUser {
  // The user id of an assumed role is "<role id>:<session name>".
  const isStaff = caller.userId.startsWith(`${staffRoleId}:`);
  const { DELETE_MESSAGE, DISCONNECT_USER, SEND_MESSAGE } = ChatTokenCapability;
  return {
    userId: caller.userId,
    capabilities: isStaff ? [SEND_MESSAGE, DELETE_MESSAGE, DISCONNECT_USER] : [SEND_MESSAGE],
    attributes: { ...displayName !== undefined && { displayName }, ...isStaff && { role: 'staff' } },
  };
}

/** An invalid request. The message is returned to the client. */
export class BadRequest extends Error {}

/** Parses the request body. The display name is the only value that users choose. */
export function displayNameOf(body: string): string | undefined {
  if (body === '') return undefined;
  const request = parse(body);
  const unknown = Object.keys(request).filter(key => key !== 'displayName');
  if (unknown.length > 0) throw new BadRequest(`The body must contain only displayName, got ${unknown.join(', ')}.`);
  const { displayName } = request;
  if (displayName === undefined) return undefined;
  if (typeof displayName !== 'string' || displayName.trim() === '' || displayName.length > MAX_DISPLAY_NAME_LENGTH) {
    throw new BadRequest(`displayName must be a string of 1 to ${MAX_DISPLAY_NAME_LENGTH} characters.`);
  }
  return displayName.trim();
}

function parse(body: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new BadRequest('The body must be JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadRequest('The body must be a JSON object.');
  return value as Record<string, unknown>;
}

export async function handler(event: LambdaFunctionURLEventWithIAMAuthorizer): Promise<APIGatewayProxyStructuredResultV2> {
  // Missing if the URL is public by mistake: then no tokens are issued.
  const caller = event.requestContext.authorizer?.iam as Caller | undefined;
  if (!caller?.userId) return respond(403, { message: 'The request must be signed with AWS credentials.' });

  let displayName: string | undefined;
  try {
    displayName = displayNameOf(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString());
  } catch (error) {
    if (error instanceof BadRequest) return respond(400, { message: error.message });
    throw error;
  }

  const { token, tokenExpirationTime, sessionExpirationTime } = await chat.send(new CreateChatTokenCommand({
    roomIdentifier: process.env.ROOM_ARN, ...chatUserOf(caller, process.env.STAFF_ROLE_ID!, displayName),
  }));
  return respond(200, { token, tokenExpirationTime, sessionExpirationTime });
}

function respond(statusCode: number, body: object): APIGatewayProxyStructuredResultV2 {
  // A token can be used only once, so the response must not be cached.
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}
