const REFRESH_MILLISECONDS = 100;
/** Moves to the start of the line, and clears it. */
const CLEAR = '\r\u001b[K';

/** A line of a terminal that shows how far a command is. Nothing is written if standard error is not a terminal. */
export class Progress {
  private shownAt = 0;
  private isShown = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  /** Shows the start of a step. */
  public show(text: string): void {
    if (!this.stream.isTTY) return;
    this.stream.write(`${CLEAR}${text}`);
    this.isShown = true;
    this.shownAt = performance.now();
  }

  /** Shows a count, if the last one was shown some time ago. */
  public count(done: number, total: number): void {
    if (!this.stream.isTTY || performance.now() - this.shownAt < REFRESH_MILLISECONDS) return;
    this.show(`${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} messages (${Math.floor(100 * done / Math.max(1, total))}%)`);
  }

  /** Removes the line. */
  public clear(): void {
    if (this.isShown) this.stream.write(CLEAR);
    this.isShown = false;
  }
}
