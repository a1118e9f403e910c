import type { Inbox } from './api';

const TIMEOUT_MILLISECONDS = 5_000;

/** Buffers what a connection receives until it is read. */
export class MessageInbox<T> implements Inbox<T> {
  private readonly unread: T[] = [];
  private readonly readers: ((result: IteratorResult<T, undefined>) => void)[] = [];
  private isEnded = false;

  /** @param description for error messages, such as "message for ada" */
  constructor(private readonly description: string) {}

  public add(item: T): void {
    const reader = this.readers.shift();
    if (reader) reader({ done: false, value: item });
    else this.unread.push(item);
  }

  /** Ends the iteration after the items that are unread. */
  public end(): void {
    this.isEnded = true;
    for (const reader of this.readers.splice(0)) reader({ done: true, value: undefined });
  }

  public async take(timeoutMilliseconds = TIMEOUT_MILLISECONDS): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.readers.splice(this.readers.indexOf(reader), 1);
        reject(new Error(`No ${this.description} arrived within ${timeoutMilliseconds / 1000} seconds.`));
      }, timeoutMilliseconds);
      const reader = ({ done, value }: IteratorResult<T, undefined>) => {
        clearTimeout(timer);
        if (done) reject(new Error(`No ${this.description} can arrive, because the connection is closed.`));
        else resolve(value);
      };
      this.read(reader);
    });
  }

  // Without return(), so that leaving a loop keeps what is unread.
  public [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return { next: async () => new Promise(resolve => this.read(resolve)) };
  }

  private read(reader: (result: IteratorResult<T, undefined>) => void): void {
    if (this.unread.length > 0) reader({ done: false, value: this.unread.shift()! });
    else if (this.isEnded) reader({ done: true, value: undefined });
    else this.readers.push(reader);
  }
}
