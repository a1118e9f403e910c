/** Documented size of the log tail. */
const TAIL_BYTES = 4 * 1024;

/** The end of a log, which the caller of an invocation can request. */
export class LogTail {
  private text = '';

  public add(line: string): void {
    // A character has at least one byte.
    this.text += `${line.slice(-TAIL_BYTES)}\n`;
    if (this.text.length > 8 * TAIL_BYTES) this.text = this.text.slice(-TAIL_BYTES);
  }

  /** Returns the tail and begins another one. */
  public take(): string {
    const tail = Buffer.from(this.text.slice(-TAIL_BYTES));
    this.text = '';
    return tail.subarray(Math.max(0, tail.length - TAIL_BYTES)).toString();
  }
}
