import { FakeAws } from './fake-aws';
import { CLIENT, IdentityProvider } from './identity-provider';
import type { TokenEndpointEvent } from '../../../handlers/token-endpoint/http/request';
import { TokenEndpoint } from '../../../handlers/token-endpoint/token-endpoint';
import type { TokenEndpointSettings } from '../../../src/tokens/token-endpoint-settings';

const ACCOUNT = '111122223333';
export const LOBBY = 'LobbyLobby12';
export const STAGE = 'StageStage12';
export const arnOf = (roomId: string) => `arn:aws:ivschat:us-east-1:${ACCOUNT}:room/${roomId}`;
export const FUNCTION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:tokens`;
export const ADMISSION_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:admission`;
export const BANS_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:bans`;
export const HISTORY_ARN = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:history-pages`;
export const BANS = { tableName: 'bans', functionArn: BANS_ARN };

/** Roles by the claim `groups`. */
export const ROLES: TokenEndpointSettings['roles'] = [
  { role: 'refused', when: { claim: 'groups', contains: 'outcasts' } },
  { role: 'moderator', allRooms: true, when: { claim: 'groups', contains: 'heads' } },
  { role: 'moderator', when: { claim: 'groups', contains: 'staff' } },
];

export interface RequestOptions {
  readonly token?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly authorizer?: TokenEndpointEvent['requestContext']['authorizer'];
  readonly isBase64Encoded?: boolean;
  /** Milliseconds until Lambda stops the function. */
  readonly remainingTime?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: any;
  /** The line in the log. */
  readonly line: any;
}

/** The function in this process, with an identity provider and AWS behind sockets. */
export class TestEndpoint {
  private readonly endpoint: TokenEndpoint;

  constructor(settings: TokenEndpointSettings) {
    // As it comes out of the environment variable.
    this.endpoint = new TokenEndpoint(JSON.parse(JSON.stringify(settings)));
  }

  /** @param body an object, or a string that is sent as it is */
  public async post(body: object | string = {}, options: RequestOptions = {}): Promise<Answer> {
    const { authorizer, headers, isBase64Encoded, method = 'POST', remainingTime = 15_000, token } = options;
    const event = {
      version: '2.0',
      rawPath: '/stage/tokens',
      requestContext: { http: { method }, authorizer },
      headers: { 'content-type': 'application/json', ...token !== undefined && { authorization: `Bearer ${token}` }, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      isBase64Encoded: isBase64Encoded ?? false,
    };
    const { lines, result } = await withLog(async () =>
      this.endpoint.handle(event, { invokedFunctionArn: FUNCTION_ARN, getRemainingTimeInMillis: () => remainingTime }));
    expect(lines).toHaveLength(1);
    expect(result.headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'no-store' });
    expectNothingSecret(lines[0], token);
    return { status: result.statusCode, headers: result.headers, body: JSON.parse(result.body), line: JSON.parse(lines[0]) };
  }
}

/** Tokens and claims of all tests contain one of these. */
function expectNothingSecret(line: string, token: string | undefined): void {
  expect(line).not.toMatch(/secret|eyJ/i);
  const signature = token?.split('.')[2];
  if (signature) expect(line).not.toContain(signature);
}

export async function withLog<T>(action: () => Promise<T>): Promise<{ lines: string[]; result: T }> {
  const lines: string[] = [];
  const write = jest.spyOn(process.stdout, 'write').mockImplementation(text => {
    lines.push(String(text));
    return true;
  });
  try {
    return { result: await action(), lines };
  } finally {
    write.mockRestore();
  }
}

export interface TestEnvironment {
  readonly aws: FakeAws;
  readonly provider: IdentityProvider;
  /** An endpoint for LOBBY and STAGE, with ROLES. */
  create(settings?: Partial<TokenEndpointSettings>): TestEndpoint;
  /** A token of a user in a group. */
  tokenOf(group: string, claims?: object): string;
}

/** Starts AWS and the identity provider before the tests of a file, and resets them before each test. Chat tokens are created. */
export function useTokenEndpoint(): TestEnvironment {
  const aws = new FakeAws();
  const provider = new IdentityProvider();
  beforeAll(async () => {
    await Promise.all([aws.start(), provider.start()]);
  });
  afterAll(() => {
    aws.stop();
    provider.stop();
  });
  beforeEach(() => {
    aws.reset();
    provider.reset();
    aws.on('CreateChatToken', () => ({ body: chatToken() }));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    expect(aws.unexpected).toEqual([]);
  });
  return {
    aws,
    provider,
    create: settings => new TestEndpoint({
      roomIds: [LOBBY, STAGE],
      authentication: { type: 'jwt', issuer: provider.issuer, audience: [CLIENT] },
      userIdClaim: 'sub',
      roles: ROLES,
      defaultRole: { role: 'participant' },
      anonymousRole: { role: 'refused' },
      attributes: {},
      sessionMinutes: 60,
      ...settings,
    }),
    tokenOf: (group, claims) => provider.token({ groups: [group], ...claims }),
  };
}

/** The answer to CreateChatToken. @param life of the token, in seconds */
export function chatToken(life = 60): object {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();
  return { token: 'secret-chat-token', tokenExpirationTime: inSeconds(life), sessionExpirationTime: inSeconds(3_600) };
}

/** Items of the table of bans. @param until in seconds from now */
export function banItem(room: string, userId: string, { exceptModerators, until }: { exceptModerators?: boolean; until?: number } = {}): object {
  return {
    room: { S: room },
    userId: { S: userId },
    bannedAt: { N: '1' },
    ...exceptModerators && { exceptModerators: { BOOL: true } },
    ...until !== undefined && { until: { N: String(Math.floor(Date.now() / 1_000) + until) } },
  };
}

/** Answers BatchGetItem from these items. */
export function storeBans(aws: FakeAws, ...items: any[]): void {
  aws.on('BatchGetItem', ({ input }) => {
    const { ConsistentRead, Keys } = input.RequestItems.bans;
    expect(ConsistentRead).toBe(true);
    const isAsked = (item: any) => Keys.some((key: any) => key.room.S === item.room.S && key.userId.S === item.userId.S);
    return { body: { Responses: { bans: items.filter(isAsked) }, UnprocessedKeys: {} } };
  });
}
