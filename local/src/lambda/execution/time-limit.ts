/** A time limit that can be started again. */
export class TimeLimit {
  private timer?: NodeJS.Timeout;

  constructor(private readonly onEnd: () => void) {}

  public start(milliseconds: number): void {
    this.stop();
    this.timer = setTimeout(this.onEnd, milliseconds);
  }

  public stop(): void {
    clearTimeout(this.timer);
  }
}
