import type { MessagingLiveLog } from './messaging-live-log';
import type { RoomStates } from './room-state';
import { eventFrame } from './server-frames';
import type { Clock } from '../clock';
import type { ChatLog, Messenger, RoomDirectory, StringMap } from '../types';

export interface RoomEventsOptions {
  readonly chatLog: ChatLog;
  readonly clock: Clock;
  readonly directory: RoomDirectory;
  readonly liveLog: MessagingLiveLog;
  readonly roomStates: RoomStates;
}

/** Sends events to the clients of a room, for the control plane and for moderators. */
export class RoomEvents implements Messenger {
  constructor(private readonly options: RoomEventsOptions) {}

  /** @param requestId of the client's request; undefined for the control plane */
  public sendEvent(roomArn: string, eventName: string, attributes: StringMap, requestId?: string): string {
    const { chatLog, clock, directory, liveLog, roomStates } = this.options;
    const event = eventFrame(eventName, attributes, clock.now(), requestId);
    roomStates.find(roomArn)?.broadcast(event);
    const room = directory.room(roomArn);
    if (room) chatLog.record(room, 'EVENT', event);
    liveLog.sent(roomArn, event);
    return event.Id;
  }

  /** Only sends an event: the service stores no messages, so it accepts any id and does not stop a message under review (guess). */
  public deleteMessage(roomArn: string, messageId: string, reason?: string, requestId?: string): string {
    // MessageID is what the official client reads (seen); MessageId is documented.
    const id = this.sendEvent(roomArn, 'aws:DELETE_MESSAGE', withReason({ MessageID: messageId, MessageId: messageId }, reason), requestId);
    const { liveLog, roomStates } = this.options;
    if (roomStates.find(roomArn)?.underReview.has(messageId)) liveLog.deletedDuringReview(roomArn, messageId);
    return id;
  }

  /** Sends the event, which the official client waits for (seen), to the whole room including the user, then closes the user's connections. */
  public disconnectUser(roomArn: string, userId: string, reason?: string, requestId?: string): void {
    this.sendEvent(roomArn, 'aws:DISCONNECT_USER', withReason({ UserId: userId }, reason), requestId);
    for (const connection of this.options.roomStates.find(roomArn)?.connections ?? []) {
      if (connection.userId === userId) connection.close('disconnected');
    }
  }
}

function withReason(attributes: StringMap, reason?: string): StringMap {
  return reason === undefined ? attributes : { ...attributes, Reason: reason };
}
