import { SendMessageRequest, type ChatMessage, type DisconnectReason } from 'amazon-ivs-chat-messaging';
import { type App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as ivschat from '../../../src';
import { LocalRuntime, next, type Outputs } from '../../support/deployed/local-runtime';
import { post } from '../../support/deployed/token-client';
import { ENV } from '../../support/synth';
import type { SynthesizedApp } from 'ivschat-local';

const ISSUER = 'https://login.example.com/';
const AUDIENCE = 'chat';

/** An application with two identity providers, bans and a backend. */
class TokenStack extends Stack {
  constructor(scope: App, id: string) {
    super(scope, id, { env: ENV });
    const lobby = new ivschat.ChatRoom(this, 'Lobby');
    const stage = new ivschat.ChatRoom(this, 'Stage');
    const other = new ivschat.ChatRoom(this, 'Other');
    const pool = new cognito.UserPool(this, 'Users');
    const client = pool.addClient('Web');
    const bans = new ivschat.ChatBans(this, 'Bans');
    const moderator = ivschat.ChatRole.moderator({ allRooms: true }).when(ivschat.ClaimMatch.contains('cognito:groups', 'staff'));
    const guard = ivschat.ChatRole.moderator().when(ivschat.ClaimMatch.contains('cognito:groups', 'guards'));
    const tokens = new ivschat.ChatTokenEndpoint(this, 'Tokens', {
      rooms: [lobby, stage],
      authentication: ivschat.ChatAuthentication.userPool(pool, { userPoolClients: [client] }),
      roles: [moderator, guard],
      attributes: { displayName: ivschat.ChatAttribute.fromClaim('name') },
      bans,
      allowedOrigins: ['https://app.example.com'],
    });
    const guests = new ivschat.ChatTokenEndpoint(this, 'Guests', {
      rooms: [lobby],
      authentication: ivschat.ChatAuthentication.oidc({ issuer: ISSUER, audience: [AUDIENCE] }),
      userIdPrefix: 'guest:',
      roles: [ivschat.ChatRole.participant().when(ivschat.ClaimMatch.scope('chat:write'))],
      defaultRole: ivschat.ChatRole.viewer(),
      anonymous: ivschat.ChatRole.viewer(),
      bans,
    });
    const backend = new lambda.Function(this, 'Backend', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      environment: { BAN_FUNCTION: bans.banFunctionArn },
      code: lambda.Code.fromInline(`
        const { InvokeCommand, LambdaClient } = require('@aws-sdk/client-lambda');
        exports.handler = async request => {
          const answer = await new LambdaClient().send(new InvokeCommand({ FunctionName: process.env.BAN_FUNCTION, Payload: JSON.stringify(request) }));
          return JSON.parse(answer.Payload.transformToString());
        };`),
    });
    bans.grantBan(backend);
    const outputs = {
      Url: tokens.url, GuestUrl: guests.url, Lobby: lobby.roomArn, Stage: stage.roomArn, Other: other.roomArn, Backend: backend.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, `${name}Output`, { value });
  }
}

let runtime: LocalRuntime;
let outputs: Outputs;
let lobby: string;
let stage: string;

// In steps, because loading the modules of the CDK, synthesis and deployment take seconds on a busy machine.
let app: SynthesizedApp;

beforeAll(async () => {
  runtime = await LocalRuntime.start({ issuers: [ISSUER] });
});

beforeAll(() => {
  app = runtime.synthesize(scope => new TokenStack(scope, 'Tokens'));
});

beforeAll(async () => {
  await runtime.local.deploy(app);
  outputs = runtime.local.outputs.Tokens;
  [lobby, stage] = [outputs.LobbyOutput, outputs.StageOutput].map(arn => arn.split('/')[1]);
});

afterAll(async () => {
  await runtime.stop();
});

async function idToken(username: string, groups: string[] = [], claims: Record<string, unknown> = {}): Promise<string> {
  return (await runtime.local.signIn({ username, groups, claims: { sub: username, ...claims } })).idToken;
}

async function guestToken(username: string, claims: Record<string, unknown> = {}): Promise<string> {
  return (await runtime.local.signIn({ issuer: ISSUER, client: AUDIENCE, username, claims: { sub: username, ...claims } })).idToken;
}

/** The code of a refusal, or the role of a user who got a token. */
async function outcome(token: string | undefined, body: object, url = outputs.UrlOutput): Promise<string> {
  const { body: { error, role }, status } = await post(url, token, body);
  return `${status} ${error ?? role}`;
}

