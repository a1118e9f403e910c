import { WebSocket } from 'ws';

/** A frame that does not arrive ends the measurement instead of blocking it. */
const TIMEOUT_MILLISECONDS = 10_000;

export interface Received {
  readonly time: number;
  readonly text: string;
}

/** A bare connection, because the official client would be measured too. */
export class Client {
  public static async connect(url: string, token: string): Promise<Client> {
    const socket = new WebSocket(url, token);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Client(socket);
  }

  private onFrame?: (frame: Received) => void;

  private constructor(private readonly socket: WebSocket) {
    // Reads the clock before it does anything else.
    socket.on('message', data => this.onFrame?.({ time: performance.now(), text: String(data) }));
  }

  /** Waits for the next frame. */
  public async next(): Promise<Received> {
    let timer: NodeJS.Timeout;
    return new Promise<Received>((resolve, reject) => {
      this.onFrame = resolve;
      timer = setTimeout(() => reject(new Error(`A frame did not arrive within ${TIMEOUT_MILLISECONDS / 1000} s`)), TIMEOUT_MILLISECONDS);
    }).finally(() => clearTimeout(timer));
  }

  /** Returns when it was sent. */
  public send(frame: string): number {
    const time = performance.now();
    this.socket.send(frame);
    return time;
  }

  public close(): void {
    this.socket.terminate();
  }
}

export async function connectAll(url: string, tokens: string[]): Promise<Client[]> {
  return Promise.all(tokens.map(async token => Client.connect(url, token)));
}

export function sendMessageFrame(requestId: string): string {
  return JSON.stringify({ Action: 'SEND_MESSAGE', RequestId: requestId, Content: 'Hello everyone, and welcome to the show!' });
}

/** Throws if the frame is a refusal or another message: its time would mean nothing. */
export function checkDelivered({ text }: Received, requestId: string): void {
  const { RequestId, Type, ErrorMessage, Action } = JSON.parse(text);
  if (RequestId !== requestId || (Type !== 'MESSAGE' && Action !== 'SEND_MESSAGE')) {
    throw new Error(`The frame must be the message ${requestId}, got ${ErrorMessage ?? text}`);
  }
}
