import { WebSocket } from 'ws';

/** A frame that does not come ends the measurement, rather than to hold it up. */
const PATIENCE_MILLISECONDS = 10_000;

export interface Received {
  readonly time: number;
  readonly text: string;
}

/** One connection, bare: the official client would be measured along. */
export class Client {
  public static async connect(url: string, token: string): Promise<Client> {
    const socket = new WebSocket(url, token);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Client(socket);
  }

  private taken?: (frame: Received) => void;

  private constructor(private readonly socket: WebSocket) {
    // The time is taken before anything else is done.
    socket.on('message', data => this.taken?.({ time: performance.now(), text: String(data) }));
  }

  /** What comes next. */
  public async next(): Promise<Received> {
    let timer: NodeJS.Timeout;
    return new Promise<Received>((resolve, reject) => {
      this.taken = resolve;
      timer = setTimeout(() => reject(new Error(`A frame did not come within ${PATIENCE_MILLISECONDS / 1000} s.`)), PATIENCE_MILLISECONDS);
    }).finally(() => clearTimeout(timer));
  }

  /** @returns when it was sent */
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

/** Nothing is compared with a refusal. */
export function checkDelivered({ text }: Received, requestId: string): void {
  const { RequestId, Type, ErrorMessage, Action } = JSON.parse(text);
  if (RequestId !== requestId || (Type !== 'MESSAGE' && Action !== 'SEND_MESSAGE')) {
    throw new Error(`What came back is not the message that was sent, so its time says nothing: ${ErrorMessage ?? text}`);
  }
}
