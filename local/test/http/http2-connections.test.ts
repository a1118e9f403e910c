import { once } from 'node:events';
import * as http from 'node:http';
import * as http2 from 'node:http2';
import * as net from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { acceptHttp2 } from '../../src/http/http2-connections';

let server: http.Server;
let closeHttp2: () => void;
let url: string;

beforeEach(async () => {
  const handle = (req: http.IncomingMessage, res: http.ServerResponse) => {
    void text(req).then(body => res.end(`${req.httpVersion} ${req.method} ${req.url} ${req.headers.host} ${body.length}`));
  };
  server = http.createServer(handle);
  closeHttp2 = acceptHttp2(server, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  closeHttp2();
  await new Promise(resolve => server.close(resolve));
});

const BODY = 'x'.repeat(300_000);

async function overHttp2(session: http2.ClientHttp2Session): Promise<string> {
  const request = session.request({ ':method': 'POST', ':path': '/a' });
  request.end(BODY);
  return text(request);
}

test('requests over HTTP/2, several at a time', async () => {
  const session = http2.connect(url);
  const expected = `2.0 POST /a ${new URL(url).host} 300000`;
  expect(await Promise.all([overHttp2(session), overHttp2(session)])).toEqual([expected, expected]);
  session.close();
});

test('requests over HTTP/1.1 on one connection', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const send = async () => new Promise<string>((resolve, reject) => {
    http.request(url, { method: 'POST', path: '/a', agent }, res => void text(res).then(resolve, reject)).once('error', reject).end(BODY);
  });
  const expected = `1.1 POST /a ${new URL(url).host} 300000`;
  expect([await send(), await send()]).toEqual([expected, expected]);
  agent.destroy();
});

test('closing ends sessions, and connections that have not sent anything', async () => {
  const session = http2.connect(url);
  await overHttp2(session);
  const idle = net.connect(Number(new URL(url).port), '127.0.0.1');
  idle.on('error', () => undefined);
  const accepted = once(server, 'connection');
  await accepted;
  const closed = Promise.all([once(session, 'close'), once(idle, 'close')]);
  server.closeAllConnections();
  closeHttp2();
  await closed;
});

test('a connection that ends without sending anything is closed', async () => {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.end();
  await once(socket.resume(), 'close');
  expect(await new Promise(resolve => server.getConnections((_error, count) => resolve(count)))).toBe(0);
});
