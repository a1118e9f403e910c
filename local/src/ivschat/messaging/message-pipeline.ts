import type { Audience, Audiences } from './room-state';
import { readSendMessage, type Fields } from './client-requests';
import type { Connection } from './connection';
import { errorFrame, type MessageFrame, RequestError } from './server-frames';
import { newId } from '../ids';
import type { MessagingLog } from './messaging-live-log';
import { review } from './review';
import type { ChatLog, FunctionInvoker, Room } from '../types';

export interface IncomingMessagesOptions {
  readonly audiences: Audiences;
  readonly functions: FunctionInvoker;
  readonly chatLog: ChatLog;
  readonly log: MessagingLog;
  readonly reviewMilliseconds: number;
}

type Release = (deliver: () => void) => void;

/** The way of a message from its receipt to everyone in the room: limits, review, delivery. */
export class IncomingMessages {
  private readonly reviews = new Set<Promise<void>>();
  private closing = false;

  constructor(private readonly options: IncomingMessagesOptions) {}

  public receive(connection: Connection, room: Room, fields: Fields, now: number, requestId = ''): void {
    const { content, attributes } = readSendMessage(fields, room.maximumMessageLength);
    const audience = this.options.audiences.of(room.arn);
    if (!audience.rate.accept(now, room.maximumMessageRatePerSecond)) {
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
    const release: Release = audience.order?.enter() ?? (deliver => deliver());
    if (!room.messageReviewHandler?.uri) return release(() => this.deliver(room, audience, message));

    const ended = this.review(connection, room, room.messageReviewHandler, audience, message, release)
      .catch(error => void this.options.log.unexpected(error))
      .finally(() => this.reviews.delete(ended));
    this.reviews.add(ended);
  }

  /** Waits for reviews under way: they are bounded. */
  public async close(): Promise<void> {
    this.closing = true;
    await Promise.all(this.reviews);
  }

  /** All goes by the room as it was when the message came in, even if it has been changed or deleted since. */
  private async review(
    connection: Connection,
    room: Room,
    handler: NonNullable<Room['messageReviewHandler']>,
    audience: Audience,
    message: MessageFrame,
    release: Release,
  ): Promise<void> {
    const { audiences, functions, log, reviewMilliseconds } = this.options;
    audience.reviewed.add(message.Id);
    const outcome = await review(functions, room, handler, {
      Content: message.Content,
      MessageId: message.Id,
      RoomArn: room.arn,
      Attributes: message.Attributes,
      Sender: { ...message.Sender, Ip: connection.ip },
    }, reviewMilliseconds);
    audience.reviewed.delete(message.Id);
    log.reviewed(room, message, outcome);
    void outcome.late?.then(milliseconds => {
      if (!this.closing) log.reviewedTooLate(room, message, milliseconds);
    });

    const { verdict } = outcome;
    if (verdict.result === 'ALLOW') {
      const { content = message.Content, attributes = message.Attributes } = verdict;
      release(() => this.deliver(room, audience, { ...message, Content: content, Attributes: attributes }));
    } else {
      release(() => undefined);
      // That this error has the id of the message is documented. The sender may have gone: then nobody is told.
      const requestId = message.RequestId || undefined;
      connection.tell(errorFrame(406, verdict.reason ?? 'The message was denied in review.', requestId, message.Id));
    }
    audiences.forgetIfEmpty(room.arn);
  }

  private deliver(room: Room, audience: Audience, message: MessageFrame): void {
    audience.broadcast(message);
    this.options.chatLog.record(room, 'MESSAGE', message);
    this.options.log.delivered(room, message);
  }
}
