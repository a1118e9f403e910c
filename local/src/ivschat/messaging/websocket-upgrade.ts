import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The token is the first subprotocol the client offers. */
export function tokenOf(request: IncomingMessage): string | undefined {
  return request.headers['sec-websocket-protocol']?.split(',')[0].trim() || undefined;
}

/** An IPv4 client on a dual-stack socket has its IPv4 address. */
export function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
}

/** Answers an upgrade with an HTTP error. Browsers show their developer the status and nothing else. */
export function refuseUpgrade(socket: Duplex, status: number, message: string): void {
  const body = JSON.stringify({ message });
  socket.on('error', () => socket.destroy()); // the client has gone: nobody to tell
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
