import { createHash } from 'node:crypto';
import { HttpError } from '../http/http-error';

/** Documented time for which a token identifies a transaction. */
const TOKEN_MILLISECONDS = 10 * 60 * 1000;

/** The transactions that have been executed, so that a repeated request is not executed again. */
export class CompletedTransactions {
  private readonly transactions = new Map<string, { readonly digest: string; readonly time: number }>();

  constructor(private readonly clock: () => number = Date.now) {}

  /** Throws an IdempotentParameterMismatchException for a token of another transaction. */
  public has(token: string | undefined, items: unknown): boolean {
    const earlier = token === undefined ? undefined : this.transactions.get(token);
    if (!earlier || this.clock() - earlier.time >= TOKEN_MILLISECONDS) return false;
    if (earlier.digest === digest(items)) return true;
    throw new HttpError('IdempotentParameterMismatchException', 400, 'The request uses the same client token as a previous, but non-identical request. Do not reuse the client token with different parameters, unless the requests are identical');
  }

  public add(token: string | undefined, items: unknown): void {
    if (token === undefined) return;
    const time = this.clock();
    for (const [old, transaction] of this.transactions) {
      if (time - transaction.time < TOKEN_MILLISECONDS) break;
      this.transactions.delete(old);
    }
    this.transactions.set(token, { digest: digest(items), time });
  }
}

function digest(items: unknown): string {
  return createHash('sha256').update(JSON.stringify(items)).digest('base64');
}
