import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { parseFields, readAction, readDeleteMessage, readDisconnectUser, type Fields } from './client-requests';
import { Connection } from './connection';
import { MessagePipeline } from './message-pipeline';
import { INTERNAL_ERROR, MessagingLiveLog } from './messaging-live-log';
import { REVIEW_MILLISECONDS } from './review';
import { RoomStates } from './room-state';
import { errorFrame, eventFrame, RequestError } from './server-frames';
import { addressOf, rejectUpgrade, tokenOf } from './websocket-upgrade';
import type { LiveLog } from '../../live-log/live-log';
import type { ChatLog, ChatToken, FunctionInvoker, Messenger, RoomDirectory, StringMap } from '../types';

/** Requests per second of a connection. Documented, not adjustable. */
const REQUESTS_PER_SECOND = 10;
/** Far above the size of any valid request, so that a field that is too large gets a 413 and the connection stays open. */
const MAXIMUM_FRAME_BYTES = 128 * 1024;
/** Time for clients to answer the close frame when the server stops. */
const CLOSE_MILLISECONDS = 500;

export interface MessagingOptions {
  readonly directory: RoomDirectory;
  readonly functions: FunctionInvoker;
  readonly chatLog: ChatLog;
  readonly liveLog: LiveLog;
  /** @default Date.now */
  readonly clock?: () => number;
  /**
   * Whether to deliver messages in the order of their receipt, rather than as their reviews end. AWS does not document the order.
   * @default false
   */
  readonly inOrder?: boolean;
  /**
   * Time limit of a review. The service has the default; tests raise it.
   * @default 200
   */
  readonly reviewMilliseconds?: number;
}

