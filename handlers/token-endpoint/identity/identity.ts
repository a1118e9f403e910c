import { randomBytes } from 'node:crypto';
import { type Claims, JwtVerifier } from './jwt-verifier';
import type { TokenEndpointSettings } from '../../../src/tokens/token-endpoint-settings';
import { Refusal } from '../http/refusal';
import type { TokenEndpointEvent } from '../http/request';
import type { RequestLog } from '../http/request-log';
import { propertyOf } from '../property-of';

export interface User {
  readonly userId: string;
  readonly claims: Claims;
  /** Whether the request came without a token of the identity provider. */
  readonly isAnonymous: boolean;
}

/** In code points. @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_CreateChatToken.html */
const MAX_USER_ID_LENGTH = 128;

/** No other user has an ID with this prefix. */
const ANONYMOUS_PREFIX = 'anonymous:';
const ANONYMOUS_BYTES = 16;

/** A comma shows that the header was sent twice. */
const BEARER = /^Bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i;

/** Finds out who sends a request. */
export class Identification {
  private readonly verifier?: JwtVerifier;

  constructor(private readonly settings: TokenEndpointSettings) {
    const { authentication } = settings;
    if (authentication.type === 'jwt') this.verifier = new JwtVerifier(authentication);
  }

  /** @throws Refusal */
  public async identify(event: TokenEndpointEvent, log: RequestLog): Promise<User> {
    if (!this.verifier) return userOfIam(event, this.settings.userIdPrefix);
    const { authorization } = event.headers;
    if (!authorization) return this.anonymousUser();
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) throw new Refusal(401, 'invalid_token', 'Send the header authorization: Bearer <token>.');
    return userOfClaims(await this.verifier.verify(token, log), this.settings);
  }

  /** Has another ID in each request. */
  private anonymousUser(): User {
    if (this.settings.anonymousRole.role === 'refused') {
      throw new Refusal(401, 'unauthenticated', 'Send the token of your identity provider in the header authorization: Bearer <token>.');
    }
    return { userId: ANONYMOUS_PREFIX + randomBytes(ANONYMOUS_BYTES).toString('base64url'), claims: {}, isAnonymous: true };
  }
}

function userOfIam({ requestContext }: TokenEndpointEvent, prefix: string | undefined): User {
  const { accountId, userArn, userId } = requestContext.authorizer?.iam ?? {};
  if (!userId) throw new Refusal(403, 'unsigned', 'Sign the request with AWS credentials.');
  return { userId: toUserId(userId, prefix), claims: { userId, userArn, accountId }, isAnonymous: false };
}

function userOfClaims(claims: Claims, { userIdClaim, userIdPrefix }: TokenEndpointSettings): User {
  const value = propertyOf(claims, userIdClaim);
  if (typeof value !== 'string' || value === '') {
    throw new Refusal(403, 'no_user_id', 'The token does not contain your user ID.', { reason: `the claim ${userIdClaim} is not a string` });
  }
  // Before they verify it, users can enter the address of another user.
  if (userIdClaim === 'email' && !['true', true].includes(propertyOf(claims, 'email_verified') as string | boolean)) {
    throw new Refusal(403, 'email_not_verified', 'Your email address is not verified.');
  }
  return { userId: toUserId(value, userIdPrefix), claims, isAnonymous: false };
}

/** The ID as it is: users with different IDs at the identity provider must never have the same in the chat. */
function toUserId(id: string, prefix = ''): string {
  const userId = prefix + id;
  if ([...userId].length > MAX_USER_ID_LENGTH) {
    throw new Refusal(403, 'user_id_too_long', `Your user ID has more than ${MAX_USER_ID_LENGTH} characters.`);
  }
  // A lone surrogate is not a character, and every one would be sent as the same replacement character.
  if (/\p{Surrogate}/u.test(userId)) throw new Refusal(403, 'invalid_user_id', 'Your user ID contains something that is not a character.');
  if (userId.startsWith(ANONYMOUS_PREFIX)) throw new Refusal(403, 'user_id_reserved', `User IDs cannot begin with ${ANONYMOUS_PREFIX}.`);
  return userId;
}
