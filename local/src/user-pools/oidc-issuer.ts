import { randomUUID } from 'node:crypto';
import { ExpectedError } from '../expected-error';
import { Issuer, type UserTokens } from './issuer';
import type { SignIn } from './sign-in';

const SECONDS = 3600;

/** An OpenID Connect issuer other than a user pool. The claims that it adds to those of the standard are unknown: sign-ins have them. */
export class OidcIssuer extends Issuer {
  constructor(url: string, private readonly clock: () => number) {
    super(url);
  }

  /**
   * Issues an ID token with the claims that OpenID Connect requires, and an access token with those of RFC 9068.
   *
   * @throws ExpectedError without a client
   */
  public async signIn({ accessTokenClaims, claims, client, groups, scopes, username }: SignIn): Promise<UserTokens> {
    if (client === undefined) throw new ExpectedError(`client must be the audience of the tokens of ${this.url}, got undefined.`);
    const now = Math.floor(this.clock() / 1000);
    const common = { iss: this.url, sub: username, aud: client, iat: now, exp: now + SECONDS, jti: randomUUID(), groups };
    const [idToken, accessToken] = await Promise.all([
      this.idTokenKey.sign({ ...common, auth_time: now, ...claims }),
      this.accessTokenKey.sign({ ...common, client_id: client, scope: scopes?.join(' '), ...accessTokenClaims }),
    ]);
    return { idToken, accessToken, sub: username, expiresIn: SECONDS };
  }
}
