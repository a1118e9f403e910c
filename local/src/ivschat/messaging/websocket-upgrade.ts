import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Chat token of an upgrade request: the first subprotocol that the client offers. */
export function tokenOf(request: IncomingMessage): string | undefined {
  return request.headers['sec-websocket-protocol']?.split(',')[0].trim() || undefined;
}

/** IP address of the client, without the IPv6 prefix that dual-stack sockets put before an IPv4 address. */
export function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** Responds to an upgrade request with an HTTP error, of which browsers show only the status. */
export function rejectUpgrade(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ message });
  socket.on('error', () => socket.destroy()); // the client is gone
  socket.once('finish', () => socket.destroy());
  socket.end([
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n'));
}
