import { createPublicKey, verify, type JsonWebKey } from 'node:crypto';
import { parseJson } from '../http/parse-json';
import { textOf } from '../http/text-of';

/** Hash functions by algorithm. AWS documents that only RSA-based algorithms are supported. */
const HASHES: Readonly<Record<string, string>> = { RS256: 'sha256', RS384: 'sha384', RS512: 'sha512' };

/** Finds the public keys of an issuer. Undefined for an issuer that this runtime does not play. */
export type IssuerKeys = (issuer: string) => Promise<readonly JsonWebKey[] | undefined>;

export interface JsonWebToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signed: string;
  readonly signature: Buffer;
}

/** @returns undefined if the text is not a JSON Web Token */
export function decodeToken(text: string): JsonWebToken | undefined {
  const parts = text.split('.');
  if (parts.length !== 3) return undefined;
  const [header, claims] = parts.slice(0, 2).map(decodeObject);
  return header && claims && { header, claims, signed: parts.slice(0, 2).join('.'), signature: Buffer.from(parts[2], 'base64url') };
}

/** Whether one of the keys has signed the token. */
export function isSignedBy({ header, signature, signed }: JsonWebToken, keys: readonly JsonWebKey[]): boolean {
  const key = keys.find(({ kid, kty }) => kid === header.kid && kty === 'RSA');
  const algorithm = textOf(header.alg);
  const hash = Object.hasOwn(HASHES, algorithm) ? HASHES[algorithm] : undefined;
  return key !== undefined && hash !== undefined && verify(hash, Buffer.from(signed), createPublicKey({ key, format: 'jwk' }), signature);
}

/** The items of the claim `scope` or `scp`. */
export function scopesOf({ claims }: JsonWebToken): string[] {
  const scopes: unknown = claims.scope ?? claims.scp;
  if (Array.isArray(scopes)) return scopes.map(String);
  return typeof scopes === 'string' ? scopes.split(' ').filter(scope => scope !== '') : [];
}

function decodeObject(part: string): Record<string, unknown> | undefined {
  try {
    const value = parseJson(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}
