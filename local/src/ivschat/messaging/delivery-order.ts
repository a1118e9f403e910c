interface Turn {
  deliver?: () => void;
}

/** Delivers messages in the order of their receipt, although their reviews end in any order. */
export class DeliveryOrder {
  private readonly turns: Turn[] = [];

  /** @returns a function to call once with the delivery, which waits for all earlier turns */
  public takeTurn(): (deliver: () => void) => void {
    const turn: Turn = {};
    this.turns.push(turn);
    return deliver => {
      turn.deliver = deliver;
      while (this.turns[0]?.deliver) this.turns.shift()?.deliver?.();
    };
  }
}
