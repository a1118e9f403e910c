import type { RecordedEntry } from './live-log';

/** Not noticeable, but long enough that a burst of entries is written at once. */
const FLUSH_MILLISECONDS = 20;

/** Prints the live log in the terminal: to standard output, or to standard error if a program reads the output. Entries are batched because writing to a terminal blocks the process. */
export class TerminalLog {
  private pending: RecordedEntry[] = [];
  private timer?: NodeJS.Timeout;

  constructor(private readonly stream: NodeJS.WriteStream = process.stdout) {}

  public add(entry: RecordedEntry): void {
    this.pending.push(entry);
    this.timer ??= setTimeout(() => this.flush(), FLUSH_MILLISECONDS);
  }

  /** Prints all pending entries. Call it before printing anything else, and before exiting. */
  public flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.stream.write(this.pending.map(format).join(''));
    this.pending = [];
  }
}

function format({ kind, level, text, time, trace }: RecordedEntry): string {
  const mark = level === 'error' ? '!' : level === 'warning' ? '?' : ' ';
  return `${time.slice(11, 23)} ${mark} ${kind.padEnd(15)} ${text}\n${trace === undefined ? '' : `${trace}\n`}`;
}
