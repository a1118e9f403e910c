import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The reason to refuse a request, or undefined if it comes from this machine.
 *
 * Any web page in a browser can reach a loopback port. A page of another site is recognized by its Origin header, and a site that
 * resolves its own name to this machine (DNS rebinding) by its Host header.
 */
export function refusalReason(req: IncomingMessage): string | undefined {
  const { host, origin } = req.headers;
  if (!isLoopback(`http://${host}`)) return `The Host header must be a loopback address such as localhost, got ${host}.`;
  if (origin !== undefined && !isLoopback(origin)) return `Web pages must be served from a loopback address to use this server, got the origin ${origin}.`;
  return undefined;
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.has(new URL(url).hostname);
}
