import type { IncomingMessage } from 'node:http';

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Why a request is refused, if it is.
 *
 * Any web page a browser shows can reach a loopback port. A page of another site says so in its Origin; one that has its own
 * name point to this machine (DNS rebinding) has that name in Host.
 */
export function refusalOf(req: IncomingMessage): string | undefined {
  const { host, origin } = req.headers;
  if (!isLoopback(`http://${host}`)) return `The server answers to names of this machine only, not to ${host}.`;
  if (origin !== undefined && !isLoopback(origin)) return `Pages of ${origin} may not use this server.`;
  return undefined;
}

function isLoopback(url: string): boolean {
  return URL.canParse(url) && LOOPBACK.has(new URL(url).hostname);
}
