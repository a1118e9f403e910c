/**
 * Wire types: what the function of `ChatJudge.function()` is invoked with, and what it returns. The format is documented, because users
 * write such functions. Its names are those of the chat log.
 */
export interface JudgeRequest {
  readonly RoomArn: string;
  readonly Messages: JudgedMessage[];
}

export interface JudgedMessage {
  readonly Id: string;
  readonly Content: string;
  readonly Attributes?: { readonly [name: string]: string };
  readonly SendTime: string;
  readonly Sender: { readonly UserId: string; readonly Attributes?: { readonly [name: string]: string } };
}

export interface JudgeResponse {
  /** One for each message. */
  readonly Verdicts: JudgeVerdict[];
}

export interface JudgeVerdict {
  readonly Id: string;
  readonly Flagged: boolean;
  /** From 0 to 1. */
  readonly Score?: number;
  /** Capital letters, digits and underscores: up to 64. */
  readonly Label?: string;
}
