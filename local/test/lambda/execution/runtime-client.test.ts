import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

interface RuntimeClient {
  response(requestId: string, body: string): Promise<{ body: string }>;
}

let server: http.Server;
let handle: http.RequestListener;
let client: RuntimeClient;

beforeEach(async () => {
  server = http.createServer((req, res) => handle(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env.AWS_LAMBDA_RUNTIME_API = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  jest.isolateModules(() => client = jest.requireActual<RuntimeClient>('../../../bootstrap/node/runtime-client.js'));
});
afterEach(async () => {
  delete process.env.AWS_LAMBDA_RUNTIME_API;
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

test('a request on a connection that was closed meanwhile is sent once more', async () => {
  const used = new Set<Socket>();
  const bodies: string[] = [];
  handle = (req, res) => {
    if (used.has(req.socket)) return void req.socket.destroy();
    used.add(req.socket);
    req.setEncoding('utf8').on('data', chunk => bodies.push(String(chunk))).on('end', () => res.end('ok'));
  };
  await client.response('id', 'first');
  expect(await client.response('id', 'second')).toMatchObject({ body: 'ok' });
  expect([bodies, used.size]).toEqual([['first', 'second'], 2]);
});

test('fails if a new connection is closed', async () => {
  let requests = 0;
  handle = req => {
    requests++;
    req.socket.destroy();
  };
  await expect(client.response('id', 'first')).rejects.toThrow('socket hang up');
  expect(requests).toBe(1);
});
