/** The result of a review. Create it with `allow()`, `replace()` or `deny()` of the context. */
export interface Verdict {
  readonly kind: 'allow' | 'deny' | 'replace';

  /** Name of the rule that decided, which becomes a dimension of the metrics. */
  readonly rule?: string;
}

/** The sender of a message. */
export interface Sender {
  readonly userId: string;

  /** The IP address of the client. */
  readonly ip: string;

  /** The attributes of the chat token. Users cannot change them. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface ReplaceOptions {
  /** @default - no rule */
  readonly rule?: string;

  /**
   * New attributes of the message, instead of its own. At most 1 KB: names and values in UTF-8.
   *
   * @default - the message keeps its attributes
   */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A message, and the results that its review can have. Its functions can be destructured. */
export interface ReviewContext {
  readonly content: string;

  /** The attributes of the message, which its sender chose. Review those that your clients display. */
  readonly attributes: Readonly<Record<string, string>>;

  readonly sender: Sender;

  /** ARN of the room. */
  readonly room: string;

  readonly messageId: string;

  /** Aborted when the deadline has passed. Pass it to `fetch` and to clients of the AWS SDK. */
  readonly signal: AbortSignal;

  /** Delivers the message unchanged. */
  readonly allow: (rule?: string) => Verdict;

  /**
   * Delivers the message with another content, for example with masked words.
   *
   * Content that is longer than the maximum length of the room is cut. Messages cannot be empty, so an empty content denies the message.
   *
   * Throws if the content is not a string, or if the attributes are not strings or have more than 1 KB.
   */
  readonly replace: (content: string, options?: ReplaceOptions) => Verdict;

  /**
   * Denies the message.
   *
   * @param reason sent to the sender; at most 1,018 bytes in UTF-8, a longer one is cut
   */
  readonly deny: (reason?: string, rule?: string) => Verdict;
}
