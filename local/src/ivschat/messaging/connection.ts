import WebSocket from 'ws';
import { RateLimit } from './rate-limit';
import type { ChatToken } from '../types';

/** Unread data at which a client is disconnected, so that one stalled reader cannot fill the memory. */
export const UNREAD_BYTES = 1024 * 1024;
/** The longest delay that setTimeout supports. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
const TEXT = { binary: false };

/** A WebSocket of a user in a room. */
export class Connection {
  public readonly requestRate = new RateLimit();
  private expiry?: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    /** The chat token that the client connected with. */
    public readonly session: ChatToken,
    public readonly ip: string,
    private readonly onSlowReader: () => void,
  ) {}

  /** False as soon as this side closes the connection: later requests are ignored. */
  public get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  public get userId(): string {
    return this.session.userId;
  }

  public expireAfter(milliseconds: number, expire: () => void): void {
    this.expiry = setTimeout(expire, Math.min(Math.max(milliseconds, 0), LONGEST_TIMER_MILLISECONDS));
  }

  public sendFrame(frame: object): void {
    this.send(Buffer.from(JSON.stringify(frame)));
  }

  /** @param data a frame as JSON in UTF-8, which the connections of a room share */
  public send(data: Buffer): void {
    if (!this.isOpen) return;
    this.socket.send(data, TEXT);
    if (this.socket.bufferedAmount <= UNREAD_BYTES) return;
    this.socket.terminate(); // a close frame would wait behind the unread data
    this.onSlowReader();
  }

  /** Closes normally, after which the official client does not reconnect. */
  public close(): void {
    this.socket.close(1000);
  }

  /** Releases resources. To be called when the socket is closed, by either side. */
  public dispose(): void {
    clearTimeout(this.expiry);
  }
}
