import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { parseFields, readAction, readDeleteMessage, readDisconnectUser, readSendMessage, type Fields } from './chat-requests';
import { Connection } from './connection';
import { errorFrame, eventFrame, RequestError, type EventFrame, type MessageFrame } from './frames';
import { newId } from './ids';
import { MessageRate } from './message-rate';
import { oneLine } from './one-line';
import { ReleaseOrder } from './release-order';
import { review, REVIEW_MILLISECONDS, type Review } from './review';
import type { ChatLog, ChatToken, FunctionInvoker, Messenger, Room, RoomDirectory, StringMap } from './types';
import { addressOf, refuseUpgrade, tokenOf } from './upgrade';
import type { Activity } from '../activity';

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
  readonly activity: Activity;
  /** @default Date.now */
  readonly clock?: () => number;
  /**
   * Deliver messages in the order of their receipt, and not as their reviews end. Nothing is documented on this.
   * @default false
   */
  readonly inOrder?: boolean;
}

/** Those who are in a room now. */
interface Audience {
  readonly connections: Set<Connection>;
  readonly messages: MessageRate;
  readonly order?: ReleaseOrder;
  /** Ids of messages whose review has not ended. */
  readonly reviewed: Set<string>;
}

/** The messaging API: what clients of rooms send and receive over WebSocket. */
export class Messaging implements Messenger {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: FRAME_BYTES,
    // The official client needs its token back as the chosen subprotocol (seen).
    handleProtocols: (offered) => offered.values().next().value ?? false,
  });
  private readonly audiences = new Map<string, Audience>();
  private readonly reviews = new Set<Promise<void>>();
  private readonly clock: () => number;
  private closing = false;

  constructor(private readonly options: MessagingOptions) {
    this.clock = options.clock ?? Date.now;
  }

  // --- connections ---

  /** Documented are codes of errors inside a connection; their use as HTTP status of a refused one is a guess. */
  public handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    try {
      const refuse = (status: number, message: string) => {
        this.options.activity.record({ kind: 'connection', level: 'warning', text: `connection refused with ${status}: ${message}`, data: { status } });
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
      this.unexpected(error);
      refuseUpgrade(socket, 500, 'Something went wrong in the local service.');
    }
  }

  private open(webSocket: WebSocket, session: ChatToken, ip: string): void {
    const connection = new Connection(webSocket, session, ip);
    const audience = this.audience(session.roomArn);
    audience.connections.add(connection);
    connection.expireAfter(session.sessionExpirationTime.getTime() - this.clock(), () => this.expire(connection));

    webSocket.on('message', (data, isBinary) => this.receive(connection, data as Buffer, isBinary));
    webSocket.on('error', () => undefined); // a frame that is too large (1009) or broken: ws closes the connection
    webSocket.on('close', (code) => {
      connection.closed();
      audience.connections.delete(connection);
      this.forgetIfEmpty(session.roomArn, audience);
      this.recordConnection(connection, `left ${this.nameOf(session.roomArn)} (${code})`, audience);
    });
    this.recordConnection(connection, `joined ${this.nameOf(session.roomArn)}`, audience);
  }

  /** Lets every client know that this is the end, and waits for reviews under way: they are bounded. */
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
    await Promise.all(this.reviews);
  }

  /** 401 is the documented code of an expired connection; the official client answers it with a new token. That it comes unasked is a guess. */
  private expire(connection: Connection, requestId?: string): void {
    this.tell(connection, errorFrame(401, 'The chat session has expired.', requestId));
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
      const { code, message } = error instanceof RequestError ? error : this.unexpected(error);
      this.options.activity.record({
        kind: 'message',
        level: 'warning',
        text: `${oneLine(connection.userId)} in ${this.nameOf(connection.session.roomArn)}: refused with ${code}: ${message}`,
        data: { roomArn: connection.session.roomArn, userId: connection.userId, errorCode: code },
      });
      this.tell(connection, errorFrame(code, message, requestId));
    }
  }

  private act(connection: Connection, fields: Fields, now: number, requestId?: string): void {
    const action = readAction(fields);
    if (!connection.session.capabilities.includes(action)) throw new RequestError(403, `The chat token does not have the capability ${action}.`);
    // Deleting a room does not end its connections (documented); they just cannot do anything any more.
    const room = this.options.directory.room(connection.session.roomArn);
    if (!room) throw new RequestError(404, 'The room does not exist.');

    if (action === 'SEND_MESSAGE') {
      this.sendMessage(connection, room, fields, now, requestId);
    } else if (action === 'DELETE_MESSAGE') {
      const { id, reason } = readDeleteMessage(fields);
      this.deleteMessage(room.arn, id, reason, requestId);
    } else {
      const { userId, reason } = readDisconnectUser(fields);
      this.disconnectUser(room.arn, userId, reason, requestId);
    }
  }

  private sendMessage(connection: Connection, room: Room, fields: Fields, now: number, requestId = ''): void {
    const { content, attributes } = readSendMessage(fields, room.maximumMessageLength);
    const audience = this.audience(room.arn);
    if (!audience.messages.accept(now, room.maximumMessageRatePerSecond)) {
      throw new RequestError(429, `This room takes ${room.maximumMessageRatePerSecond} messages per second.`);
    }
    const message: MessageFrame = {
      Type: 'MESSAGE',
      Id: newId(),
      RequestId: requestId,
      Attributes: attributes,
      Content: content,
      SendTime: new Date(now).toISOString(),
      Sender: { UserId: connection.userId, Attributes: connection.session.attributes },
    };
    const release = audience.order?.enter() ?? ((deliver: () => void) => deliver());
    if (!room.messageReviewHandler?.uri) return release(() => this.deliver(room, audience, message));

    const ended = this.reviewMessage(connection, room, room.messageReviewHandler, audience, message, release)
      .catch((error) => void this.unexpected(error))
      .finally(() => this.reviews.delete(ended));
    this.reviews.add(ended);
  }

  /** All goes by the room as it was when the message came in, even if it has been changed or deleted since. */
  private async reviewMessage(
    connection: Connection,
    room: Room,
    handler: NonNullable<Room['messageReviewHandler']>,
    audience: Audience,
    message: MessageFrame,
    release: (deliver: () => void) => void,
  ): Promise<void> {
    audience.reviewed.add(message.Id);
    const outcome = await review(this.options.functions, room, handler, {
      Content: message.Content,
      MessageId: message.Id,
      RoomArn: room.arn,
      Attributes: message.Attributes,
      Sender: { ...message.Sender, Ip: connection.ip },
    });
    audience.reviewed.delete(message.Id);
    this.recordReview(room, handler.uri, message, outcome);

    const { verdict } = outcome;
    if (verdict.result === 'ALLOW') {
      const { content = message.Content, attributes = message.Attributes } = verdict;
      release(() => this.deliver(room, audience, { ...message, Content: content, Attributes: attributes }));
    } else {
      release(() => undefined);
      // That this error has the id of the message is documented. The sender may have gone: then nobody is told.
      const requestId = message.RequestId || undefined;
      this.tell(connection, errorFrame(406, verdict.reason ?? 'The message was denied in review.', requestId, message.Id));
    }
    this.forgetIfEmpty(room.arn, audience);
  }

  private deliver(room: Room, audience: Audience, message: MessageFrame): void {
    this.broadcast(audience, message);
    this.options.log.record(room, 'MESSAGE', message);
    this.options.activity.record({
      kind: 'message',
      text: `${oneLine(message.Sender.UserId)} in ${labelOf(room)}: ${oneLine(message.Content)}`,
      data: { roomArn: room.arn, userId: message.Sender.UserId, messageId: message.Id },
    });
  }

  // --- events ---

  public sendEvent(roomArn: string, eventName: string, attributes: StringMap, requestId?: string): string {
    const event = eventFrame(eventName, attributes, this.clock(), requestId);
    const audience = this.audiences.get(roomArn);
    if (audience) this.broadcast(audience, event);
    const room = this.options.directory.room(roomArn);
    if (room) this.options.log.record(room, 'EVENT', event);
    this.recordEvent(roomArn, event);
    return event.Id;
  }

  /** No more than an event: the service keeps no messages, so it takes any id, and does not hold back a message that is still being reviewed (guess). */
  public deleteMessage(roomArn: string, messageId: string, reason?: string, requestId?: string): string {
    // The official client knows the id by its old spelling only (seen); the new one is documented.
    const id = this.sendEvent(roomArn, 'aws:DELETE_MESSAGE', withReason({ MessageID: messageId, MessageId: messageId }, reason), requestId);
    if (this.audiences.get(roomArn)?.reviewed.has(messageId)) {
      this.options.activity.record({
        kind: 'message',
        level: 'warning',
        text: `message ${messageId} was deleted before its review ended: if it is allowed, clients get it after the event that deletes it`,
        data: { roomArn, messageId },
      });
    }
    return id;
  }

  /** The event is what the official client waits for (seen); everyone in the room gets it, the user included, before the connections end. */
  public disconnectUser(roomArn: string, userId: string, reason?: string, requestId?: string): void {
    this.sendEvent(roomArn, 'aws:DISCONNECT_USER', withReason({ UserId: userId }, reason), requestId);
    for (const connection of this.audiences.get(roomArn)?.connections ?? []) {
      if (connection.userId === userId) connection.close();
    }
  }

  // --- sending ---

  /** One loop for all: every connection of a room sees one order. */
  private broadcast(audience: Audience, frame: EventFrame | MessageFrame): void {
    const data = Buffer.from(JSON.stringify(frame));
    for (const connection of audience.connections) this.send(connection, data);
  }

  private tell(connection: Connection, frame: object): void {
    this.send(connection, Buffer.from(JSON.stringify(frame)));
  }

  private send(connection: Connection, data: Buffer): void {
    if (connection.send(data)) return;
    this.recordConnection(connection, 'was cut off: it does not read what it is sent', undefined, 'warning');
  }

  // --- who is where ---

  private audience(roomArn: string): Audience {
    let audience = this.audiences.get(roomArn);
    if (!audience) {
      const order = this.options.inOrder ? new ReleaseOrder() : undefined;
      audience = { connections: new Set(), messages: new MessageRate(), order, reviewed: new Set() };
      this.audiences.set(roomArn, audience);
    }
    return audience;
  }

  private forgetIfEmpty(roomArn: string, audience: Audience): void {
    if (audience.connections.size === 0 && audience.reviewed.size === 0) this.audiences.delete(roomArn);
  }

  private nameOf(roomArn: string): string {
    const room = this.options.directory.room(roomArn);
    return room ? labelOf(room) : 'a deleted room';
  }

  // --- the live log ---

  private recordConnection(connection: Connection, what: string, audience?: Audience, level?: 'warning'): void {
    const { roomArn, userId } = connection.session;
    const connections = audience?.connections.size;
    this.options.activity.record({ kind: 'connection', level, text: `${oneLine(userId)} ${what}`, data: { roomArn, userId, connections } });
  }

  private recordEvent(roomArn: string, event: EventFrame): void {
    this.options.activity.record({
      kind: 'event',
      text: `${oneLine(event.EventName)} in ${this.nameOf(roomArn)}`,
      data: { roomArn, eventId: event.Id, eventName: event.EventName, attributes: event.Attributes },
    });
  }

  private recordReview(room: Room, handler: string, message: MessageFrame, { verdict, milliseconds, problem, late }: Review): void {
    const took = `${Math.round(milliseconds)} ms`;
    const of = `review of a message of ${oneLine(message.Sender.UserId)} in ${labelOf(room)}`;
    const reason = verdict.result === 'DENY' && verdict.reason ? ` (${oneLine(verdict.reason)})` : '';
    const data = { roomArn: room.arn, messageId: message.Id, handler, milliseconds };
    this.options.activity.record({
      kind: 'review',
      level: problem || milliseconds > REVIEW_MILLISECONDS ? 'warning' : 'info',
      text: problem ? `${of}: fallback to ${verdict.result} after ${took}: ${oneLine(problem)}` : `${of}: ${verdict.result}${reason} in ${took}`,
      data: { ...data, result: verdict.result, problem },
    });
    void late?.then((tooLate) => {
      if (this.closing) return;
      const text = `${of}: the handler answered after ${Math.round(tooLate)} ms, which is too late`;
      this.options.activity.record({ kind: 'review', level: 'warning', text, data: { ...data, milliseconds: tooLate, late: true } });
    });
  }

  private unexpected(error: unknown): RequestError {
    const text = `something unexpected went wrong in messaging: ${error instanceof Error ? error.message : String(error)}`;
    this.options.activity.record({ kind: 'message', level: 'error', text });
    return new RequestError(500, 'Something went wrong in the local service.');
  }
}

function labelOf(room: Room): string {
  return room.name || room.id;
}

function withReason(attributes: StringMap, reason?: string): StringMap {
  return reason === undefined ? attributes : { ...attributes, Reason: reason };
}
