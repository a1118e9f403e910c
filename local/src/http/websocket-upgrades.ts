import type * as http from 'node:http';
import type { Duplex } from 'node:stream';

type UpgradeListener = (req: http.IncomingMessage, socket: Duplex, head: Buffer) => void;

/**
 * Passes requests to upgrade to a WebSocket to the listener.
 *
 * A request to upgrade to another protocol, such as the `h2c` of Java's HTTP client and of `curl --http2`, is an ordinary request:
 * a server may ignore the header (RFC 9110, 7.8).
 */
export function onWebSocketUpgrade(server: http.Server, listener: UpgradeListener): void {
  server.on('upgrade', (req, socket, head) => {
    if (req.headers.upgrade?.toLowerCase() === 'websocket') listener(req, socket, head);
    else receiveAgain(server, req, socket, head);
  });
}

/** Returns the request to its connection, without the upgrade: Node.js has read its headers, but not its body. */
function receiveAgain(server: http.Server, req: http.IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  for (let index = 0; index < req.rawHeaders.length; index += 2) {
    const [name, value] = req.rawHeaders.slice(index, index + 2);
    const kept = withoutUpgrade(name, value);
    if (kept !== undefined) lines.push(`${name}: ${kept}`);
  }
  // Node.js reads headers as latin1.
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}

/** @returns undefined if nothing is left of the header */
function withoutUpgrade(name: string, value: string): string | undefined {
  switch (name.toLowerCase()) {
    case 'upgrade': case 'http2-settings': return undefined;
    case 'connection': return value.split(',').map(option => option.trim()).filter(option => !/^(upgrade|http2-settings)$/i.test(option)).join(', ') || undefined;
    default: return value;
  }
}
