import WebSocket from 'ws';
import { MessageRate } from './rate-limit';
import type { ChatToken } from '../types';

/** What a client may leave unread before it is cut off, so that one stalled reader cannot fill the memory. */
export const UNREAD_BYTES = 1024 * 1024;
/** setTimeout knows no more. */
const LONGEST_TIMER = 2 ** 31 - 1;
const TEXT = { binary: false };

/** One WebSocket of one user in one room. */
export class Connection {
  public readonly requests = new MessageRate();
  private expiry?: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    /** What the user's token gave. */
    public readonly session: ChatToken,
    public readonly ip: string,
    private readonly onCutOff: () => void,
  ) {}

  /** False from the moment it is closed by us: what still comes in is not read. */
  public get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  public get userId(): string {
    return this.session.userId;
  }

  public expireAfter(milliseconds: number, expire: () => void): void {
    this.expiry = setTimeout(expire, Math.min(Math.max(milliseconds, 0), LONGEST_TIMER));
  }

  public tell(frame: object): void {
    this.send(Buffer.from(JSON.stringify(frame)));
  }

  /** @param frame text in UTF-8, which all receivers share */
  public send(frame: Buffer): void {
    if (!this.isOpen) return;
    this.socket.send(frame, TEXT);
    if (this.socket.bufferedAmount <= UNREAD_BYTES) return;
    this.socket.terminate(); // a close frame would wait behind all that is unread
    this.onCutOff();
  }

  /** A clean close, which the official client does not answer with a new connection. */
  public close(): void {
    this.socket.close(1000);
  }

  /** To be called when the socket is closed, by whomever. */
  public closed(): void {
    clearTimeout(this.expiry);
  }
}
