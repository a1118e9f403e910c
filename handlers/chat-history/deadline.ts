/** For the last calls, the log, and the answer to Lambda. In milliseconds. */
const RESERVE = 3_000;

/** The time at which a function gives up, so that Lambda does not stop it in between. */
export class Deadline {
  private readonly end: number;

  /** @param remainingTime milliseconds until Lambda stops the function */
  constructor(remainingTime: number) {
    this.end = performance.now() + remainingTime - Math.min(RESERVE, remainingTime / 3);
  }

  /** @throws an error if the deadline comes before this time has passed, in milliseconds */
  public async sleep(milliseconds: number): Promise<void> {
    if (performance.now() + milliseconds >= this.end) throw new Error('DynamoDB did not process all items until the deadline');
    if (milliseconds > 0) await new Promise(resolve => setTimeout(resolve, milliseconds));
  }
}
