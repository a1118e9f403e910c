import type { CloseReason, Closure, Connection } from './connection';
import { REVIEW_MILLISECONDS, type Review } from './review';
import { RequestError, type EventFrame, type MessageFrame } from './server-frames';
import type { LiveLog } from '../../live-log/live-log';
import { oneLine } from '../../live-log/one-line';
import type { Room, RoomDirectory } from '../types';

/** What clients learn of an unexpected error. */
export const INTERNAL_ERROR = 'ivschat-local failed unexpectedly: see its live log.';

const CLOSE_REASONS: Readonly<Record<CloseReason, string>> = {
  'disconnected': 'disconnected',
  'server-stopped': 'the server stopped',
  'session-expired': 'the session has expired',
  'slow-reader': 'disconnected, because it does not read the frames it receives',
};

/**
 * Records messaging in the live log: a line for people, and data for the playground. Never records a token.
 *
 * `data.event` tells the entries of a kind apart; among reviews, those of late answers have `late`.
 */
export class MessagingLiveLog {
  constructor(private readonly liveLog: LiveLog, private readonly directory: RoomDirectory) {}

  public connectionRejected(status: number, message: string): void {
    this.liveLog.record({
      kind: 'connection',
      level: 'warning',
      text: `connection rejected with ${status}: ${message}`,
      data: { event: 'rejected', status, message },
    });
  }

  /** @param connections number of connections in the room, this one included */
  public joined({ session: { roomArn, userId } }: Connection, connections: number): void {
    this.liveLog.record({
      kind: 'connection',
      text: `${oneLine(userId)} joined ${this.nameOf(roomArn)}`,
      data: { event: 'joined', roomArn, userId, connections },
    });
  }

  /** @param connections number of connections that remain in the room */
  public left({ session: { roomArn, userId } }: Connection, { code, reason }: Closure, connections: number): void {
    const suffix = reason === 'client' ? '' : `: ${CLOSE_REASONS[reason]}`;
    this.liveLog.record({
      kind: 'connection',
      level: reason === 'slow-reader' ? 'warning' : 'info',
      text: `${oneLine(userId)} left ${this.nameOf(roomArn)} (${code})${suffix}`,
      data: { event: 'left', roomArn, userId, connections, closeCode: code, reason },
    });
  }

  public requestRejected({ session: { roomArn, userId } }: Connection, { code, message }: RequestError): void {
    this.liveLog.record({
      kind: 'message',
      level: 'warning',
      text: `${oneLine(userId)} in ${this.nameOf(roomArn)}: request rejected with ${code}: ${message}`,
      data: { event: 'rejected', roomArn, userId, errorCode: code, errorMessage: message },
    });
  }

  public delivered(room: Room, { Content, Id, Sender: { UserId } }: MessageFrame): void {
    this.liveLog.record({
      kind: 'message',
      text: `${oneLine(UserId)} in ${labelOf(room)}: ${oneLine(Content)}`,
      data: { event: 'delivered', roomArn: room.arn, messageId: Id, userId: UserId, content: Content },
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
        // To send the message again.
        attributes: message.Attributes,
        senderAttributes: message.Sender.Attributes,
        result: verdict.result,
        // Undefined for a fallback: the handler returned nothing valid.
        contentReturned: verdict.content,
        attributesReturned: verdict.result === 'ALLOW' ? verdict.attributes : undefined,
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
      data: { ...dataOf(room, message), milliseconds, late: true },
    });
  }

  public deletedDuringReview(roomArn: string, messageId: string): void {
    this.liveLog.record({
      kind: 'message',
      level: 'warning',
      text: `message ${messageId} was deleted during its review: if the review allows it, clients receive it after the deletion`,
      data: { event: 'deleted-during-review', roomArn, messageId },
    });
  }

  public sent(roomArn: string, { Attributes, EventName, Id }: EventFrame): void {
    this.liveLog.record({
      kind: 'event',
      text: `${oneLine(EventName)} in ${this.nameOf(roomArn)}`,
      data: { event: 'sent', roomArn, eventId: Id, eventName: EventName, attributes: Attributes },
    });
  }

  /** @returns the error for the client, without the details */
  public unexpected(error: unknown): RequestError {
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    this.liveLog.record({ kind: 'message', level: 'error', text: `ivschat-local failed in messaging: ${message}`, data: { event: 'failed', message, stack } });
    return new RequestError(500, INTERNAL_ERROR);
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
  return `review of a message from ${oneLine(message.Sender.UserId)} in ${labelOf(room)}`;
}

function dataOf(room: Room, { Content, Id, Sender: { UserId } }: MessageFrame): object {
  return { roomArn: room.arn, messageId: Id, userId: UserId, handler: room.messageReviewHandler?.uri, content: Content };
}
