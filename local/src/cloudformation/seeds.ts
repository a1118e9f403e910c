/** Seeds of generated ids and names: unique for each physical resource, and the same in every run. */
export class Seeds {
  private readonly inUse = new Set<string>();

  public take(stackName: string, logicalId: string): string {
    let seed;
    let count = 0;
    do seed = `${stackName}/${logicalId}/${count++}`; while (this.inUse.has(seed));
    this.inUse.add(seed);
    return seed;
  }

  public release(seed: string): void {
    this.inUse.delete(seed);
  }
}
