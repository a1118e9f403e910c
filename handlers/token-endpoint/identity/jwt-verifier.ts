import {
  JwksValidationError, JwkValidationError, JwtExpiredError, JwtInvalidAudienceError, JwtInvalidIssuerError, JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError, JwtNotBeforeError, JwtParseError, KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import type { Jwks } from 'aws-jwt-verify/jwk';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import type { JwtPayload } from 'aws-jwt-verify/jwt-model';
import { JwtVerifier as Verifier } from 'aws-jwt-verify/jwt-verifier';
import { IdentityProviderKeys, KeysUnavailableError } from './identity-provider-keys';
import type { JwtSettings } from '../../../src/tokens/token-endpoint-settings';
import { Refusal } from '../http/refusal';
import type { RequestLog } from '../http/request-log';

/** Verified statements about a user. */
export type Claims = Readonly<Record<string, unknown>>;

const MAX_TOKEN_LENGTH = 8_192;
/** Of clocks, in seconds. */
const MAX_DIFFERENCE = 5;
/** In seconds. After this time, the function fetches the keys again for a token with an unknown key. */
const KEYS_RETRY_AFTER = 10;

/** Verifies the tokens of an identity provider. */
export class JwtVerifier {
  private readonly keys: IdentityProviderKeys;
  private readonly verifier: ReturnType<typeof createVerifier>;
  private keySet?: Jwks;

  constructor(private readonly settings: JwtSettings) {
    this.keys = new IdentityProviderKeys(settings);
    this.verifier = createVerifier(settings);
  }

  /** @throws Refusal */
  public async verify(token: string, log: RequestLog): Promise<Claims> {
    if (token.length > MAX_TOKEN_LENGTH) throw invalidToken(`it has more than ${MAX_TOKEN_LENGTH} characters`);
    try {
      this.use(await this.keys.keySetFor(keyIdOf(token, this.settings), log));
      return this.verifier.verifySync(token);
    } catch (error) {
      throw toRefusal(error);
    }
  }

  /** The verifier also keeps the keys in another form, by key ID. A provider may have replaced a key under the same ID. */
  private use(keySet: Jwks): void {
    if (keySet === this.keySet) return;
    this.verifier.cacheJwks(keySet);
    this.keySet = keySet;
  }
}

function createVerifier({ audience, issuer, tokenUse }: JwtSettings) {
  return Verifier.create({
    issuer,
    audience,
    graceSeconds: MAX_DIFFERENCE,
    customJwtCheck: ({ payload }: { payload: JwtPayload }) => {
      // The verifier itself accepts a token without it.
      if (payload.exp === undefined) throw invalidToken('it has no expiration time');
      if (tokenUse !== undefined && payload.token_use !== tokenUse) throw invalidToken(`the claim token_use is not ${tokenUse}`);
    },
  });
}

function keyIdOf(token: string, { issuer }: JwtSettings): string {
  const { header: { crit, kid }, payload: { iss } } = decomposeUnverifiedJwt(token);
  // Before the keys are looked at: the provider need not be asked for the keys of another one.
  if (iss !== issuer) throw invalidToken('it has another issuer');
  // Extensions that must be understood. The verifier itself ignores them. @see https://datatracker.ietf.org/doc/html/rfc7515#section-4.1.11
  if (crit !== undefined) throw invalidToken('it has critical extensions');
  if (!kid) throw invalidToken('it has no key ID');
  return kid;
}

function invalidToken(reason: string): Refusal {
  return new Refusal(401, 'invalid_token', 'The token is not valid.', { reason });
}

/** The messages of these errors contain claims. */
const REASONS: [new (...args: any[]) => Error, string][] = [
  [JwtParseError, 'it is not a JSON Web Token'],
  [KidNotFoundInJwksError, 'its key is not among the keys of the identity provider'],
  [JwtInvalidSignatureAlgorithmError, 'its algorithm is not allowed, or not that of the key'],
  [JwtInvalidSignatureError, 'its signature is wrong'],
  [JwtInvalidIssuerError, 'it has another issuer'],
  [JwtInvalidAudienceError, 'it is for another audience'],
  [JwkValidationError, 'its key is incomplete'],
];

function toRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof KeysUnavailableError || error instanceof JwksValidationError) {
    return new Refusal(503, 'keys_unavailable', 'The token cannot be verified at the moment: try again.', {
      reason: error.message, retryAfter: KEYS_RETRY_AFTER,
    });
  }
  if (error instanceof JwtExpiredError) {
    return new Refusal(401, 'token_expired', 'The token has expired: get a new one from your identity provider.');
  }
  if (error instanceof JwtNotBeforeError) return new Refusal(401, 'token_not_yet_valid', 'The token is not valid yet.');
  return invalidToken(REASONS.find(([type]) => error instanceof type)?.[1] ?? 'its key or its signature cannot be used');
}
