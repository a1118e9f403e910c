import { once } from 'node:events';
import * as http from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { listen, networkAddresses, urlsOf } from '../../src/http/network-access';

const address = (text: string, internal = false) => ({ address: text, family: text.includes(':') ? 'IPv6' : 'IPv4', internal }) as NetworkInterfaceInfo;
const INTERFACES = {
  lo: [address('127.0.0.1', true), address('::1', true)],
  en0: [address('192.168.1.5'), address('fd00::5'), address('fe80::5')],
  en1: [address('10.0.0.5')],
};

test.each([
  [undefined, []],
  ['127.0.0.1', []],
  ['::1', []],
  ['192.168.1.5', ['192.168.1.5']],
  ['0.0.0.0', ['192.168.1.5', '10.0.0.5']],
  ['::', ['192.168.1.5', 'fd00::5', '10.0.0.5']],
])('the network addresses of a server on %s', (host, expected) => {
  expect(networkAddresses(host, INTERFACES)).toEqual(expected);
});

test('the URLs of addresses', () => {
  expect(urlsOf(['192.168.1.5', 'fd00::5'], 4566)).toEqual(['http://192.168.1.5:4566', 'http://[fd00::5]:4566']);
});

describe('a server', () => {
  let server: http.Server;
  let other: Server | undefined;
  beforeEach(() => server = http.createServer((_req, res) => res.end('ok')));
  afterEach(async () => {
    other?.close();
    server.closeAllConnections();
    if (server.listening) await once(server.close(), 'close');
  });

  test('listens on the loopback address', async () => {
    other = await listen(server, 0);
    expect(other).toBeUndefined();
    expect(server.address()).toMatchObject({ address: '127.0.0.1' });
  });

  test('listens on another address as well, with the same port', async () => {
    other = await listen(server, 0, '::1');
    const bound = (server.address() as AddressInfo).port;
    for (const url of [`http://127.0.0.1:${bound}`, `http://[::1]:${bound}`]) expect(await (await fetch(url)).text()).toBe('ok');
  });

  test.each(['localhost', '203.0.113.1', '0.0.0.0:80'])('fails for the host %s, and keeps no port', async host => {
    await expect(listen(server, 0, host)).rejects.toThrow(`host must be an IP address of this machine, or 0.0.0.0 for all of them, got ${host}.`);
    expect(server.listening).toBe(false);
  });

  test('fails if the port is in use at the other address', async () => {
    const first = http.createServer().listen(0, '::1');
    await once(first, 'listening');
    const used = (first.address() as AddressInfo).port;
    await expect(listen(server, used, '::1')).rejects.toThrow(`Port ${used} is in use: choose another one, or 0 for any free port.`);
    expect(server.listening).toBe(false);
    await once(first.close(), 'close');
  });
});
