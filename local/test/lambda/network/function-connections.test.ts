import { once } from 'node:events';
import * as http from 'node:http';
import * as net from 'node:net';
import { text } from 'node:stream/consumers';
import { FunctionConnections } from '../../../src/lambda/network/function-connections';
import { LiveLog } from '../../../src/live-log/live-log';

const HOST = 'ivschat.eu-west-1.amazonaws.com';

let liveLog: LiveLog;
let connections: FunctionConnections;
let server: http.Server;
let port: number;

beforeEach(async () => {
  liveLog = new LiveLog();
  connections = new FunctionConnections({ environment: { account: '123456789012', region: 'eu-west-1' }, liveLog });
  server = http.createServer((req, res) => res.end(`${connections.hostOf(req)} ${req.url}`));
  connections.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as net.AddressInfo);
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const secret = () => JSON.parse(connections.settings('Function', `http://127.0.0.1:${port}`)).secret as string;

/** Sends lines, and returns what the server sends until it closes the connection. */
async function send(...lines: string[]): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.write(lines.join('\r\n'));
  return text(socket);
}

const connect = (authorization: string, ...headers: string[]) =>
  [`CONNECT ${HOST}:443 HTTP/1.1`, 'Host: 127.0.0.1', `Proxy-Authorization: ${authorization}`, 'X-Ivschat-Local-Function: Function', ...headers, '', ''];
const GET = ['GET /path HTTP/1.1', `Host: ${HOST}`, 'Connection: close', '', ''];

test('the settings of a function', () => {
  expect(JSON.parse(connections.settings('Function', 'http://127.0.0.1:4566'))).toEqual({
    functionName: 'Function', hosts: expect.arrayContaining([HOST]), port: 4566, secret: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
});

test('hosts of services that others serve do not lead to the server', () => {
  const environment = { account: '123456789012', region: 'eu-west-1' };
  const others = new FunctionConnections({ environment, liveLog, serviceEndpoints: { DYNAMODB: 'http://127.0.0.1:8000' } });
  const { hosts } = JSON.parse(others.settings('Function', 'http://127.0.0.1:4566'));
  expect(hosts).toContain(HOST);
  expect(hosts).not.toContain('dynamodb.eu-west-1.amazonaws.com');
});

test('a connection of a function is for the host, whether it sends one packet or several', async () => {
  expect(await send(...connect(`Bearer ${secret()}`).slice(0, -1), ...GET)).toMatch(new RegExp(`^HTTP/1.1 200 OK.*${HOST} /path`, 's'));

  const socket = net.connect(port, '127.0.0.1');
  for (const line of [...connect(`Bearer ${secret()}`).slice(0, -1), ...GET.slice(0, -1)]) {
    socket.write(`${line}\r\n`);
    await new Promise(resolve => setImmediate(resolve));
  }
  expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 200 OK.*${HOST} /path`, 's'));
});

test.each([
  ['without the secret', () => ''],
  ['with another secret', () => `Bearer ${'0'.repeat(32)}`],
  ['with another scheme', () => `Basic ${secret()}`],
])('a connection %s is refused, and not reported', async (_what, authorization) => {
  expect(await send(...connect(authorization()).slice(0, -1), ...GET)).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  expect(await send(...connect(authorization(), 'X-Ivschat-Local-Refused: name'))).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  expect(liveLog.recent).toEqual([]);
});

test('a refused connection is reported, with the host, even if it is served', async () => {
  expect(await send(...connect(`Bearer ${secret()}`, 'X-Ivschat-Local-Refused: name'))).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  expect(liveLog.recent.map(({ data, level }) => ({ data, level }))).toEqual([
    { level: 'warning', data: { event: 'connection-refused', functionName: 'Function', host: HOST, port: 443, cause: 'protocol' } },
  ]);
});

test('other requests are for no host', async () => {
  expect(await send(...GET)).toMatch(/undefined \/path$/);
});