async function connect(token: string, room = lobby) {
  return runtime.connect(async () => (await post(outputs.UrlOutput, token, { room })).body.token);
}

async function asBackend(request: object): Promise<any> {
  return JSON.parse((await runtime.invoke(outputs.BackendOutput, JSON.stringify(request))).payload);
}

describe('tokens', () => {
  test('the answer has what a client needs, and not the expiry of the token, with which the chat client would reconnect', async () => {
    const { body, headers, status } = await post(outputs.UrlOutput, await idToken('ada', [], { name: 'Ada' }), { room: lobby });
    expect(status).toBe(200);
    expect(body).toEqual({
      token: expect.any(String), sessionExpirationTime: expect.any(String), userId: 'ada', capabilities: ['SEND_MESSAGE'], role: 'participant',
    });
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('the sender of a message is the verified user, with the role and the attributes of the endpoint', async () => {
    const ada = await connect(await idToken('ada', [], { name: 'Ada' }));
    const message = next<ChatMessage>(ada, 'message');
    await ada.sendMessage(new SendMessageRequest('hello'));
    expect((await message).sender).toMatchObject({ userId: 'ada', attributes: { role: 'participant', displayName: 'Ada' } });
  });

  test('roles follow from claims, never from the request', async () => {
    const claims = { userId: 'root', role: 'moderator', capabilities: ['DELETE_MESSAGE'] };
    expect(await outcome(await idToken('ada'), { room: lobby, ...claims })).toBe('200 participant');
    expect(await outcome(await idToken('mia', ['staff']), { room: lobby })).toBe('200 moderator');
    expect(await outcome(await guestToken('bob', { scope: 'openid chat:write' }), {}, outputs.GuestUrlOutput)).toBe('200 participant');
    expect(await outcome(await guestToken('bob'), {}, outputs.GuestUrlOutput)).toBe('200 viewer');
  });

  test('a viewer cannot send, and an anonymous user has a new ID each time', async () => {
    const ids = await Promise.all([1, 2].map(async () => (await post(outputs.GuestUrlOutput, undefined)).body.userId));
    expect(ids).toEqual([expect.stringMatching(/^anonymous:.{22}$/), expect.stringMatching(/^anonymous:.{22}$/)]);
    expect(ids[0]).not.toBe(ids[1]);
    const viewer = await runtime.connect(async () => (await post(outputs.GuestUrlOutput, undefined)).body.token);
    await expect(viewer.sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 403 });
  });

  test('users of two identity providers with the same ID are different users', async () => {
    expect((await post(outputs.GuestUrlOutput, await guestToken('ada'))).body.userId).toBe('guest:ada');
  });

  test.each([
    ['another client', async () => idToken('ada', [], { aud: 'other' }), '401 invalid_token'],
    ['an access token', async () => (await runtime.local.signIn({ username: 'ada' })).accessToken, '401 invalid_token'],
    ['a token of another issuer', async () => guestToken('ada'), '401 invalid_token'],
    ['an expired token', async () => idToken('ada', [], { exp: 1 }), '401 token_expired'],
    ['a token without exp', async () => idToken('ada', [], { exp: undefined }), '401 invalid_token'],
    ['no token', async () => undefined, '401 unauthenticated'],
  ])('%s gets no chat token', async (_, token, expected) => {
    expect(await outcome(await token(), { room: lobby })).toBe(expected);
  });

  test('only the rooms of the endpoint exist for it', async () => {
    const token = await idToken('ada');
    for (const room of [outputs.OtherOutput, outputs.OtherOutput.split('/')[1], outputs.LobbyOutput.replace(ENV.region, 'eu-west-1'), `${lobby}\n`]) {
      expect(await outcome(token, { room })).toBe('404 room_not_found');
    }
    expect(await outcome(token, { room: outputs.LobbyOutput })).toBe('200 participant');
    expect(await outcome(token, {})).toBe('400 room_required');
  });

  test('no token is in a log', async () => {
    const token = await idToken('ada');
    const { body } = await post(outputs.UrlOutput, token, { room: lobby });
    const log = JSON.stringify(runtime.local.liveLog);
    expect(log).toContain('"ada"'.replaceAll('"', '\\"'));
    expect(log).not.toContain(body.token);
    expect(log).not.toContain(token.split('.')[2]);
  });

  test('pages of this machine may call it here, as the live log says', async () => {
    const response = await fetch(outputs.UrlOutput, {
      method: 'OPTIONS',
      headers: { 'origin': 'http://localhost:5173', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
    const other = await fetch(outputs.UrlOutput, { method: 'OPTIONS', headers: { 'origin': 'https://evil.example', 'access-control-request-method': 'POST' } });
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('bans', () => {
  test('a banned user is disconnected, gets no token, and can return when the ban is lifted', async () => {
    const staff = await idToken('mia', ['staff']);
    const mallory = await idToken('mallory');
    const disconnected = next<DisconnectReason>(await connect(mallory), 'disconnect');
    const { body } = await post(outputs.UrlOutput, staff, { action: 'ban', room: lobby, userId: 'mallory', minutes: 10, reason: 'spam' });
    expect(body).toMatchObject({ userId: 'mallory', room: lobby });
    await disconnected;
    expect(await outcome(mallory, { room: lobby })).toBe('403 banned');
    expect(await outcome(mallory, { room: stage })).toBe('200 participant');

    const { body: { bans } } = await post(outputs.UrlOutput, staff, { action: 'listBans', room: lobby });
    expect(bans).toEqual([expect.objectContaining({ userId: 'mallory', reason: 'spam', bannedBy: 'mia' })]);
    expect((await post(outputs.UrlOutput, staff, { action: 'unban', room: lobby, userId: 'mallory' })).body).toEqual({ removed: true });
    expect(await outcome(mallory, { room: lobby })).toBe('200 participant');
  });

  test('only moderators can ban, and only moderators of all rooms from all rooms', async () => {
    const request = { action: 'ban', userId: 'victim' };
    expect(await outcome(await idToken('ada'), { ...request, room: lobby })).toBe('403 not_allowed');
    expect(await outcome(await idToken('guard', ['guards']), { ...request, room: '*' })).toBe('403 not_allowed');
    expect(await outcome(await idToken('mia', ['staff']), { ...request, room: '*', userId: 'everywhere' })).toBe('200 undefined');
    expect(await outcome(await idToken('everywhere'), { room: stage })).toBe('403 banned');
    expect(await outcome(await idToken('victim'), { room: lobby })).toBe('200 participant');
  });

  test('a moderator cannot ban another one, but a backend can, and a banned moderator can do nothing', async () => {
    const [mia, rob] = [await idToken('mia2', ['staff']), await idToken('rob', ['staff'])];
    await post(outputs.UrlOutput, mia, { action: 'ban', room: lobby, userId: 'rob' });
    expect(await outcome(rob, { room: lobby })).toBe('200 moderator');

    expect(await asBackend({ action: 'ban', room: '*', userId: 'rob', disconnectFrom: [lobby] })).toMatchObject({ userId: 'rob' });
    for (const body of [{}, { action: 'listBans' }, { action: 'ban', userId: 'ada' }, { action: 'unban', userId: 'rob' }]) {
      expect(await outcome(rob, { room: lobby, ...body })).toBe('403 banned');
    }
    // Nor can another moderator lift the ban of the backend.
    await post(outputs.UrlOutput, mia, { action: 'unban', room: '*', userId: 'rob' });
    expect(await outcome(rob, { room: stage })).toBe('403 banned');
    await asBackend({ action: 'unban', room: '*', userId: 'rob' });
    expect(await outcome(rob, { room: stage })).toBe('200 moderator');
  });

  test('a backend learns what is wrong with its request', async () => {
    expect(await asBackend({ action: 'ban', room: lobby })).toMatchObject({ errorType: 'InvalidBanRequest', errorMessage: expect.stringMatching(/^userId must .*, got .*: /) });
  });

  test('IDs hold any character', async () => {
    const userId = '*#:"\\/ {}💬\u0000';
    const staff = await idToken('mia3', ['staff']);
    expect(await outcome(staff, { action: 'ban', room: lobby, userId })).toBe('200 undefined');
    expect(await outcome(await idToken(userId), { room: lobby })).toBe('403 banned');
    expect(await outcome(await idToken('*'), { room: lobby })).toBe('200 participant');
  });

  test('a token from before the ban lets the user in for a moment only', async () => {
    const staff = await idToken('mia4', ['staff']);
    const hoarder = await idToken('hoarder');
    const { body: { token } } = await post(outputs.UrlOutput, hoarder, { room: lobby });
    await post(outputs.UrlOutput, staff, { action: 'ban', room: lobby, userId: 'hoarder' });
    const banned = Date.now();
    const disconnected = next<DisconnectReason>(await runtime.connect(async () => token), 'disconnect');
    await disconnected;
    const seconds = (Date.now() - banned) / 1000;
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThan(70);
  }, 90_000);
});
