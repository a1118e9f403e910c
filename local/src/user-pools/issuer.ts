import type { JsonWebKey } from 'node:crypto';
import type { SignIn } from './sign-in';
import { SigningKey } from './signing-key';

/** What a user gets. */
export interface UserTokens {
  readonly idToken: string;
  readonly accessToken: string;
  /** The claim `sub` of both tokens. */
  readonly sub: string;
  /** Seconds until the access token expires. */
  readonly expiresIn: number;
}

/** An issuer of tokens, with keys of its own. */
export abstract class Issuer {
  /** Amazon Cognito signs ID tokens and access tokens with different keys. */
  protected readonly idTokenKey = new SigningKey();
  protected readonly accessTokenKey = new SigningKey();

  /** @param url the claim `iss` of its tokens */
  constructor(public readonly url: string) {}

  /** Issues the tokens of a user, who need not exist. */
  public abstract signIn(signIn: SignIn): Promise<UserTokens>;

  /** The public keys that verify its tokens. */
  public async keySet(): Promise<{ readonly keys: JsonWebKey[] }> {
    return { keys: await Promise.all([this.idTokenKey.publicKey(), this.accessTokenKey.publicKey()]) };
  }

  /** The discovery document, as far as verifiers use it: signing in is not possible at this issuer. */
  public discoveryDocument(): object {
    return {
      issuer: this.url,
      jwks_uri: `${this.base}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ['RS256'],
      response_types_supported: ['code', 'token'],
      scopes_supported: ['openid', 'email', 'phone', 'profile'],
      subject_types_supported: ['public'],
    };
  }

  /** The URL that the paths of its documents begin with. */
  public get base(): string {
    return this.url.replace(/\/$/, '');
  }
}
