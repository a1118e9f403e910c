import type { LiveLog } from '../../local/src/live-log/live-log';

/** What the review handler made of a message. */
export interface Review {
  readonly milliseconds: number;
  /** Why the room's fallback result decided, where the handler did not. */
  readonly problem?: string;
}

/** What the live log says of reviews, by the text that was sent. */
export class Reviews {
  private readonly byContent = new Map<string, Review>();

  constructor(liveLog: LiveLog) {
    liveLog.listen(({ kind, data }) => {
      if (kind === 'review' && !data!.late) this.byContent.set(String(data!.content), data as unknown as Review);
    });
  }

  public of(content: string): Review {
    const review = this.byContent.get(content);
    if (!review) throw new Error(`"${content}" was not reviewed`);
    return review;
  }
}
