import { generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'node:crypto';

/** A key of an issuer, which signs JSON Web Tokens. */
export class TokenKey {
  private static count = 0;

  public readonly kid = `key-${TokenKey.count++}`;
  public readonly publicKey: JsonWebKey;
  private readonly privateKey: KeyObject;

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.privateKey = privateKey;
    this.publicKey = { ...publicKey.export({ format: 'jwk' }), kid: this.kid };
  }

  /** @param header merged into that of RS256 */
  public token(claims: object, header: object = {}): string {
    const parts = [{ alg: 'RS256', kid: this.kid, ...header }, claims];
    const signed = parts.map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    const { alg } = parts[0] as { readonly alg: string };
    return `${signed}.${sign(`sha${alg.slice(2)}`, Buffer.from(signed), this.privateKey).toString('base64url')}`;
  }
}
