import type { Connection } from './connection';
import { type EventFrame, type MessageFrame, RequestError } from './server-frames';
import { REVIEW_MILLISECONDS, type Review } from './review';
import type { LiveLog } from '../../live-log/live-log';
import { oneLine } from '../../live-log/one-line';
import type { Room, RoomDirectory } from '../types';

/** What the live log says of messaging: a line for people, and the same as data for the playground. Tokens come in nowhere. */
export class MessagingLog {
  constructor(private readonly liveLog: LiveLog, private readonly directory: RoomDirectory) {}

  public connectionRefused(status: number, message: string): void {
    this.liveLog.record({ kind: 'connection', level: 'warning', text: `connection refused with ${status}: ${message}`, data: { status } });
  }

  /** @param connections how many there are in the room now */
  public joined(connection: Connection, connections: number): void {
    this.connection(connection, `joined ${this.nameOf(connection.session.roomArn)}`, { connections });
  }

  public left(connection: Connection, code: number, connections: number): void {
    this.connection(connection, `left ${this.nameOf(connection.session.roomArn)} (${code})`, { connections });
  }

  public cutOff(connection: Connection): void {
    this.connection(connection, 'was cut off: it does not read what it is sent', {}, 'warning');
  }

  public requestRefused({ userId, session: { roomArn } }: Connection, { code, message }: RequestError): void {
    this.liveLog.record({
      kind: 'message',
      level: 'warning',
      text: `${oneLine(userId)} in ${this.nameOf(roomArn)}: refused with ${code}: ${message}`,
      data: { roomArn, userId, errorCode: code },
    });
  }

  public delivered(room: Room, { Content, Id, Sender: { UserId } }: MessageFrame): void {
    this.liveLog.record({
      kind: 'message',
      text: `${oneLine(UserId)} in ${labelOf(room)}: ${oneLine(Content)}`,
      data: { roomArn: room.arn, messageId: Id, userId: UserId },
    });
  }

  public reviewed(room: Room, message: MessageFrame, review: Review): void {
    const { milliseconds, problem, verdict } = review;
    const of = reviewOf(room, message);
    const took = `${Math.round(milliseconds)} ms`;
    const reason = verdict.result === 'DENY' ? verdict.reason : undefined;
    const because = reason ? ` (${oneLine(reason)})` : '';
    this.liveLog.record({
      kind: 'review',
      level: problem || milliseconds > REVIEW_MILLISECONDS ? 'warning' : 'info',
      text: problem ? `${of}: fallback to ${verdict.result} after ${took}: ${oneLine(problem)}` : `${of}: ${verdict.result}${because} in ${took}`,
      data: {
        ...dataOf(room, message),
        content: message.Content,
        result: verdict.result,
        // What the handler has sent back: of a fallback nothing is known.
        contentReturned: verdict.content,
        reason,
        milliseconds,
        problem,
      },
    });
  }

  public reviewedTooLate(room: Room, message: MessageFrame, milliseconds: number): void {
    this.liveLog.record({
      kind: 'review',
      level: 'warning',
      text: `${reviewOf(room, message)}: the handler answered after ${Math.round(milliseconds)} ms, which is too late`,
      data: { ...dataOf(room, message), content: message.Content, milliseconds, late: true },
    });
  }

  public deletedInReview(roomArn: string, messageId: string): void {
    this.liveLog.record({
      kind: 'message',
      level: 'warning',
      text: `message ${messageId} was deleted before its review ended: if it is allowed, clients get it after the event that deletes it`,
      data: { roomArn, messageId },
    });
  }

  public sent(roomArn: string, { Attributes, EventName, Id }: EventFrame): void {
    this.liveLog.record({
      kind: 'event',
      text: `${oneLine(EventName)} in ${this.nameOf(roomArn)}`,
      data: { roomArn, eventId: Id, eventName: EventName, attributes: Attributes },
    });
  }

  /** @returns what the client is told */
  public unexpected(error: unknown): RequestError {
    const text = `something unexpected went wrong in messaging: ${error instanceof Error ? error.message : String(error)}`;
    this.liveLog.record({ kind: 'message', level: 'error', text });
    return new RequestError(500, 'Something went wrong in the local service.');
  }

  private connection({ userId, session: { roomArn } }: Connection, what: string, more: { connections?: number }, level?: 'warning'): void {
    this.liveLog.record({ kind: 'connection', level, text: `${oneLine(userId)} ${what}`, data: { roomArn, userId, ...more } });
  }

  private nameOf(roomArn: string): string {
    const room = this.directory.room(roomArn);
    return room ? labelOf(room) : 'a deleted room';
  }
}

function labelOf(room: Room): string {
  return room.name || room.id;
}

function reviewOf(room: Room, message: MessageFrame): string {
  return `review of a message of ${oneLine(message.Sender.UserId)} in ${labelOf(room)}`;
}

function dataOf(room: Room, message: MessageFrame): object {
  return { roomArn: room.arn, messageId: message.Id, userId: message.Sender.UserId, handler: room.messageReviewHandler?.uri };
}
