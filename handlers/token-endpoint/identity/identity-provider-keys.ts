import { assertIsJwks, findJwkInJwks, type Jwks } from 'aws-jwt-verify/jwk';
import { isJsonObject, safeJsonParse } from 'aws-jwt-verify/safe-json-parse';
import { fetchDocument } from './fetch-document';
import type { JwtSettings } from '../../../src/tokens/token-endpoint-settings';
import type { RequestLog } from '../http/request-log';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** Keys are renewed after this time, so that withdrawn ones are not accepted for long. */
const RENEWAL_AGE = HOUR;
/** Keys that could not be renewed are used up to this age. */
const MAX_AGE = 24 * HOUR;
/** Tokens with unknown keys do not make the function fetch keys more often, because anyone can send them. */
const MIN_INTERVAL = 10 * SECOND;
/** Without any keys no user gets a token, so that it is worth trying sooner. */
const MIN_INTERVAL_WITHOUT_KEYS = SECOND;

/** There are no keys, or they may be too old to contain the one that is needed. */
export class KeysUnavailableError extends Error {}

/** The public keys of an identity provider, fetched when they are needed. */
export class IdentityProviderKeys {
  private keySet?: Jwks;
  private fetchedAt = -Infinity;
  private triedAt = -Infinity;
  private lastError = 'they have not been fetched yet';
  private renewal?: Promise<boolean>;
  private uri?: string;

  constructor(private readonly settings: Pick<JwtSettings, 'issuer' | 'jwksUri'>) {}

  /**
   * Returns the keys to look for a key in. If it is not among them, the provider does not have it.
   *
   * @throws KeysUnavailableError
   */
  public async keySetFor(kid: string, log: RequestLog): Promise<Jwks> {
    const requestedAt = Date.now();
    const isStale = this.age >= RENEWAL_AGE && !await this.renew();
    if (!this.keySet || this.age >= MAX_AGE) throw new KeysUnavailableError(this.lastError);
    if (isStale) log.add({ staleKeys: this.lastError });

    const isMissing = findJwkInJwks(this.keySet, kid) === undefined;
    if (isMissing && this.fetchedAt < requestedAt && !await this.renew()) {
      throw new KeysUnavailableError(`the key of the token is unknown, and ${this.lastError}`);
    }
    return this.keySet;
  }

  private get age(): number {
    return Date.now() - this.fetchedAt;
  }

  /** @returns false if it failed, or was tried a moment ago */
  private async renew(): Promise<boolean> {
    this.renewal ??= this.tryToRenew().finally(() => { this.renewal = undefined; });
    return this.renewal;
  }

  private async tryToRenew(): Promise<boolean> {
    const interval = this.keySet ? MIN_INTERVAL : MIN_INTERVAL_WITHOUT_KEYS;
    if (Date.now() - this.triedAt < interval) return false;
    this.triedAt = Date.now();
    try {
      this.keySet = await this.fetchKeySet();
      this.fetchedAt = this.triedAt;
      this.lastError = 'the keys were fetched a moment ago';
      return true;
    } catch (error) {
      this.lastError = (error as Error).message || String((error as NodeJS.ErrnoException).code);
      return false;
    }
  }

  private async fetchKeySet(): Promise<Jwks> {
    // The provider may move its keys. It is not asked more often, because unknown keys are to cost one request only.
    if (this.uri === undefined || this.age >= RENEWAL_AGE) this.uri = this.settings.jwksUri ?? await discoverKeys(this.settings.issuer);
    const keySet = safeJsonParse(await fetchDocument(this.uri));
    assertIsJwks(keySet);
    return keySet;
  }
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function discoverKeys(issuer: string): Promise<string> {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = safeJsonParse(await fetchDocument(url));
  if (!isJsonObject(document) || document.issuer !== issuer) throw new Error(`${url} is the document of another issuer`);
  const { jwks_uri: uri } = document;
  if (typeof uri !== 'string' || !uri.startsWith('https://')) throw new Error(`${url} has no jwks_uri that begins with https://`);
  return uri;
}
