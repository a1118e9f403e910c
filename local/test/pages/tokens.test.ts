import * as fs from 'node:fs';
import * as http from 'node:http';
import * as os from 'node:os';
import * as path from 'node:path';
import { text } from 'node:stream/consumers';
import { ChatRoom, SendMessageRequest, type ChatMessage } from 'amazon-ivs-chat-messaging';
import { WebSocket } from 'ws';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';

// Built into browsers and newer versions of Node.js.
(globalThis as { WebSocket: unknown }).WebSocket = WebSocket;

const ROOM = { Type: 'AWS::IVSChat::Room' };
const template = (rooms: object) => JSON.stringify({ Resources: rooms });

let directory: string;
const servers: LocalServer[] = [];

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'pages-test-'));
});

afterAll(async () => {
  await Promise.all(servers.map(async server => server.close()));
  fs.rmSync(directory, { recursive: true, force: true });
});

async function start(rooms: object): Promise<LocalServer> {
  const { server } = await deployTemplate(template(rooms), fs.mkdtempSync(path.join(directory, 'app-')));
  servers.push(server);
  return server;
}

interface Answer { readonly status?: number; readonly headers: http.IncomingHttpHeaders; readonly body: any }

async function post(server: LocalServer, body: unknown, headers: http.OutgoingHttpHeaders = {}, method = 'POST'): Promise<Answer> {
  const { hostname, port } = new URL(server.url);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.request({ hostname, port, path: '/tokens', method, headers, agent: false }, resolve).once('error', reject)
      .end(body === undefined ? undefined : JSON.stringify(body));
  });
  const content = await text(response);
  return { status: response.statusCode, headers: response.headers, body: content === '' ? undefined : JSON.parse(content) };
}

describe('a page', () => {
  let server: LocalServer;
  let roomArn: string;
  beforeAll(async () => {
    server = await start({ Lobby: { ...ROOM, Properties: { Name: 'lobby' } } });
    [{ arn: roomArn }] = server.controlPlane.listRooms();
  });

  test('gets a token with which the official client chats', async () => {
    const { body, headers, status } = await post(server, { userId: 'ada', attributes: { displayName: 'Ada' } }, { origin: 'http://localhost:5173' });
    expect(status).toBe(200);
    expect(body).toEqual({ token: expect.any(String), sessionExpirationTime: expect.any(String), roomArn, messagingUrl: server.messagingUrl });
    expect(headers).toMatchObject({ 'access-control-allow-origin': 'http://localhost:5173', 'cache-control': 'no-store' });

    const room = new ChatRoom({ regionOrUrl: body.messagingUrl, tokenProvider: async () => ({ token: body.token }) });
    const ignore = () => undefined;
    room.logger = { debug: ignore, info: ignore, error: ignore };
    const connected = new Promise(resolve => room.addListener('connect', () => resolve(undefined)));
    room.connect();
    await connected;
    const message = new Promise<ChatMessage>(resolve => room.addListener('message', resolve));
    await room.sendMessage(new SendMessageRequest('hello'));
    expect((await message).sender).toEqual({ userId: 'ada', attributes: { displayName: 'Ada' } });
    room.disconnect();
  });

  test.each([
    ['name', () => 'lobby'],
    ['ID', () => roomArn.split('/')[1]],
    ['ARN', () => roomArn],
  ])('names the room by its %s', async (_what, room) => {
    expect(await post(server, { room: room(), userId: 'ada', capabilities: [] })).toMatchObject({ status: 200, body: { roomArn } });
  });

  test.each([
    ['another room', { room: 'stage', userId: 'ada' }, /^room must be the name, ID or ARN of one room, got "stage": choose one of lobby \(\w{12}\)\.$/],
    ['no user', {}, /userId/],
    ['an unknown capability', { userId: 'ada', capabilities: ['FLY'] }, /FLY|capabilities/],
    ['an unknown field', { userId: 'ada', roomIdentifier: 'x' }, /^roomIdentifier is not a field of a chat token: use attributes, capabilities, room, /],
    ['a list', [], /^The body must be an object such as \{ "userId": "ada" \}, got \[\]\.$/],
  ])('that asks for %s gets an error with the reason', async (_what, body, message) => {
    expect(await post(server, body, { origin: 'http://localhost:5173' })).toEqual({
      status: 400, headers: expect.objectContaining({ 'access-control-allow-origin': 'http://localhost:5173' }), body: { message: expect.stringMatching(message) },
    });
  });

  test.each([
    ['of another site', { origin: 'https://evil.example' }],
    ['without an origin', { origin: 'null' }],
    ['that resolves its name to this machine', { host: 'evil.example' }],
  ])('%s is refused', async (_what, headers) => {
    for (const method of ['POST', 'OPTIONS']) {
      const response = await post(server, method === 'POST' ? { userId: 'ada' } : undefined, headers, method);
      expect(response).toMatchObject({ status: 403, body: { message: expect.not.stringContaining('token') } });
      expect(response.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  test('is logged without the token', async () => {
    const { body } = await post(server, { userId: 'eve' });
    const last = [...server.liveLog.recent].at(-1)!;
    expect(last.text).toBe(`POST /tokens room/${roomArn.split('/')[1]} → 200`);
    expect(JSON.stringify(last)).not.toContain(body.token);
  });
});

test('an app without rooms gets an error', async () => {
  expect(await post(await start({ Log: { Type: 'AWS::Logs::LogGroup' } }), { userId: 'ada' })).toMatchObject({
    status: 400, body: { message: 'room must be the name, ID or ARN of one room, got nothing: there are no rooms.' },
  });
});

test('with several rooms, one has to be named', async () => {
  const server = await start({ One: ROOM, Two: { ...ROOM, Properties: { Name: 'same' } }, Three: { ...ROOM, Properties: { Name: 'same' } } });
  expect(await post(server, { userId: 'ada' })).toMatchObject({ status: 400, body: { message: expect.stringMatching(/got nothing: choose one of /) } });
  expect(await post(server, { room: 'same', userId: 'ada' })).toMatchObject({ status: 400, body: { message: expect.stringMatching(/got "same", the name of 2 rooms: /) } });
});
