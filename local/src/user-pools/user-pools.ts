import type { JsonWebKey } from 'node:crypto';
import { resourceName } from '../arn';
import type { UserPoolClientDefinition, UserPoolGroupDefinition } from '../contracts/user-pool';
import type { Environment } from '../environment';
import { ExpectedError } from '../expected-error';
import type { Issuer, UserTokens } from './issuer';
import { userPoolIdOf } from './issuer-url';
import type { OidcIssuer } from './oidc-issuer';
import type { SignInRequest } from './sign-in';
import type { UserPool } from './user-pool';
import type { LiveLog } from '../live-log/live-log';

export interface UserPoolsOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  /** URLs of issuers besides the deployed user pools, as `readIssuerUrl()` returns them. */
  readonly issuers?: readonly string[];
  /** @default Date.now */
  readonly clock?: () => number;
}

/** Description of an issuer, for people. */
export interface UserPoolDescription {
  readonly id: string;
  readonly name: string;
  readonly clients: readonly { readonly id: string; readonly name: string }[];
  readonly groups: readonly string[];
}

/** The deployed user pools, and the other issuers that this runtime plays. */
export class UserPools {
  private readonly pools = new Map<string, UserPool>();
  private readonly otherIssuers = new Map<string, OidcIssuer>();

  /** The hosts of all issuers. */
  public readonly hosts: readonly string[];

  constructor(private readonly options: UserPoolsOptions) {
    this.hosts = [...new Set([this.issuerOf(''), ...options.issuers ?? []].map(url => new URL(url).hostname))];
    for (const url of options.issuers ?? []) {
      const poolId = userPoolIdOf(url);
      if (poolId === undefined) this.otherIssuers.set(url, this.newOidcIssuer(url));
      else this.pools.set(poolId, this.newPool(poolId, url, true));
    }
  }

  /** The issuer of a user pool with this ID. */
  public issuerOf(poolId: string): string {
    return `https://cognito-idp.${this.options.environment.region}.amazonaws.com/${poolId}`;
  }

  public putPool(id: string, name: string): void {
    const pool = this.pools.get(id) ?? this.newPool(id, this.issuerOf(id), false);
    pool.name = name;
    this.pools.set(id, pool);
  }

  public deletePool(id: string): void {
    this.pools.delete(id);
  }

  public hasPool(id: string): boolean {
    return this.pools.has(id);
  }

  /** The pool is imported if it has not been deployed. */
  public putClient(poolId: string, client: UserPoolClientDefinition): void {
    this.poolOrImport(poolId).clients.set(client.id, client);
  }

  public deleteClient(poolId: string, clientId: string): void {
    this.pools.get(poolId)?.clients.delete(clientId);
  }

  /** The pool is imported if it has not been deployed. */
  public putGroup(poolId: string, group: UserPoolGroupDefinition): void {
    this.poolOrImport(poolId).groups.set(group.name, group);
  }

  public deleteGroup(poolId: string, name: string): void {
    this.pools.get(poolId)?.groups.delete(name);
  }

  /**
   * The issuer whose documents are below a path.
   *
   * @param host undefined for the address of this server, which has the documents of user pools at the same paths
   */
  public findIssuer(host: string | undefined, path: string): Issuer | undefined {
    const found = this.issuers.filter(issuer => {
      const { hostname, pathname } = new URL(issuer.url);
      return (host === undefined ? this.poolOf(issuer) !== undefined : hostname === host) && path.startsWith(`${pathname.replace(/\/$/, '')}/`);
    });
    return found.sort((one, other) => other.url.length - one.url.length)[0];
  }

  /** The public keys of an issuer. Undefined for one that this runtime does not play. */
  public async keysOf(issuerUrl: string): Promise<readonly JsonWebKey[] | undefined> {
    return (await this.issuers.find(({ url }) => url === issuerUrl)?.keySet())?.keys;
  }

