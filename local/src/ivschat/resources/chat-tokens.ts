import * as crypto from 'node:crypto';
import { Capability, ChatToken, StringMap } from '../types';

const MINUTE = 60_000;

/** Seen in the user guide's example; the reference only says to look at tokenExpirationTime. */
const TOKEN_LIFETIME = MINUTE;

/** Documented in CreateChatToken. */
const DEFAULT_SESSION_MINUTES = 60;

export interface CreateChatTokenInput {
  readonly roomIdentifier: string;
  readonly userId: string;
  readonly capabilities?: readonly Capability[];
  readonly sessionDurationInMinutes?: number;
  readonly attributes?: StringMap;
}

/** Tokens that have been given out and not used yet. */
export class ChatTokens {
  /** Oldest first: all live equally long. */
  private readonly tokens = new Map<string, ChatToken>();

  constructor(private readonly clock: () => number) {}

  public create(input: CreateChatTokenInput): object {
    const now = this.clock();
    this.forgetExpired(now);
    const tokenExpirationTime = new Date(now + TOKEN_LIFETIME);
    const sessionExpirationTime = new Date(now + (input.sessionDurationInMinutes ?? DEFAULT_SESSION_MINUTES) * MINUTE);
    // base64url is legal in the header Sec-WebSocket-Protocol, plain base64 is not (seen in the official client).
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
