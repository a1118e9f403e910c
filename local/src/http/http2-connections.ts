import type * as http from 'node:http';
import type * as http2 from 'node:http2';
import type { Socket } from 'node:net';

/** How a connection with HTTP/2 begins (RFC 9113, 3.4). */
const PREFACE = 'PRI ';

type RequestListener = (req: http.IncomingMessage, res: http.ServerResponse) => void;

/**
 * Accepts HTTP/2 without TLS on the port of a server, which some clients of the AWS SDK for JavaScript require, such as that of Amazon Bedrock.
 *
 * @returns a function that closes all connections with HTTP/2, and those that have not sent anything
 */
export function acceptHttp2(server: http.Server, listener: RequestListener): () => void {
  const undecided = new Set<Socket>();
  const sessions = new Set<http2.ServerHttp2Session>();
  // Loaded by the first connection that needs it, so that the start of the server does not take longer.
  let http2Server: http2.Http2Server | undefined;
  const startHttp2 = (): http2.Http2Server => {
    // Not with `import()`: Jest has none without an option of Node.js.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { createServer } = require('node:http2') as typeof http2;
    return createServer((req, res) => {
      req.headers.host ??= req.authority;
      listener(req as unknown as http.IncomingMessage, res as unknown as http.ServerResponse);
    }).on('session', (session: http2.ServerHttp2Session) => {
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
    });
  };

  const acceptHttp1 = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const ignoreError = () => undefined;
    const decide = () => {
      undecided.delete(socket);
      socket.off('error', ignoreError);
    };
    undecided.add(socket);
    socket.once('error', ignoreError);
    socket.once('close', () => undecided.delete(socket));
    socket.once('readable', () => {
      const start = socket.read() as Buffer | null;
      if (start === null) {
        socket.destroy();
        return;
      }
      socket.unshift(start);
      if (start.subarray(0, PREFACE.length).toString('latin1') !== PREFACE) {
        decide();
        for (const accept of acceptHttp1) accept.call(server, socket);
        return;
      }
      http2Server ??= startHttp2();
      decide();
      http2Server.emit('connection', socket);
    });
  });

  return () => {
    for (const socket of undecided) socket.destroy();
    for (const session of sessions) session.destroy();
  };
}
