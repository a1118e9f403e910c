import { execFile } from 'node:child_process';
import * as http from 'node:http';
import * as net from 'node:net';
import { promisify } from 'node:util';
import { onWebSocketUpgrade } from '../../src/http/websocket-upgrades';

let server: http.Server;
let upgrades: string[];

beforeEach(async () => {
  upgrades = [];
  server = http.createServer((req, res) => {
    let body = '';
    req.on('data', chunk => { body += String(chunk); }).on('end', () => {
      const { connection, upgrade, 'http2-settings': settings, 'x-name': name } = req.headers;
      res.end(JSON.stringify({ method: req.method, url: req.url, name, connection, upgrade, settings, length: body.length, end: body.slice(-3) }) + '\n');
    });
  });
  onWebSocketUpgrade(server, (req, socket) => {
    upgrades.push(req.headers.upgrade!);
    socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise(resolve => server.close(resolve));
});

const port = () => (server.address() as net.AddressInfo).port;

/** Sends the chunks one after the other, and returns the bodies of all responses. */
async function exchange(chunks: string[], responses = 1): Promise<any[]> {
  const socket = net.connect(port(), '127.0.0.1').setNoDelay(true);
  let text = '';
  socket.setEncoding('latin1').on('data', chunk => { text += chunk; });
  for (const chunk of chunks) {
    socket.write(chunk, 'latin1');
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const bodies = () => text.match(/^\{.*\}$/gm) ?? [];
  while (bodies().length < responses && !socket.readableEnded) await new Promise(resolve => socket.once('data', resolve));
  socket.destroy();
  return bodies().map(body => JSON.parse(body));
}

const H2C = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
const post = (headers: string, body: string) => `POST /CreateRoom HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;

test.each(['h2c', 'h2c, websocket', 'TLS/1.0', 'websockets'])('a request to upgrade to %s is an ordinary request', async upgrade => {
  const [answer] = await exchange([post(`Connection: Upgrade\r\nUpgrade: ${upgrade}\r\n`, '{"name":"lobby"}')]);
  expect(answer).toEqual({ method: 'POST', url: '/CreateRoom', length: 16, end: 'y"}' });
  expect(upgrades).toEqual([]);
});

test.each([
  ['in parts', (request: string) => [request.slice(0, 60), request.slice(60, -5), request.slice(-5)]],
  ['at once', (request: string) => [request]],
])('its body is read %s, and the connection stays usable', async (_, split) => {
  const body = 'x'.repeat(200_000);
  const answers = await exchange([...split(post(H2C, body)), post(H2C, 'abc'), post('', 'def')], 3);
  expect(answers.map(({ end, length }) => [length, end])).toEqual([[200_000, 'xxx'], [3, 'abc'], [3, 'def']]);
});

test('other connection options are kept, and headers keep their bytes', async () => {
  const [answer] = await exchange(['GET / HTTP/1.1\r\nHost: localhost\r\nX-Name: caf\xe9\r\nConnection: close, Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n']);
  expect(answer).toEqual({ method: 'GET', url: '/', name: 'caf\xc3\xa9', connection: 'close', length: 0, end: '' });
});

test.each(['websocket', 'WebSocket'])('a request to upgrade to %s reaches the listener', async upgrade => {
  const socket = net.connect(port(), '127.0.0.1');
  socket.write(`GET / HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`);
  await new Promise(resolve => socket.once('close', resolve).resume());
  expect(upgrades).toEqual([upgrade]);
});

test('a client that closes the connection at once harms nothing', async () => {
  await new Promise<void>(resolve => {
    const socket = net.connect(port(), '127.0.0.1', () => {
      socket.write(post(`${H2C}X: `, 'abc').slice(0, -1));
      socket.resetAndDestroy();
    });
    socket.once('close', () => resolve());
  });
  expect(await exchange([post(H2C, 'abc')])).toHaveLength(1);
});

test('curl --http2 gets its response', async () => {
  const options = ['--silent', '--http2', '--max-time', '4', '--data', 'abc', `http://127.0.0.1:${port()}/ListRooms`];
  const { stdout } = await promisify(execFile)('curl', options);
  expect(JSON.parse(stdout)).toMatchObject({ url: '/ListRooms', length: 3 });
});
