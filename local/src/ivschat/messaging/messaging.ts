import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Audiences } from './room-state';
import { parseFields, readAction, readDeleteMessage, readDisconnectUser, type Fields } from './client-requests';
import { Connection } from './connection';
import { errorFrame, eventFrame, RequestError } from './server-frames';
import { IncomingMessages } from './message-pipeline';
import { MessagingLog } from './messaging-live-log';
import { REVIEW_MILLISECONDS } from './review';
import type { ChatLog, ChatToken, FunctionInvoker, Messenger, RoomDirectory, StringMap } from '../types';
import { addressOf, refuseUpgrade, tokenOf } from './websocket-upgrade';
import type { LiveLog } from '../../live-log/live-log';

/** Documented, and not adjustable. */
const REQUESTS_PER_SECOND = 10;
/** Far above what any valid request needs: a field that is too large gets its 413 and does not end the connection. */
const FRAME_BYTES = 128 * 1024;
/** How long a client may take to answer our close frame when everything ends. */
const GOODBYE_MILLISECONDS = 500;

export interface MessagingOptions {
  readonly directory: RoomDirectory;
  readonly functions: FunctionInvoker;
  readonly log: ChatLog;
  readonly liveLog: LiveLog;
  /** @default Date.now */
  readonly clock?: () => number;
  /**
   * Deliver messages in the order of their receipt, and not as their reviews end. Nothing is documented on this.
   * @default false
   */
  readonly inOrder?: boolean;
  /** How long a review may take. Another answer than the service's is for those who look at what comes after. @default 200 */
  readonly reviewMilliseconds?: number;
}

