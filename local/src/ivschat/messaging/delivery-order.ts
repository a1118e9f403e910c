/** Lets things happen in the order in which they came in, though they become ready in any other. */
export class ReleaseOrder {
  private readonly places: Array<{ release?: () => void }> = [];

  /** @returns to be called once, with what is to happen when all earlier places are done */
  public enter(): (release: () => void) => void {
    const place: { release?: () => void } = {};
    this.places.push(place);
    return (release) => {
      place.release = release;
      while (this.places[0]?.release) this.places.shift()?.release?.();
    };
  }
}
