import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { connectionDetails } from '../../src/connection-details';
import type { LocalServer } from '../../src/server';
import { deployTemplate } from '../support/deploy-template';

const TEMPLATE = `
Resources:
  Lobby: { Type: AWS::IVSChat::Room }
Outputs:
  Room: { Value: !GetAtt Lobby.Arn }
`;

let directory: string;
let server: LocalServer;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'pages-test-'));
  ({ server } = await deployTemplate(TEMPLATE, directory));
});

afterAll(async () => {
  await server.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

test('a page of this machine gets the addresses and the outputs', async () => {
  const response = await fetch(`${server.url}/connection`, { headers: { origin: 'http://localhost:5173' } });
  expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173');
  const body = await response.json();
  expect(body).toEqual(connectionDetails(server, 'us-east-1'));
  expect(body).toMatchObject({ messagingUrl: server.messagingUrl, outputs: { chat: { Room: expect.stringMatching(/:room\//) } } });
});

test('the addresses have the name under which the page reaches this machine', async () => {
  const { port } = new URL(server.url);
  const response = await fetch(`http://localhost:${port}/connection`);
  expect(await response.json()).toMatchObject({ messagingUrl: `ws://localhost:${port}`, signInUrl: `http://localhost:${port}/sign-in` });
});

test('a page of another site is refused', async () => {
  const response = await fetch(`${server.url}/connection`, { headers: { origin: 'https://evil.example' } });
  expect(response.status).toBe(403);
  expect(await response.text()).not.toContain('outputs');
});

test('with another method, the request fails', async () => {
  const response = await fetch(`${server.url}/connection`, { method: 'POST' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET']);
});