/** The messaging API: requests and events of chat clients over WebSocket. */
export class Messaging implements Messenger {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MAXIMUM_FRAME_BYTES,
    // The official client requires its token as the selected subprotocol (seen).
    handleProtocols: offered => offered.values().next().value ?? false,
  });
  private readonly roomStates: RoomStates;
  private readonly pipeline: MessagePipeline;
  private readonly liveLog: MessagingLiveLog;
  private readonly clock: () => number;
  private closing = false;

  constructor(private readonly options: MessagingOptions) {
    const { chatLog, clock = Date.now, directory, functions, inOrder = false, liveLog, reviewMilliseconds = REVIEW_MILLISECONDS } = options;
    this.clock = clock;
    this.roomStates = new RoomStates(inOrder);
    this.liveLog = new MessagingLiveLog(liveLog, directory);
    this.pipeline = new MessagePipeline({ roomStates: this.roomStates, chatLog, functions, liveLog: this.liveLog, reviewMilliseconds });
  }

  // --- connections ---

  /** Accepts or rejects a connection. The codes are documented for ERROR frames; their use as HTTP status is a guess. */
  public handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const reject = (status: number, message: string) => {
        this.liveLog.connectionRejected(status, message);
        rejectUpgrade(socket, status, message);
      };
      if (this.closing) return reject(503, 'The server is stopping.');
      const token = tokenOf(request);
      if (!token) return reject(401, 'The chat token is missing: pass it as the subprotocol of the WebSocket.');
      const session = this.options.directory.redeemToken(token);
      if (!session) return reject(403, 'The chat token is unknown, expired or already used.');
      if (!this.options.directory.room(session.roomArn)) return reject(404, 'The room of the chat token no longer exists.');
      this.server.handleUpgrade(request, socket, head, webSocket => this.open(webSocket, session, addressOf(request)));
    } catch (error) {
      this.liveLog.unexpected(error);
      rejectUpgrade(socket, 500, INTERNAL_ERROR);
    }
  }

  private open(webSocket: WebSocket, session: ChatToken, ip: string): void {
    const connection = new Connection(webSocket, session, ip, () => this.liveLog.slowReader(connection));
    const { connections } = this.roomStates.findOrCreate(session.roomArn);
    connections.add(connection);
    connection.expireAfter(session.sessionExpirationTime.getTime() - this.clock(), () => this.expire(connection));

    webSocket.on('message', (data, isBinary) => this.receive(connection, data as Buffer, isBinary));
    webSocket.on('error', () => undefined); // a frame that is too large (1009) or invalid: ws closes the connection
    webSocket.on('close', code => {
      connection.dispose();
      connections.delete(connection);
      this.roomStates.deleteIfIdle(session.roomArn);
      this.liveLog.left(connection, code, connections.size);
    });
    this.liveLog.joined(connection, connections.size);
  }

  /** Closes all connections and waits for reviews under way. */
  public async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.server.clients].map(async socket => new Promise<void>(resolve => {
      const timer = setTimeout(() => socket.terminate(), CLOSE_MILLISECONDS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1001);
    })));
    await this.pipeline.close();
  }

  /** Sends the documented 401, at which the official client reconnects with a new token. That it comes without a request is a guess. */
  private expire(connection: Connection, requestId?: string): void {
    connection.sendFrame(errorFrame(401, 'The chat session has expired.', requestId));
    connection.close();
  }

  // --- client requests ---

  private receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    if (!connection.isOpen) return;
    const now = this.clock();
    const fields = parseFields(data, isBinary);
    const requestId = typeof fields?.RequestId === 'string' ? fields.RequestId : undefined;
    try {
      if (now >= connection.session.sessionExpirationTime.getTime()) return this.expire(connection, requestId);
      if (!connection.requestRate.accept(now, REQUESTS_PER_SECOND)) {
        throw new RequestError(429, `A connection may send ${REQUESTS_PER_SECOND} requests per second.`);
      }
      if (!fields) throw new RequestError(400, 'A request must be a text frame with a JSON object.');
      this.perform(connection, fields, now, requestId);
    } catch (error) {
      const requestError = error instanceof RequestError ? error : this.liveLog.unexpected(error);
      this.liveLog.requestRejected(connection, requestError);
      connection.sendFrame(errorFrame(requestError.code, requestError.message, requestId));
    }
  }

  private perform(connection: Connection, fields: Fields, now: number, requestId?: string): void {
    const action = readAction(fields);
    if (!connection.session.capabilities.includes(action)) throw new RequestError(403, `The chat token does not have the capability ${action}.`);
    // Documented: deleting a room does not close its connections.
    const room = this.options.directory.room(connection.session.roomArn);
    if (!room) throw new RequestError(404, 'The room does not exist.');

    if (action === 'SEND_MESSAGE') {
      this.pipeline.receive(connection, room, fields, now, requestId);
    } else if (action === 'DELETE_MESSAGE') {
      const { id, reason } = readDeleteMessage(fields);
      this.deleteMessage(room.arn, id, reason, requestId);
    } else {
      const { userId, reason } = readDisconnectUser(fields);
      this.disconnectUser(room.arn, userId, reason, requestId);
    }
  }

  // --- events ---

  public sendEvent(roomArn: string, eventName: string, attributes: StringMap, requestId?: string): string {
    const event = eventFrame(eventName, attributes, this.clock(), requestId);
    this.roomStates.find(roomArn)?.broadcast(event);
    const room = this.options.directory.room(roomArn);
    if (room) this.options.chatLog.record(room, 'EVENT', event);
    this.liveLog.sent(roomArn, event);
    return event.Id;
  }

  /** Only sends an event: the service stores no messages, so it accepts any id and does not stop a message under review (guess). */
  public deleteMessage(roomArn: string, messageId: string, reason?: string, requestId?: string): string {
    // MessageID is what the official client reads (seen); MessageId is documented.
    const id = this.sendEvent(roomArn, 'aws:DELETE_MESSAGE', withReason({ MessageID: messageId, MessageId: messageId }, reason), requestId);
    if (this.roomStates.find(roomArn)?.underReview.has(messageId)) this.liveLog.deletedDuringReview(roomArn, messageId);
    return id;
  }

  /** Sends the event, which the official client waits for (seen), to the whole room including the user, then closes the user's connections. */
  public disconnectUser(roomArn: string, userId: string, reason?: string, requestId?: string): void {
    this.sendEvent(roomArn, 'aws:DISCONNECT_USER', withReason({ UserId: userId }, reason), requestId);
    for (const connection of this.roomStates.find(roomArn)?.connections ?? []) {
      if (connection.userId === userId) connection.close();
    }
  }
}

function withReason(attributes: StringMap, reason?: string): StringMap {
  return reason === undefined ? attributes : { ...attributes, Reason: reason };
}
