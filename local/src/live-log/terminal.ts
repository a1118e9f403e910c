import type { RecordedEntry } from './live-log';

/** Too short to be seen, and long enough for a message not to wait until the terminal has taken the line of the one before. */
const WAIT_MILLISECONDS = 20;

/** The live log in the terminal. Writing there stops everything else, so lines that come close together are written together. */
export class TerminalLog {
  private waiting: RecordedEntry[] = [];
  private timer?: NodeJS.Timeout;

  public add(entry: RecordedEntry): void {
    this.waiting.push(entry);
    this.timer ??= setTimeout(() => this.flush(), WAIT_MILLISECONDS);
  }

  /** To be called before anything else is printed, and at the end. */
  public flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    process.stdout.write(this.waiting.map(lineOf).join(''));
    this.waiting = [];
  }
}

function lineOf({ kind, level, text, time }: RecordedEntry): string {
  const mark = level === 'error' ? '!' : level === 'warning' ? '?' : ' ';
  return `${time.slice(11, 23)} ${mark} ${kind.padEnd(15)} ${text}\n`;
}
