/**
 * Steps that the rules can take for one message. Without a limit, a message that almost matches many entries or patterns could
 * delay the answer. A rule that runs out of steps counts as matched.
 */
export class Budget {
  constructor(private remaining = 250_000) {}

  public get isExhausted(): boolean {
    return this.remaining <= 0;
  }

  /** @returns whether there was a step left */
  public spend(): boolean {
    return --this.remaining > 0;
  }
}
