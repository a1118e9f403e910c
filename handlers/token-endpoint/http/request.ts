import { invalidRequest, Refusal } from './refusal';

/** What the endpoint needs of an event of a function URL, or of an HTTP API with payload format 2.0. */
export interface TokenEndpointEvent {
  readonly requestContext: {
    readonly http: { readonly method: string };
    readonly authorizer?: { readonly iam?: IamIdentity | null };
  };
  /** Names are in lower case. The values of a header that was sent twice are joined with a comma. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

export interface IamIdentity {
  readonly userId?: string | null;
  readonly userArn?: string | null;
  readonly accountId?: string | null;
}

const ACTIONS = ['createToken', 'history', 'ban', 'unban', 'listBans'] as const;
export type Action = typeof ACTIONS[number];

/** Only moderators can do these, and they may be for all rooms. */
export type ModerationAction = Exclude<Action, 'createToken' | 'history'>;

export function isModeration(action: Action): action is ModerationAction {
  return action !== 'createToken' && action !== 'history';
}

export interface TokenRequest {
  readonly action: Action;
  /** All properties of the body. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** In bytes. */
const MAX_BODY = 4_096;
/** Base64 of a longer string cannot be allowed, so it is not decoded. */
const MAX_ENCODED_BODY = 2 * MAX_BODY;

export function readRequest({ body, headers, isBase64Encoded, requestContext }: TokenEndpointEvent): TokenRequest {
  if (requestContext.http.method !== 'POST') throw new Refusal(405, 'method_not_allowed', 'Use POST.');
  // Other sites cannot send this content type without a preflight request.
  if (!/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) {
    throw new Refusal(415, 'unsupported_media_type', 'Send the header content-type: application/json.');
  }
  const fields = parse(decode(body ?? '', isBase64Encoded ? 'base64' : 'utf8'));
  return { fields, action: readAction(fields.action) };
}

function decode(body: string, encoding: 'base64' | 'utf8'): string {
  const bytes = body.length > MAX_ENCODED_BODY ? undefined : Buffer.from(body, encoding);
  if (bytes === undefined || bytes.length > MAX_BODY) {
    throw new Refusal(413, 'too_large', `The body must have at most ${MAX_BODY} bytes.`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalidRequest('The body must be UTF-8.');
  }
}

function parse(text: string): Record<string, unknown> {
  const value = text === '' ? {} : parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidRequest('The body must be a JSON object.');
  return value as Record<string, unknown>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidRequest('The body must be JSON.');
  }
}

function readAction(action: unknown): Action {
  if (action === undefined) return 'createToken';
  if (!ACTIONS.includes(action as Action)) throw invalidRequest(`action must be one of ${ACTIONS.join(', ')}.`);
  return action as Action;
}
