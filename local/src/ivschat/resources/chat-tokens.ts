import * as crypto from 'node:crypto';
import type { Clock } from '../clock';
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

interface StoredToken {
  readonly token: ChatToken;
  /** Monotonic time. */
  readonly created: number;
}

/** Chat tokens that are neither used nor expired. */
export class ChatTokens {
  /** In order of creation. */
  private readonly tokens = new Map<string, StoredToken>();

  constructor(private readonly clock: Clock) {}

  public create(input: CreateChatTokenInput): object {
    this.forgetExpired();
    const now = this.clock.now();
    const tokenExpirationTime = new Date(now + TOKEN_LIFETIME_MILLISECONDS);
    const sessionExpirationTime = new Date(now + (input.sessionDurationInMinutes ?? DEFAULT_SESSION_MINUTES) * MINUTE_MILLISECONDS);
    // The client sends the token in the Sec-WebSocket-Protocol header, where base64 is not allowed (seen) and base64url is.
    const token = crypto.randomBytes(48).toString('base64url');
    const stored = {
      roomArn: input.roomIdentifier,
      userId: input.userId,
      capabilities: [...new Set(input.capabilities)],
      attributes: input.attributes ?? {},
      tokenExpirationTime,
      sessionExpirationTime,
    };
    this.tokens.set(token, { token: stored, created: this.clock.monotonic() });
    return { token, tokenExpirationTime, sessionExpirationTime };
  }

  /** Returns the token and forgets it: a token is valid for one connection. */
  public redeem(token: string): ChatToken | undefined {
    const found = this.tokens.get(token);
    this.tokens.delete(token);
    return found && !this.isExpired(found) ? found.token : undefined;
  }

  /** A token expires after its lifetime even if the clock of the machine is set back, and at the announced time even if the machine sleeps. */
  private isExpired({ created, token: { tokenExpirationTime } }: StoredToken): boolean {
    return this.isTooOld(created) || this.clock.now() >= tokenExpirationTime.getTime();
  }

  private isTooOld(created: number): boolean {
    return this.clock.monotonic() - created >= TOKEN_LIFETIME_MILLISECONDS;
  }

  private forgetExpired(): void {
    for (const [token, { created }] of this.tokens) {
      if (!this.isTooOld(created)) return;
      this.tokens.delete(token);
    }
  }
}