/** The messaging API: what clients of rooms send and receive over WebSocket. */
export class Messaging implements Messenger {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES,
    // The official client needs its token back as the chosen subprotocol (seen).
    handleProtocols: (offered) => offered.values().next().value ?? false,
  });
  private readonly audiences: Audiences;
  private readonly messages: IncomingMessages;
  private readonly log: MessagingLog;
  private readonly clock: () => number;
  private closing = false;

  constructor(private readonly options: MessagingOptions) {
    const { liveLog, clock = Date.now, directory, functions, inOrder = false, log: chatLog, reviewMilliseconds = REVIEW_MILLISECONDS } = options;
    this.clock = clock;
    this.audiences = new Audiences(inOrder);
    this.log = new MessagingLog(liveLog, directory);
    this.messages = new IncomingMessages({ audiences: this.audiences, chatLog, functions, log: this.log, reviewMilliseconds });
  }

  // --- connections ---

  /** Documented are codes of errors inside a connection; their use as HTTP status of a refused one is a guess. */
  public handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const refuse = (status: number, message: string) => {
        this.log.connectionRefused(status, message);
        refuseUpgrade(socket, status, message);
      };
      if (this.closing) return refuse(503, 'The service is being stopped.');
      const token = tokenOf(request);
      if (!token) return refuse(401, 'A chat token is missing: it is the subprotocol of the WebSocket.');
      const session = this.options.directory.redeemToken(token);
      if (!session) return refuse(403, 'The chat token is unknown, has expired, or has been used before.');
      if (!this.options.directory.room(session.roomArn)) return refuse(404, 'The room of the chat token does not exist any more.');
      this.server.handleUpgrade(request, socket, head, (webSocket) => this.open(webSocket, session, addressOf(request)));
    } catch (error) {
      this.log.unexpected(error);
      refuseUpgrade(socket, 500, 'Something went wrong in the local service.');
    }
  }

  private open(webSocket: WebSocket, session: ChatToken, ip: string): void {
    const connection = new Connection(webSocket, session, ip, () => this.log.cutOff(connection));
    const { connections } = this.audiences.of(session.roomArn);
    connections.add(connection);
    connection.expireAfter(session.sessionExpirationTime.getTime() - this.clock(), () => this.expire(connection));

    webSocket.on('message', (data, isBinary) => this.receive(connection, data as Buffer, isBinary));
    webSocket.on('error', () => undefined); // a frame that is too large (1009) or broken: ws closes the connection
    webSocket.on('close', (code) => {
      connection.closed();
      connections.delete(connection);
      this.audiences.forgetIfEmpty(session.roomArn);
      this.log.left(connection, code, connections.size);
    });
    this.log.joined(connection, connections.size);
  }

  /** Lets every client know that this is the end, and waits for reviews under way. */
  public async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.server.clients].map(async (socket) => new Promise<void>((resolve) => {
      const timer = setTimeout(() => socket.terminate(), GOODBYE_MILLISECONDS);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      socket.close(1001);
    })));
    await this.messages.close();
  }

  /** 401 is the documented code of an expired connection; the official client answers it with a new token. That it comes unasked is a guess. */
  private expire(connection: Connection, requestId?: string): void {
    connection.tell(errorFrame(401, 'The chat session has expired.', requestId));
    connection.close();
  }

  // --- requests of clients ---

  private receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    if (!connection.isOpen) return;
    const now = this.clock();
    const fields = parseFields(data, isBinary);
    const requestId = typeof fields?.RequestId === 'string' ? fields.RequestId : undefined;
    try {
      if (now >= connection.session.sessionExpirationTime.getTime()) return this.expire(connection, requestId);
      if (!connection.requests.accept(now, REQUESTS_PER_SECOND)) {
        throw new RequestError(429, `A connection may send ${REQUESTS_PER_SECOND} requests per second.`);
      }
      if (!fields) throw new RequestError(400, 'A request must be a text frame that holds a JSON object.');
      this.act(connection, fields, now, requestId);
    } catch (error) {
      const refusal = error instanceof RequestError ? error : this.log.unexpected(error);
      this.log.requestRefused(connection, refusal);
      connection.tell(errorFrame(refusal.code, refusal.message, requestId));
    }
  }

  private act(connection: Connection, fields: Fields, now: number, requestId?: string): void {
    const action = readAction(fields);
    if (!connection.session.capabilities.includes(action)) throw new RequestError(403, `The chat token does not have the capability ${action}.`);
    // Deleting a room does not end its connections (documented); they just cannot do anything any more.
    const room = this.options.directory.room(connection.session.roomArn);
    if (!room) throw new RequestError(404, 'The room does not exist.');

    if (action === 'SEND_MESSAGE') {
      this.messages.receive(connection, room, fields, now, requestId);
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
    this.audiences.find(roomArn)?.broadcast(event);
    const room = this.options.directory.room(roomArn);
    if (room) this.options.log.record(room, 'EVENT', event);
    this.log.sent(roomArn, event);
    return event.Id;
  }

  /** No more than an event: the service keeps no messages, so it takes any id, and does not hold back a message that is still being reviewed (guess). */
  public deleteMessage(roomArn: string, messageId: string, reason?: string, requestId?: string): string {
    // The official client knows the id by its old spelling only (seen); the new one is documented.
    const id = this.sendEvent(roomArn, 'aws:DELETE_MESSAGE', withReason({ MessageID: messageId, MessageId: messageId }, reason), requestId);
    if (this.audiences.find(roomArn)?.reviewed.has(messageId)) this.log.deletedInReview(roomArn, messageId);
    return id;
  }

  /** The event is what the official client waits for (seen); everyone in the room gets it, the user included, before the connections end. */
  public disconnectUser(roomArn: string, userId: string, reason?: string, requestId?: string): void {
    this.sendEvent(roomArn, 'aws:DISCONNECT_USER', withReason({ UserId: userId }, reason), requestId);
    for (const connection of this.audiences.find(roomArn)?.connections ?? []) {
      if (connection.userId === userId) connection.close();
    }
  }
}

function withReason(attributes: StringMap, reason?: string): StringMap {
  return reason === undefined ? attributes : { ...attributes, Reason: reason };
}
