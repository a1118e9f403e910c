import { generateKeyPair, randomBytes, sign, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const ALGORITHM = 'RS256';

/** The claims of a token. Those with the value undefined are omitted. */
export type Claims = Readonly<Record<string, unknown>>;

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/**
 * A key that exists only in the memory of this process, so that no token is valid anywhere else.
 *
 * It is generated for the first token or the first verification, because that takes about 0.1 s.
 */
export class SigningKey {
  private readonly kid = randomBytes(32).toString('base64');
  private pair?: Promise<KeyPair>;

  /** Returns a signed JSON Web Token. */
  public async sign(claims: Claims): Promise<string> {
    const { privateKey } = await this.keyPair();
    const input = [{ kid: this.kid, alg: ALGORITHM }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
    return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
  }

  /** The public key as an entry of a JSON Web Key Set. */
  public async publicKey(): Promise<JsonWebKey> {
    const { publicKey } = await this.keyPair();
    return { ...publicKey.export({ format: 'jwk' }), kid: this.kid, alg: ALGORITHM, use: 'sig' };
  }

  private async keyPair(): Promise<KeyPair> {
    this.pair ??= promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    return this.pair;
  }
}
