/**
 * Starts calls one after the other, with the same time between them. The quota of a judge is that of the account, and its calls must not
 * come in bursts.
 */
export class Pace {
  private lastTurn: Promise<unknown> = Promise.resolve();
  private lastStart = -Infinity;

  constructor(private readonly callsPerSecond: number) {}

  /**
   * Waits until a call may start.
   *
   * @param isNeeded whether the call is still to be made when its turn comes
   * @returns false, without delaying the calls behind it, if it is not
   */
  public async turn(isNeeded: () => boolean): Promise<boolean> {
    const turn = this.lastTurn.then(async () => {
      if (!isNeeded()) return false;
      // From the actual start of the last call: a late timer must not lead to two calls in a row.
      const wait = Math.ceil(this.lastStart + 1_000 / this.callsPerSecond - performance.now());
      if (wait > 0) await new Promise(resolve => setTimeout(resolve, wait));
      this.lastStart = performance.now();
      return true;
    });
    this.lastTurn = turn;
    return turn;
  }
}
