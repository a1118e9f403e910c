import type * as http from 'node:http';
import * as net from 'node:net';
import * as os from 'node:os';
import { ExpectedError } from '../expected-error';

const LOOPBACK_ADDRESS = '127.0.0.1';
const WILDCARDS: readonly string[] = ['0.0.0.0', '::'];

/**
 * Listens on the loopback address, which functions use, and on another address as well if there is one.
 *
 * @param port 0 for any free port
 * @returns what to close besides the server
 * @throws ExpectedError if that is not possible
 */
export async function listen(server: http.Server, port: number, host = LOOPBACK_ADDRESS): Promise<net.Server | undefined> {
  if (!net.isIP(host)) throw new ExpectedError(`host must be an IP address of this machine, or 0.0.0.0 for all of them, got ${host}.`);
  if (host === LOOPBACK_ADDRESS || WILDCARDS.includes(host)) {
    await listenOn(server, port, host);
    return undefined;
  }
  await listenOn(server, port, LOOPBACK_ADDRESS);
  // A server listens on one address.
  const other = net.createServer(socket => server.emit('connection', socket));
  try {
    await listenOn(other, (server.address() as net.AddressInfo).port, host);
  } catch (error) {
    await new Promise(resolve => server.close(resolve));
    throw error;
  }
  return other;
}

async function listenOn(server: net.Server, port: number, host: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ExpectedError(describe(error, port, host)))).listen(port, host, resolve);
  });
}

function describe({ code, message }: NodeJS.ErrnoException, port: number, host: string): string {
  if (code === 'EADDRNOTAVAIL') return `host must be an IP address of this machine, or 0.0.0.0 for all of them, got ${host}.`;
  const problem = code === 'EADDRINUSE' ? 'is in use' : `cannot be used (${message})`;
  return `Port ${port} ${problem}: choose another one, or 0 for any free port.`;
}

/**
 * The addresses of this machine under which the network reaches a server that listens on a host.
 *
 * @returns none for a loopback address
 */
export function networkAddresses(host = LOOPBACK_ADDRESS, interfaces = os.networkInterfaces()): string[] {
  if (!WILDCARDS.includes(host)) return host === '::1' || host.startsWith('127.') ? [] : [host];
  return Object.values(interfaces).flatMap(addresses => addresses ?? [])
    .filter(({ address, family, internal }) => !internal && (family === 'IPv4' || host === '::' && !address.startsWith('fe80:')))
    .map(({ address }) => address);
}

/** The URLs of a server at addresses of this machine. */
export function urlsOf(addresses: readonly string[], port: number): string[] {
  return addresses.map(address => `http://${net.isIPv6(address) ? `[${address}]` : address}:${port}`);
}

/** The warning about what a server opens to the network. */
export function networkWarning(urls: readonly string[]): string {
  return `the network can reach this runtime at ${urls.join(', ')}: every device in it can call all APIs with all permissions, run the functions of the app on this machine, and read and send messages. Use --host only in a network that you trust`;
}
