import * as crypto from 'node:crypto';
import type { Capability, ChatToken, StringMap } from '../types';

const MINUTE_MILLISECONDS = 60_000;

/** Seen in an example of the user guide; the API reference has no number. */
const TOKEN_LIFETIME_MILLISECONDS = MINUTE_MILLISECONDS;

/** Documented in CreateChatToken. */
const DEFAULT_SESSION_MINUTES = 60;

export interface CreateChatTokenInput {
  readonly roomIdentifier: string;
  readonly userId: string;
  readonly capabilities?: readonly Capability[];
  readonly sessionDurationInMinutes?: number;
  readonly attributes?: StringMap;
}

/** Chat tokens that are neither used nor expired. */
export class ChatTokens {
  /** In order of expiry, as all tokens have the same lifetime. */
  private readonly tokens = new Map<string, ChatToken>();

  constructor(private readonly clock: () => number) {}

  public create(input: CreateChatTokenInput): object {
    const now = this.clock();
    this.forgetExpired(now);
    const tokenExpirationTime = new Date(now + TOKEN_LIFETIME_MILLISECONDS);
    const sessionExpirationTime = new Date(now + (input.sessionDurationInMinutes ?? DEFAULT_SESSION_MINUTES) * MINUTE_MILLISECONDS);
    // The client sends the token in the Sec-WebSocket-Protocol header, where base64 is not allowed (seen) and base64url is.
    const token = crypto.randomBytes(48).toString('base64url');
    this.tokens.set(token, {
      roomArn: input.roomIdentifier,
      userId: input.userId,
      capabilities: [...new Set(input.capabilities)],
      attributes: input.attributes ?? {},
      tokenExpirationTime,
      sessionExpirationTime,
    });
    return { token, tokenExpirationTime, sessionExpirationTime };
  }

  /** Returns the token and forgets it: a token is valid for one connection. */
  public redeem(token: string): ChatToken | undefined {
    this.forgetExpired(this.clock());
    const found = this.tokens.get(token);
    this.tokens.delete(token);
    return found;
  }

  private forgetExpired(now: number): void {
    for (const [token, { tokenExpirationTime }] of this.tokens) {
      if (tokenExpirationTime.getTime() > now) return;
      this.tokens.delete(token);
    }
  }
}
