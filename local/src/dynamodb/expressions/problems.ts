import { validationError } from '../errors';

/**
 * Problems of an expression, the first of each kind. DynamoDB reports one: not the first in the expression, but the first in the
 * order of the kinds.
 */
export class Problems<Kind extends string> {
  private readonly found = new Map<Kind, string>();

  constructor(private readonly order: readonly Kind[]) {}

  public add(kind: Kind, message: string): void {
    if (!this.found.has(kind)) this.found.set(kind, message);
  }

  /** The first problem of these kinds. */
  public first(kinds: readonly Kind[]): string | undefined {
    return kinds.map(kind => this.found.get(kind)).find(message => message !== undefined);
  }

  /** Throws a ValidationException if there are problems. */
  public check(): void {
    const message = this.first(this.order);
    if (message !== undefined) throw validationError(message);
  }
}
