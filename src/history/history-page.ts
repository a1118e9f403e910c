/** Wire types: what the page function of `ChatHistory` is invoked with. The format is documented, because applications use it as well. */

/** The most messages of a page. */
export const MAX_PAGE_SIZE = 100;

export interface HistoryPageRequest {
  readonly roomId: string;
  /** 1 to 100, by default 50. */
  readonly limit?: number;
  /** `before` of the previous answer. Without it, the newest messages. */
  readonly before?: string;
}

export interface HistoryPage {
  /** Frames as clients receive them, and `DeletedFrame`. The oldest comes first. */
  readonly messages: readonly object[];
  /** Set if there are older messages. */
  readonly before?: string;
}

/** What remains of a deleted message. */
export interface DeletedFrame {
  readonly Type: string;
  readonly Id: string;
  readonly SendTime: string;
  readonly Deleted: true;
  readonly Reason?: string;
}
