import type { IvsChat } from 'ivschat-local';

/** A review of a message. */
export interface Review {
  readonly milliseconds: number;
  /** Why the fallback result was used, if the handler gave no valid response in time. */
  readonly problem?: string;
}

/** Collects the reviews in the live log by the content of the message. */
export class Reviews {
  private readonly byContent = new Map<string, Review>();

  constructor(local: IvsChat) {
    local.onLogEntry(({ kind, data }) => {
      if (kind === 'review' && !data!.late) this.byContent.set(String(data!.content), data as unknown as Review);
    });
  }

  public of(content: string): Review {
    const review = this.byContent.get(content);
    if (!review) throw new Error(`"${content}" was not reviewed`);
    return review;
  }
}
