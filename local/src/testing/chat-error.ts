/** A request that the messaging API has rejected. */
export class ChatError extends Error {
  public override readonly name = 'ChatError';

  constructor(
    /** As documented: 406 if the message was denied in review, 403 if the token lacks the capability, 429 if the rate was exceeded. */
    public readonly code: number,
    /** The error message of the service: for 406 the reason that the review handler returned. */
    public readonly reason: string,
  ) {
    super(`${code}: ${reason}`);
  }
}
