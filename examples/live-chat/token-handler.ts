import { ChatTokenCapability, CreateChatTokenCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import type { APIGatewayProxyStructuredResultV2, LambdaFunctionURLEventWithIAMAuthorizer } from 'aws-lambda';

const MAX_DISPLAY_NAME_LENGTH = 64;

const chat = new IvschatClient({});

/** Who someone is in the chat and what he may do there. */
export interface ChatUser {
  readonly userId: string;
  readonly capabilities: ChatTokenCapability[];
  /** Goes to everyone with each message, so nothing private belongs here. At most 1 KB in all. */
  readonly attributes: Record<string, string>;
}

/** Who calls, as Lambda has verified it by the signature of the request. */
export interface Caller {
  readonly userId: string;
}

/**
 * Whoever may create tokens may let in any user with any capabilities, so both are decided here, from what Lambda says
 * about the caller, and never from what the request says.
 */
export function chatUserOf(caller: Caller, staffRoleId: string, displayName?: string): ChatUser {
  // The user id of an assumed role is "<id of the role>:<name of the session>".
  const isStaff = caller.userId.startsWith(`${staffRoleId}:`);
  const { DELETE_MESSAGE, DISCONNECT_USER, SEND_MESSAGE } = ChatTokenCapability;
  return {
    userId: caller.userId,
    capabilities: isStaff ? [SEND_MESSAGE, DELETE_MESSAGE, DISCONNECT_USER] : [SEND_MESSAGE],
    attributes: { ...displayName !== undefined && { displayName }, ...isStaff && { role: 'staff' } },
  };
}

/** What is wrong with a request, as a sentence for who wrote the client. */
export class BadRequest extends Error {}

/** The one thing users choose for themselves. */
export function displayNameOf(body: string): string | undefined {
  if (body === '') return undefined;
  const request = parse(body);
  const unknown = Object.keys(request).filter(key => key !== 'displayName');
  if (unknown.length > 0) throw new BadRequest(`The body may have a displayName and nothing else, not ${unknown.join(', ')}.`);
  const { displayName } = request;
  if (displayName === undefined) return undefined;
  if (typeof displayName !== 'string' || displayName.trim() === '' || displayName.length > MAX_DISPLAY_NAME_LENGTH) {
    throw new BadRequest(`displayName must be a text of 1 to ${MAX_DISPLAY_NAME_LENGTH} characters.`);
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
  // Missing if someone opens the URL to everyone by mistake, which must not make everyone a user without a name.
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
  // A token can be used once, so it must not come out of a cache.
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(body) };
}
