import WebSocket from 'ws';
import { RateLimit } from './rate-limit';
import type { ChatToken } from '../types';

/** Unread data at which a client is disconnected, so that one stalled reader cannot fill the memory. */
export const UNREAD_BYTES = 1024 * 1024;
/** The longest delay that setTimeout supports. */
const LONGEST_TIMER_MILLISECONDS = 2 ** 31 - 1;
/** Time for a client to answer the close frame when the server stops. */
const STOP_MILLISECONDS = 500;
const TEXT = { binary: false };

/** Why this side closes a connection. */
export type CloseReason = 'disconnected' | 'server-stopped' | 'session-expired' | 'slow-reader';

/** The official client does not reconnect after code 1000 (seen). A slow reader gets no close frame: it would wait behind the unread data. */
const CLOSE_CODES: Readonly<Record<Exclude<CloseReason, 'slow-reader'>, number>> = {
  'disconnected': 1000,
  'server-stopped': 1001,
  'session-expired': 1000,
};

type ConnectionState =
  | { readonly name: 'open'; readonly expiry: NodeJS.Timeout }
  /** This side has closed the connection: later requests are ignored. */
  | { readonly name: 'closing'; readonly reason: CloseReason }
  | { readonly name: 'closed' };

/** How a connection ended. */
export interface Closure {
  readonly code: number;
  readonly reason: CloseReason | 'client';
}

/** A WebSocket of a user in a room. */
export class Connection {
  public readonly requestRate = new RateLimit();
  /** Resolves when the socket is closed, by either side. */
  public readonly closed: Promise<Closure>;
  private state: ConnectionState;

  /**
   * @param session the chat token that the client connected with
   * @param expiry called after its milliseconds, unless the connection is closed before
   */
  constructor(
    private readonly socket: WebSocket,
    public readonly session: ChatToken,
    public readonly ip: string,
    expiry: { readonly milliseconds: number; readonly call: () => void },
  ) {
    const delay = Math.min(Math.max(expiry.milliseconds, 0), LONGEST_TIMER_MILLISECONDS);
    this.state = { name: 'open', expiry: setTimeout(expiry.call, delay) };
    this.closed = new Promise(resolve => socket.once('close', code => {
      const reason = this.state.name === 'closing' ? this.state.reason : 'client';
      this.changeState({ name: 'closed' });
      resolve({ code, reason });
    }));
    // A frame that is too large (1009) or invalid: the library closes the connection.
    socket.on('error', () => undefined);
  }

  public get userId(): string {
    return this.session.userId;
  }

  /** @param onRequest called with each frame of the client until either side closes the connection */
  public listen(onRequest: (data: Buffer, isBinary: boolean) => void): void {
    this.socket.on('message', (data, isBinary) => {
      if (this.isOpen) onRequest(data as Buffer, isBinary);
    });
  }

  public sendFrame(frame: object): void {
    this.send(Buffer.from(JSON.stringify(frame)));
  }

  /** @param data a frame as JSON in UTF-8, which the connections of a room share */
  public send(data: Buffer): void {
    if (!this.isOpen) return;
    this.socket.send(data, TEXT);
    if (this.socket.bufferedAmount > UNREAD_BYTES) this.close('slow-reader');
  }

  /** Has no effect on a connection that is closing or closed. */
  public close(reason: CloseReason): void {
    if (this.state.name !== 'open') return;
    this.changeState({ name: 'closing', reason });
    if (reason === 'slow-reader') this.socket.terminate();
    else this.socket.close(CLOSE_CODES[reason]);
  }

  /** Closes the connection because the server stops, without waiting long for the client. */
  public async stop(): Promise<void> {
    const timer = setTimeout(() => this.socket.terminate(), STOP_MILLISECONDS);
    this.close('server-stopped');
    await this.closed;
    clearTimeout(timer);
  }

  /** The socket leaves its open state by itself when the client closes it. */
  private get isOpen(): boolean {
    return this.state.name === 'open' && this.socket.readyState === WebSocket.OPEN;
  }

  private changeState(next: ConnectionState): void {
    if (this.state.name === 'open') clearTimeout(this.state.expiry);
    this.state = next;
  }
}
