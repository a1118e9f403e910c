import { createHmac, createPublicKey, generateKeyPairSync, sign, type JsonWebKey, type KeyObject } from 'crypto';
import type { ServerResponse } from 'http';
import * as https from 'https';
import type { AddressInfo } from 'net';
import { generate } from 'selfsigned';

interface Key {
  readonly alg: 'ES256' | 'RS256';
  readonly privateKey: KeyObject;
  readonly jwk: JsonWebKey;
}

export interface TokenOptions {
  /** The key to sign with. */
  readonly kid?: string;
  /** Added to the header. */
  readonly header?: object;
}

type Responder = (res: ServerResponse) => void;

export const CLIENT = 'client-of-the-app';

/** An OpenID Connect provider on this machine, with https and a certificate that only the tests trust. */
export class IdentityProvider {
  public readonly keys = new Map<string, Key>();
  /** Paths, in order. */
  public requests: string[] = [];
  private responders: Record<string, Responder> = {};
  private server?: https.Server;

  public async start(): Promise<void> {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      extensions: [{ name: 'basicConstraints', cA: true }, { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
    });
    https.globalAgent.options.ca = cert;
    this.server = https.createServer({ cert, key }, (req, res) => {
      this.requests.push(req.url!);
      const responder = this.responders[req.url!] ?? DOCUMENTS[req.url!] ?? notFound;
      responder.call(this, res);
    });
    await new Promise<void>(resolve => this.server!.listen(0, 'localhost', resolve));
    this.addKey('rsa', 'RS256');
    this.addKey('ec', 'ES256');
  }

  public stop(): void {
    delete https.globalAgent.options.ca;
    this.server!.closeAllConnections();
    this.server!.close();
  }

  public reset(): void {
    this.responders = {};
    this.requests = [];
  }

  public get issuer(): string {
    return `https://localhost:${(this.server!.address() as AddressInfo).port}`;
  }

  /** Replaces the answer for a path. */
  public on(path: string, responder: Responder): void {
    this.responders[path] = responder;
  }

  public addKey(kid: string, alg: Key['alg']): void {
    const { privateKey } = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.keys.set(kid, { alg, privateKey, jwk: { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, alg, use: 'sig' } });
  }

  /** A token of the user `user-1`. Claims that are undefined are left out. */
  public token(claims: object = {}, { header, kid = 'rsa' }: TokenOptions = {}): string {
    const { alg, privateKey } = this.keys.get(kid)!;
    const input = this.unsigned(claims, { alg, kid, ...header });
    const key = alg === 'ES256' ? { key: privateKey, dsaEncoding: 'ieee-p1363' as const } : privateKey;
    return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
  }

  /** A token whose signature is an HMAC with the public key, which is the attack on verifiers that take the algorithm from the token. */
  public tokenWithHmac(): string {
    const input = this.unsigned({}, { alg: 'HS256', kid: 'rsa' });
    const publicKey = createPublicKey(this.keys.get('rsa')!.privateKey).export({ type: 'spki', format: 'pem' });
    return `${input}.${createHmac('sha256', publicKey).update(input).digest('base64url')}`;
  }

  /** The first two parts of a token. */
  public unsigned(claims: object, header: object): string {
    const now = Math.floor(Date.now() / 1_000);
    const payload = { iss: this.issuer, aud: CLIENT, sub: 'user-1', iat: now, exp: now + 300, ...claims };
    return [{ typ: 'JWT', ...header }, payload].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  }
}

export const DISCOVERY = '/.well-known/openid-configuration';
export const KEYS = '/keys';

const DOCUMENTS: Record<string, (this: IdentityProvider, res: ServerResponse) => void> = {
  [DISCOVERY](res) {
    res.end(JSON.stringify({ issuer: this.issuer, jwks_uri: `${this.issuer}${KEYS}` }));
  },
  [KEYS](res) {
    res.end(JSON.stringify({ keys: [...this.keys.values()].map(({ jwk }) => jwk) }));
  },
};

function notFound(res: ServerResponse): void {
  res.writeHead(404).end();
}
