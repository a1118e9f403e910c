import { randomUUID } from 'node:crypto';
import { DEFAULT_TOKEN_SECONDS, type UserPoolClientDefinition, type UserPoolGroupDefinition } from '../contracts/user-pool';
import { ExpectedError } from '../expected-error';
import { Issuer, type UserTokens } from './issuer';
import type { SignIn } from './sign-in';
import type { Claims } from './signing-key';

/** The scope of a user who has signed in with an SDK, without managed login. */
const SDK_SCOPE = 'aws.cognito.signin.user.admin';

export interface UserPoolOptions {
  readonly id: string;
  readonly url: string;
  /** Whether the pool is managed elsewhere, so that its clients and groups are unknown. */
  readonly isImported: boolean;
  readonly clock: () => number;
}

/** A user pool without users: every sign-in succeeds, and a user gets an ID with the first one. */
export class UserPool extends Issuer {
  public name: string;
  public readonly clients = new Map<string, UserPoolClientDefinition>();
  public readonly groups = new Map<string, UserPoolGroupDefinition>();
  private readonly subs = new Map<string, string>();

  constructor(private readonly options: UserPoolOptions) {
    super(options.url);
    this.name = options.id;
  }

  public get id(): string {
    return this.options.id;
  }

  public get isImported(): boolean {
    return this.options.isImported;
  }

  /** Throws an ExpectedError if the client does not exist. */
  public async signIn(signIn: SignIn): Promise<UserTokens> {
    const client = this.findClient(signIn.client);
    const sub = this.subOf(signIn.username);
    const now = Math.floor(this.options.clock() / 1000);
    const common = this.commonClaims(sub, client, now, signIn.groups ?? []);
    const [idToken, accessToken] = await Promise.all([
      this.idTokenKey.sign({ ...common, ...this.idTokenClaims(client, now, signIn), ...signIn.claims }),
      this.accessTokenKey.sign({ ...common, ...accessTokenClaims(client, now, signIn), ...signIn.accessTokenClaims }),
    ]);
    return { idToken, accessToken, sub, expiresIn: client.accessTokenSeconds };
  }

  private commonClaims(sub: string, { isRevocable }: UserPoolClientDefinition, now: number, groups: readonly string[]): Claims {
    return {
      'sub': sub,
      'cognito:groups': groups.length > 0 ? groups : undefined,
      'iss': this.url,
      'origin_jti': isRevocable ? randomUUID() : undefined,
      'event_id': randomUUID(),
      'auth_time': now,
      'iat': now,
    };
  }

  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html */
  private idTokenClaims({ id, idTokenSeconds }: UserPoolClientDefinition, now: number, { groups = [], username }: SignIn): Claims {
    return {
      ...this.roleClaims(groups),
      'cognito:username': username,
      'aud': id,
      'token_use': 'id',
      'exp': now + idTokenSeconds,
      'jti': randomUUID(),
    };
  }

  /** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-user-groups.html */
  private roleClaims(names: readonly string[]): Claims {
    const groups = names.flatMap(name => this.groups.get(name) ?? []).filter(({ roleArn }) => roleArn !== undefined);
    if (groups.length === 0) return {};
    const rank = ({ precedence = Infinity }: UserPoolGroupDefinition) => precedence;
    const best = Math.min(...groups.map(rank));
    const preferred = new Set(groups.filter(group => rank(group) === best).map(({ roleArn }) => roleArn));
    return {
      'cognito:roles': [...new Set(groups.map(({ roleArn }) => roleArn))],
      // Groups of the same precedence with different roles leave it out.
      'cognito:preferred_role': preferred.size === 1 ? [...preferred][0] : undefined,
    };
  }

  private subOf(username: string): string {
    const sub = this.subs.get(username) ?? randomUUID();
    this.subs.set(username, sub);
    return sub;
  }

  private findClient(idOrName: string | undefined): UserPoolClientDefinition {
    const clients = [...this.clients.values()];
    const found = idOrName === undefined ? clients : clients.filter(({ id }) => id === idOrName);
    if (found.length === 0) found.push(...clients.filter(({ name }) => name === idOrName));
    if (found.length === 1) return found[0];
    if (idOrName !== undefined && this.isImported) {
      return { id: idOrName, name: idOrName, accessTokenSeconds: DEFAULT_TOKEN_SECONDS, idTokenSeconds: DEFAULT_TOKEN_SECONDS, isRevocable: true };
    }
    const known = clients.map(({ id, name }) => `${id} (${name})`).join(', ');
    const remedy = known !== '' ? `choose one of ${known}` : this.isImported ? 'set it to the ID of a client' : `the user pool ${this.name} has no client`;
    throw new ExpectedError(`client must be the ID or name of one client of the user pool, got ${idOrName}: ${remedy}.`);
  }
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
function accessTokenClaims({ accessTokenSeconds, id }: UserPoolClientDefinition, now: number, { scopes = [SDK_SCOPE], username }: SignIn): Claims {
  return {
    version: 2,
    client_id: id,
    token_use: 'access',
    scope: scopes.join(' '),
    exp: now + accessTokenSeconds,
    jti: randomUUID(),
    username,
  };
}