  public describe(): { readonly userPools: UserPoolDescription[]; readonly issuers: string[] } {
    return {
      userPools: [...this.pools.values()].map(({ clients, groups, id, name }) => ({
        id, name, clients: [...clients.values()].map(client => ({ id: client.id, name: client.name })), groups: [...groups.keys()],
      })),
      issuers: [...this.otherIssuers.keys()],
    };
  }

  /**
   * Issues tokens for a user, who need not exist.
   *
   * @throws ExpectedError if the input is invalid
   */
  public async signIn(input: unknown): Promise<UserTokens> {
    // Loaded with the first sign-in, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { readSignInRequest } = require('./sign-in') as typeof import('./sign-in');
    const request = readSignInRequest(input);
    const issuer = request.issuer === undefined ? this.findPool(request.pool) : this.findOtherIssuer(request.issuer);
    const tokens = await issuer.signIn(request);
    this.record(issuer, request, tokens.sub);
    return tokens;
  }

  private get issuers(): Issuer[] {
    return [...this.pools.values(), ...this.otherIssuers.values()];
  }

  private get clock(): () => number {
    return this.options.clock ?? Date.now;
  }

  private newPool(id: string, url: string, isImported: boolean): UserPool {
    // Loaded with the first pool, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { UserPool: Pool } = require('./user-pool') as typeof import('./user-pool');
    return new Pool({ id, url, isImported, clock: this.clock });
  }

  private newOidcIssuer(url: string): OidcIssuer {
    // Loaded with the first issuer, because most apps have none. Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { OidcIssuer: OtherIssuer } = require('./oidc-issuer') as typeof import('./oidc-issuer');
    return new OtherIssuer(url, this.clock);
  }

  /** The issuer itself if it is a user pool. */
  private poolOf(issuer: Issuer): UserPool | undefined {
    return [...this.pools.values()].find(pool => pool === issuer);
  }

  private poolOrImport(id: string): UserPool {
    const pool = this.pools.get(id) ?? this.newPool(id, this.issuerOf(id), true);
    this.pools.set(id, pool);
    return pool;
  }

  private findPool(identifier: string | undefined): UserPool {
    const pools = [...this.pools.values()];
    const deployed = pools.filter(({ isImported }) => !isImported);
    const found = identifier === undefined ? [...deployed.length > 0 ? deployed : pools] : pools.filter(({ id }) => id === resourceName(identifier));
    if (found.length === 0) found.push(...pools.filter(({ name }) => name === identifier));
    if (found.length === 1) return found[0];
    const known = pools.map(({ id, name }) => name === id ? id : `${id} (${name})`).join(', ');
    throw new ExpectedError(`pool must be the ID, name or ARN of one user pool, got ${identifier}: ${known === '' ? 'no user pool is deployed' : `choose one of ${known}`}.`);
  }

  private findOtherIssuer(url: string): Issuer {
    const found = this.otherIssuers.get(url) ?? [...this.pools.values()].find(pool => pool.url === url);
    if (found) return found;
    const known = [...this.otherIssuers.keys()].join(', ');
    const remedy = known === '' ? `start ivschat-local with --issuer ${url}, or with the option issuers` : `choose one of ${known}`;
    throw new ExpectedError(`issuer must be the URL of an issuer that ivschat-local plays, got ${url}: ${remedy}.`);
  }

  private record(issuer: Issuer, { client, groups = [], username }: SignInRequest, sub: string): void {
    const { liveLog } = this.options;
    const pool = this.poolOf(issuer);
    const name = pool ? pool.name : issuer.url;
    const data = { issuer: issuer.url, username, sub, groups, ...client !== undefined && { client } };
    liveLog.record({ kind: 'notice', text: `${username} has signed in to ${name}${groups.length > 0 ? ` as a member of ${groups.join(', ')}` : ''}`, data: { event: 'sign-in', ...data } });
    if (!pool || pool.isImported) return;
    const missing = groups.filter(group => !pool.groups.has(group));
    if (missing.length === 0) return;
    const text = `${name} has no group ${missing.join(', ')}: the tokens of ${username} have it anyway`;
    liveLog.record({ kind: 'notice', level: 'warning', text, data: { event: 'unknown-group', ...data, groups: missing } });
  }
}
