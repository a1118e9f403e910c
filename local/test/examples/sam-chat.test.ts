import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { startIvsChat, type IvsChat } from '../../src';

const APP = path.join(__dirname, '..', 'support', 'sam-chat');

let directory: string;
let local: IvsChat;
let url: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'sam-chat-test-'));
  fs.cpSync(APP, directory, { recursive: true });
  // The repository ignores folders of this name.
  fs.cpSync(path.join(APP, 'rooms'), path.join(directory, 'layer', 'nodejs', 'node_modules', 'rooms'), { recursive: true });
  local = await startIvsChat({ app: path.join(directory, 'template.yaml') });
  url = local.outputs.template.Url;
}, 60_000);

afterAll(async () => {
  await local.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

const post = async (body: object) => fetch(`${url}tokens`, { method: 'POST', body: JSON.stringify(body) });

test('a page lists the rooms, and enters one with a token of the API', async () => {
  const rooms = await (await fetch(`${url}rooms`)).json() as { arn: string; name: string }[];
  expect(rooms).toEqual([{ arn: local.rooms[0].arn, name: 'lobby' }]);
  const response = await post({ room: rooms[0].arn, user: 'ada' });
  expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ token: expect.any(String) })]);
});

test('the API answers preflight requests of the page', async () => {
  const response = await fetch(`${url}tokens`, { method: 'OPTIONS', headers: { 'origin': 'http://localhost:3000', 'access-control-request-method': 'POST' } });
  expect([response.status, response.headers.get('access-control-allow-origin'), response.headers.get('access-control-allow-methods')]).toEqual([200, '*', 'GET,POST,OPTIONS']);
});

test('a role has the permissions of its policies only', async () => {
  const { arn } = await local.call('CreateRoom', { name: 'staff' });
  expect(await (await post({ room: arn, user: 'ada' })).json()).toEqual({ message: 'AccessDeniedException' });
});

test('other paths and methods are refused as in AWS', async () => {
  for (const [method, name] of [['GET', 'tokens'], ['GET', 'missing']]) {
    const response = await fetch(url + name, { method });
    expect([response.status, await response.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
  }
});
