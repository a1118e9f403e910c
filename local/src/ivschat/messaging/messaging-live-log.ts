import type { Connection } from './connection';
import { REVIEW_MILLISECONDS, type Review } from './review';
import { RequestError, type EventFrame, type MessageFrame } from './server-frames';
import type { LiveLog } from '../../live-log/live-log';
import { oneLine } from '../../live-log/one-line';
import type { Room, RoomDirectory } from '../types';

/** Records messaging in the live log: a line for people, and data for the playground. Never records a token. */
export class MessagingLiveLog {
  constructor(private readonly liveLog: LiveLog, private readonly directory: RoomDirectory) {}

  public connectionRejected(status: number, message: string): void {
    this.liveLog.record({ kind: 'connection', level: 'warning', text: `connection rejected with ${status}: ${message}`, data: { status } });
  }

  /** @param connections number of connections in the room, this one included */
  public joined(connection: Connection, connections: number): void {
    this.connection(connection, `joined ${this.nameOf(connection.session.roomArn)}`, { connections });
  }

  /** @param connections number of connections that remain in the room */
  public left(connection: Connection, closeCode: number, connections: number): void {
    this.connection(connection, `left ${this.nameOf(connection.session.roomArn)} (${closeCode})`, { connections });
  }

  public slowReader(connection: Connection): void {
    this.connection(connection, 'was disconnected: it does not read the frames it receives', {}, 'warning');
  }

  public requestRejected({ userId, session: { roomArn } }: Connection, { code, message }: RequestError): void {
    this.liveLog.record({
      kind: 'message',
      level: 'warning',
      text: `${oneLine(userId)} in ${this.nameOf(roomArn)}: request rejected with ${code}: ${message}`,
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
    const subject = reviewOf(room, message);
    const duration = `${Math.round(milliseconds)} ms`;
    const reason = verdict.result === 'DENY' ? verdict.reason : undefined;
    const suffix = reason ? ` (${oneLine(reason)})` : '';
    this.liveLog.record({
      kind: 'review',
      level: problem || milliseconds > REVIEW_MILLISECONDS ? 'warning' : 'info',
      text: problem ? `${subject}: fallback to ${verdict.result} after ${duration}: ${oneLine(problem)}` : `${subject}: ${verdict.result}${suffix} in ${duration}`,
      data: {
        ...dataOf(room, message),
        content: message.Content,
        result: verdict.result,
        // Undefined for a fallback: the handler returned nothing valid.
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
      text: `${reviewOf(room, message)}: the handler answered too late, after ${Math.round(milliseconds)} ms`,
      data: { ...dataOf(room, message), content: message.Content, milliseconds, late: true },
    });
  }

  public deletedDuringReview(roomArn: string, messageId: string): void {
    this.liveLog.record({
      kind: 'message',
      level: 'warning',
      text: `message ${messageId} was deleted during its review: if the review allows it, clients receive it after the deletion`,
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

  /** @returns the error for the client, without the details */
  public unexpected(error: unknown): RequestError {
    const text = `ivschat-local failed in messaging: ${error instanceof Error ? error.message : String(error)}`;
    this.liveLog.record({ kind: 'message', level: 'error', text });
    return new RequestError(500, INTERNAL_ERROR);
  }

  private connection(
    { userId, session: { roomArn } }: Connection, text: string, data: { connections?: number }, level?: 'warning',
  ): void {
    this.liveLog.record({ kind: 'connection', level, text: `${oneLine(userId)} ${text}`, data: { roomArn, userId, ...data } });
  }

  private nameOf(roomArn: string): string {
    const room = this.directory.room(roomArn);
    return room ? labelOf(room) : 'a deleted room';
  }
}

/** What clients learn of an unexpected error. */
export const INTERNAL_ERROR = 'ivschat-local failed unexpectedly: see its live log.';

function labelOf(room: Room): string {
  return room.name || room.id;
}

function reviewOf(room: Room, message: MessageFrame): string {
  return `review of a message from ${oneLine(message.Sender.UserId)} in ${labelOf(room)}`;
}

function dataOf(room: Room, message: MessageFrame): object {
  return { roomArn: room.arn, messageId: message.Id, userId: message.Sender.UserId, handler: room.messageReviewHandler?.uri };
}
