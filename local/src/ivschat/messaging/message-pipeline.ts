import { readSendMessage, type Fields } from './client-requests';
import type { Connection } from './connection';
import type { MessagingLiveLog } from './messaging-live-log';
import { review } from './review';
import type { RoomState, RoomStates } from './room-state';
import { errorFrame, RequestError, sendTime, type MessageFrame } from './server-frames';
import type { Clock } from '../clock';
import { newId } from '../ids';
import type { ChatLog, FunctionInvoker, Room } from '../types';

export interface MessagePipelineOptions {
  readonly clock: Clock;
  readonly roomStates: RoomStates;
  readonly functions: FunctionInvoker;
  readonly chatLog: ChatLog;
  readonly liveLog: MessagingLiveLog;
  readonly reviewMilliseconds: number;
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal;
}

type Release = (deliver: () => void) => void;

/** Takes a message from its receipt to all clients of the room: limits, review, delivery. */
export class MessagePipeline {
  private readonly reviews = new Set<Promise<void>>();

  constructor(private readonly options: MessagePipelineOptions) {}

  /** Throws a RequestError if the message exceeds a limit. */
  public receive(connection: Connection, room: Room, fields: Fields, now: number, requestId = ''): void {
    const { content, attributes } = readSendMessage(fields, room.maximumMessageLength);
    const state = this.options.roomStates.findOrCreate(room.arn);
    if (!state.messageRate.accept(this.options.clock.monotonic(), room.maximumMessageRatePerSecond)) {
      throw new RequestError(429, `This room takes ${room.maximumMessageRatePerSecond} messages per second.`);
    }
    const message: MessageFrame = {
      Type: 'MESSAGE',
      Id: newId(),
      RequestId: requestId,
      Attributes: attributes,
      Content: content,
      SendTime: sendTime(now),
      Sender: { UserId: connection.userId, Attributes: connection.session.attributes },
    };
    const release: Release = state.deliveryOrder?.takeTurn() ?? (deliver => deliver());
    if (!room.messageReviewHandler?.uri) return release(() => this.deliver(room, state, message));

    const ended = this.review(connection, room, room.messageReviewHandler, state, message, release)
      .catch(error => void this.options.liveLog.unexpected(error))
      .finally(() => this.reviews.delete(ended));
    this.reviews.add(ended);
  }

  /** Waits for reviews under way, which the time limit bounds. */
  public async close(): Promise<void> {
    await Promise.all(this.reviews);
  }

  /** Uses the room as it was at the receipt of the message, even if it has been changed or deleted since. */
  private async review(
    connection: Connection,
    room: Room,
    handler: NonNullable<Room['messageReviewHandler']>,
    state: RoomState,
    message: MessageFrame,
    release: Release,
  ): Promise<void> {
    const { functions, liveLog, reviewMilliseconds, roomStates, stopping } = this.options;
    state.underReview.add(message.Id);
    const outcome = await review(functions, room, handler, {
      Content: message.Content,
      MessageId: message.Id,
      RoomArn: room.arn,
      Attributes: message.Attributes,
      Sender: { ...message.Sender, Ip: connection.ip },
    }, reviewMilliseconds);
    state.underReview.delete(message.Id);
    liveLog.reviewed(room, message, outcome);
    void outcome.late?.then(milliseconds => {
      if (!stopping.aborted) liveLog.reviewedTooLate(room, message, milliseconds);
    });

    const { verdict } = outcome;
    if (verdict.result === 'ALLOW') {
      const { content = message.Content, attributes = message.Attributes } = verdict;
      release(() => this.deliver(room, state, { ...message, Content: content, Attributes: attributes }));
    } else {
      release(() => undefined);
      // Documented: this error has the id of the message.
      const requestId = message.RequestId || undefined;
      connection.sendFrame(errorFrame(406, verdict.reason ?? 'The message was denied in review.', requestId, message.Id));
    }
    roomStates.deleteIfIdle(room.arn);
  }

  private deliver(room: Room, state: RoomState, message: MessageFrame): void {
    state.broadcast(message);
    this.options.chatLog.record(room, 'MESSAGE', message);
    this.options.liveLog.delivered(room, message);
  }
}
