import { parseFields, readAction, readDeleteMessage, readDisconnectUser, type Fields } from './client-requests';
import type { Connection } from './connection';
import type { MessagePipeline } from './message-pipeline';
import type { MessagingLiveLog } from './messaging-live-log';
import type { RoomEvents } from './room-events';
import { errorFrame, RequestError } from './server-frames';
import type { Clock } from '../clock';
import type { RoomDirectory } from '../types';

/** Requests per second of a connection. Documented, not adjustable. */
const REQUESTS_PER_SECOND = 10;

export interface RequestHandlerOptions {
  readonly clock: Clock;
  readonly directory: RoomDirectory;
  readonly events: RoomEvents;
  readonly liveLog: MessagingLiveLog;
  readonly pipeline: MessagePipeline;
}

/** Performs the requests of chat clients, or answers with an ERROR frame. */
export class RequestHandler {
  constructor(private readonly options: RequestHandlerOptions) {}

  public receive(connection: Connection, data: Buffer, isBinary: boolean): void {
    const { clock, liveLog } = this.options;
    const now = clock.now();
    const fields = parseFields(data, isBinary);
    const requestId = typeof fields?.RequestId === 'string' ? fields.RequestId : undefined;
    try {
      if (now >= connection.session.sessionExpirationTime.getTime()) return this.expire(connection, requestId);
      if (!connection.requestRate.accept(clock.monotonic(), REQUESTS_PER_SECOND)) {
        throw new RequestError(429, `A connection may send ${REQUESTS_PER_SECOND} requests per second.`);
      }
      if (!fields) throw new RequestError(400, 'A request must be a text frame with a JSON object.');
      this.perform(connection, fields, now, requestId);
    } catch (error) {
      const requestError = error instanceof RequestError ? error : liveLog.unexpected(error);
      liveLog.requestRejected(connection, requestError);
      connection.sendFrame(errorFrame(requestError.code, requestError.message, requestId));
    }
  }

  /** Sends the documented 401, at which the official client reconnects with a new token. That it comes without a request is a guess. */
  public expire(connection: Connection, requestId?: string): void {
    connection.sendFrame(errorFrame(401, 'The chat session has expired.', requestId));
    connection.close('session-expired');
  }

  private perform(connection: Connection, fields: Fields, now: number, requestId?: string): void {
    const { directory, events, pipeline } = this.options;
    const action = readAction(fields);
    if (!connection.session.capabilities.includes(action)) throw new RequestError(403, `The chat token does not have the capability ${action}.`);
    // Documented: deleting a room does not close its connections.
    const room = directory.room(connection.session.roomArn);
    if (!room) throw new RequestError(404, 'The room does not exist.');

    if (action === 'SEND_MESSAGE') {
      pipeline.receive(connection, room, fields, now, requestId);
    } else if (action === 'DELETE_MESSAGE') {
      const { id, reason } = readDeleteMessage(fields);
      events.deleteMessage(room.arn, id, reason, requestId);
    } else {
      const { userId, reason } = readDisconnectUser(fields);
      events.disconnectUser(room.arn, userId, reason, requestId);
    }
  }
}
