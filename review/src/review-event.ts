/** Whether a message is delivered. */
export type ReviewResult = 'ALLOW' | 'DENY';

/** The sender in a {@link ReviewEvent}. */
export interface ReviewSender {
  readonly UserId: string;

  /** The IP address of the client. */
  readonly Ip?: string;

  /** The attributes of the chat token. Users cannot change them. */
  readonly Attributes?: Readonly<Record<string, string>>;
}

/**
 * The event that Amazon IVS Chat sends for each message.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html
 */
export interface ReviewEvent {
  readonly Content: string;
  readonly MessageId: string;
  readonly RoomArn: string;

  /** The attributes of the message, which its sender chose. */
  readonly Attributes?: Readonly<Record<string, string>>;

  readonly Sender: ReviewSender;
}

/** The response that Amazon IVS Chat expects. */
export interface ReviewResponse {
  readonly ReviewResult: ReviewResult;

  /** With `ALLOW`, the content that is delivered. Required with `DENY` as well. */
  readonly Content: string;

  /** With `ALLOW`, attributes that replace those of the message; with `DENY`, the `Reason` that the sender receives. */
  readonly Attributes?: Readonly<Record<string, string>>;
}

/** The fields of an event that matter to a test. */
export type ReviewEventFields = Partial<Omit<ReviewEvent, 'Sender'>> & { readonly Sender?: Partial<ReviewSender> };

/** Returns an event as the service sends it, for tests: the given fields, and examples of the others. */
export function reviewEvent(fields: ReviewEventFields = {}): ReviewEvent {
  return {
    Content: 'Hello!',
    MessageId: 'WhO6MW6iRdS5',
    RoomArn: 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl',
    Attributes: {},
    ...fields,
    Sender: { UserId: 'ada', Ip: '192.0.2.1', Attributes: {}, ...fields.Sender },
  };
}
