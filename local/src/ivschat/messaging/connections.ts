import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Connection } from './connection';
import { INTERNAL_ERROR, type MessagingLiveLog } from './messaging-live-log';
import type { RequestHandler } from './request-handler';
import type { RoomStates } from './room-state';
import { addressOf, rejectUpgrade, tokenOf } from './websocket-upgrade';
import type { Clock } from '../clock';
import type { ChatToken, RoomDirectory } from '../types';

/** Far above the size of any valid request, so that a field that is too large gets a 413 and the connection stays open. */
const MAXIMUM_FRAME_BYTES = 128 * 1024;

export interface ConnectionsOptions {
  readonly clock: Clock;
  readonly directory: RoomDirectory;
  readonly liveLog: MessagingLiveLog;
  readonly requests: RequestHandler;
  readonly roomStates: RoomStates;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

/** Accepts WebSockets for chat tokens, and adds them to their rooms. */
export class Connections {
  private readonly server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAXIMUM_FRAME_BYTES,
    // The official client requires its token as the selected subprotocol (seen).
    handleProtocols: offered => offered.values().next().value ?? false,
  });
  private readonly all = new Set<Connection>();

  constructor(private readonly options: ConnectionsOptions) {}

  /** Accepts or rejects a connection. The codes are documented for ERROR frames; their use as HTTP status is a guess. */
  public handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { directory, liveLog, stopping } = this.options;
    const reject = (status: number, message: string) => {
      liveLog.connectionRejected(status, message);
      rejectUpgrade(socket, status, message);
    };
    try {
      if (stopping.aborted) return reject(503, 'The server is stopping.');
      const token = tokenOf(request);
      if (!token) return reject(401, 'The chat token is missing: pass it as the subprotocol of the WebSocket.');
      const session = directory.redeemToken(token);
      if (!session) return reject(403, 'The chat token is unknown, expired or already used.');
      if (!directory.room(session.roomArn)) return reject(404, 'The room of the chat token no longer exists.');
      this.server.handleUpgrade(request, socket, head, webSocket => this.open(webSocket, session, addressOf(request)));
    } catch (error) {
      liveLog.unexpected(error);
      rejectUpgrade(socket, 500, INTERNAL_ERROR);
    }
  }

  public async close(): Promise<void> {
    await Promise.all([...this.all].map(async connection => connection.stop()));
  }

  private open(webSocket: WebSocket, session: ChatToken, ip: string): void {
    const { clock, liveLog, requests, roomStates } = this.options;
    const connection = new Connection(webSocket, session, ip, {
      milliseconds: session.sessionExpirationTime.getTime() - clock.now(),
      call: () => requests.expire(connection),
    });
    const { connections } = roomStates.findOrCreate(session.roomArn);
    this.all.add(connection);
    connections.add(connection);
    connection.listen((data, isBinary) => requests.receive(connection, data, isBinary));
    void connection.closed.then(closure => {
      this.all.delete(connection);
      connections.delete(connection);
      roomStates.deleteIfIdle(session.roomArn);
      liveLog.left(connection, closure, connections.size);
    });
    liveLog.joined(connection, connections.size);
  }
}
