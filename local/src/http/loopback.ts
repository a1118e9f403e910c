import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';
import { ExpectedError } from '../expected-error';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The reason to refuse a request, or undefined if it comes from this machine or names an allowed host.
 *
 * Any web page in a browser can reach a loopback port. A page of another site is recognized by its Origin header, and a site that
 * resolves its own name to this machine (DNS rebinding) by its Host header.
 *
 * @param allowedHosts other names of this machine, as `readHostName()` returns them
 */
export function refusalReason(req: IncomingMessage, allowedHosts: ReadonlySet<string> = new Set()): string | undefined {
  const { host, origin } = req.headers;
  const isAllowed = (name: string | undefined) => name !== undefined && (LOOPBACK.has(name) || allowedHosts.has(name));
  const name = hostOf(`http://${host}`);
  if (!isAllowed(name)) return `The Host header must be a loopback address such as localhost, got ${host}${name === undefined ? '' : `: start ivschat-local with --allow-host ${name} if it is a name of this machine`}.`;
  if (origin !== undefined && !isAllowed(hostOf(origin))) return `Web pages must be served from a loopback address to use this server, got the origin ${origin}.`;
  return undefined;
}

/** Whether a page is served from this machine, such as by the development server of a front end. */
export function isLoopbackOrigin(origin: string): boolean {
  return LOOPBACK.has(hostOf(origin) ?? '');
}

/**
 * Returns a host name or an IP address as URLs have it: in lower case, an IPv6 address in brackets.
 *
 * @param option name of the option that has the value
 * @throws ExpectedError for anything else, such as a URL or a name with a port
 */
export function readHostName(option: string, text: string): string {
  const address = text.replace(/^\[(.*)\]$/, '$1');
  const name = hostOf(`http://${isIPv6(address) ? `[${address}]` : text}`);
  if (name === undefined || !isIPv6(address) && name !== text.toLowerCase()) {
    throw new ExpectedError(`${option} must be a host name or an IP address without a port, got ${text}.`);
  }
  return name;
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}
