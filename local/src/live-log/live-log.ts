import { sanitizeLine, sanitizeTrace } from './one-line';

/** The subject of an entry. */
export type LiveLogKind =
  'chat-log' | 'connection' | 'custom-resource' | 'event' | 'function' | 'iam' | 'judge' | 'message' | 'notice' | 'queue' | 'request' | 'resource' | 'review';

/** One event: a line in the terminal and an entry in the playground. */
export interface LiveLogEntry {
  readonly kind: LiveLogKind;
  /** One line for people, of which unprintable characters are removed. Must not contain a token or a credential. */
  readonly text: string;
  /** @default 'info' */
  readonly level?: 'error' | 'info' | 'warning';
  /** Stack trace of a fault of ivschat-local or of an error of a function, printed below the line. @default - none */
  readonly trace?: string;
  /** The same information for programs, such as `{ roomArn, milliseconds }` of a review. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface RecordedEntry extends LiveLogEntry {
  readonly id: number;
  /** ISO 8601. */
  readonly time: string;
}

type Listener = (entry: RecordedEntry) => void;

/** Collects what happens in the local runtime. The terminal and the playground listen to it. */
export class LiveLog {
  private static readonly KEPT = 500;

  private readonly entries: RecordedEntry[] = [];
  private readonly listeners = new Set<Listener>();
  private lastId = 0;

  public record({ data, kind, level, text, trace }: LiveLogEntry): void {
    // Not a copy by spread syntax: that takes longer than the rest, and each message is recorded.
    const recorded: RecordedEntry = {
      id: ++this.lastId,
      time: new Date().toISOString(),
      kind,
      level,
      text: sanitizeLine(text),
      trace: trace === undefined ? undefined : sanitizeTrace(trace),
      data,
    };
    this.entries.push(recorded);
    if (this.entries.length > LiveLog.KEPT) this.entries.shift();
    for (const listener of this.listeners) listener(recorded);
  }

  /** The newest entries, oldest first. */
  public get recent(): readonly RecordedEntry[] {
    return this.entries;
  }

  /** @returns a function that removes the listener */
  public listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
