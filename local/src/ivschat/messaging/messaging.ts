import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { Connections } from './connections';
import { MessagePipeline } from './message-pipeline';
import { MessagingLiveLog } from './messaging-live-log';
import { RequestHandler } from './request-handler';
import { REVIEW_MILLISECONDS } from './review';
import { RoomEvents } from './room-events';
import { RoomStates } from './room-state';
import type { LiveLog } from '../../live-log/live-log';
import { SYSTEM_CLOCK, type Clock } from '../clock';
import type { ChatLog, FunctionInvoker, Messenger, RoomDirectory, StringMap } from '../types';

export interface MessagingOptions {
  readonly directory: RoomDirectory;
  readonly functions: FunctionInvoker;
  readonly chatLog: ChatLog;
  readonly liveLog: LiveLog;
  /** @default - the clock of the machine */
  readonly clock?: Clock;
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
  private readonly connections: Connections;
  private readonly events: RoomEvents;
  private readonly pipeline: MessagePipeline;
  private readonly roomStates: RoomStates;
  private readonly stopping = new AbortController();

  constructor(options: MessagingOptions) {
    const { chatLog, clock = SYSTEM_CLOCK, directory, functions, inOrder = false, reviewMilliseconds = REVIEW_MILLISECONDS } = options;
    const liveLog = new MessagingLiveLog(options.liveLog, directory);
    const roomStates = new RoomStates(inOrder);
    const stopping = this.stopping.signal;
    this.roomStates = roomStates;
    this.pipeline = new MessagePipeline({ chatLog, clock, functions, liveLog, reviewMilliseconds, roomStates, stopping });
    this.events = new RoomEvents({ chatLog, clock, directory, liveLog, roomStates });
    const requests = new RequestHandler({ clock, directory, events: this.events, liveLog, pipeline: this.pipeline });
    this.connections = new Connections({ clock, directory, liveLog, requests, roomStates, stopping });
  }

  /** Number of rooms that have connections or messages under review. */
  public get activeRooms(): number {
    return this.roomStates.size;
  }

  public handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.connections.handleUpgrade(request, socket, head);
  }

  public sendEvent(roomArn: string, eventName: string, attributes: StringMap): string {
    return this.events.sendEvent(roomArn, eventName, attributes);
  }

  public deleteMessage(roomArn: string, messageId: string, reason?: string): string {
    return this.events.deleteMessage(roomArn, messageId, reason);
  }

  public disconnectUser(roomArn: string, userId: string, reason?: string): void {
    this.events.disconnectUser(roomArn, userId, reason);
  }

  /** Closes all connections and waits for reviews under way. */
  public async close(): Promise<void> {
    this.stopping.abort();
    await this.connections.close();
    await this.pipeline.close();
  }
}
