import type { IncomingMessage } from 'node:http';
import { readHostName, refusalReason } from '../../src/http/loopback';

const request = (host: string, origin?: string) => ({ headers: { host, origin } }) as IncomingMessage;
const ALLOWED = new Set(['10.0.2.2', 'host.docker.internal', '[fd00::2]']);

test.each([
  ['127.0.0.1:4566', undefined], ['localhost', undefined], ['[::1]:4566', undefined], ['LOCALHOST:4566', 'http://localhost:5173'],
])('%s with the origin %s is this machine', (host, origin) => {
  expect(refusalReason(request(host, origin))).toBeUndefined();
});

test.each([
  ['10.0.2.2:4566', undefined], ['host.docker.internal:4566', undefined], ['Host.Docker.Internal', undefined], ['[fd00::2]:4566', undefined],
  ['10.0.2.2:4566', 'http://host.docker.internal:3000'],
])('%s with the origin %s can be allowed', (host, origin) => {
  expect(refusalReason(request(host, origin))).toContain(`The Host header must be a loopback address such as localhost, got ${host}: start ivschat-local with --allow-host `);
  expect(refusalReason(request(host, origin), ALLOWED)).toBeUndefined();
});

test.each([
  ['another host', 'evil.example:4566'],
  ['a subdomain of an allowed host', 'evil.host.docker.internal'],
  ['a loopback address before an @', '127.0.0.1@evil.example'],
  ['no host name', 'not a host'],
])('fails for %s', (_what, host) => {
  expect(refusalReason(request(host), ALLOWED)).toMatch(/^The Host header must be /);
});

test.each(['https://evil.example', 'null', 'http://localhost.evil.example'])('fails for the origin %s', origin => {
  expect(refusalReason(request('10.0.2.2:4566', origin), ALLOWED)).toBe(`Web pages must be served from a loopback address to use this server, got the origin ${origin}.`);
});

test.each([
  ['host.docker.internal', 'host.docker.internal'],
  ['My-Mac.local', 'my-mac.local'],
  ['10.0.2.2', '10.0.2.2'],
  ['fd00:0::2', '[fd00::2]'],
  ['[fd00::2]', '[fd00::2]'],
])('reads the host name %s', (text, name) => {
  expect(readHostName('--allow-host', text)).toBe(name);
});

test.each(['', 'http://localhost', 'localhost:4566', 'a b', 'a/b', 'user@host', '[fd00::2]:4566', 'a?b'])('fails for the host name "%s"', text => {
  expect(() => readHostName('--allow-host', text)).toThrow(`--allow-host must be a host name or an IP address without a port, got ${text}.`);
});
