import type { MessageFrame } from '../../shared/chat-log';


/** What a judge says of a message. */
export interface Verdict {
  readonly isFlagged: boolean;
  /** From 0 to 1. */
  readonly score?: number;
  readonly label?: string;
}

/** Decides which messages are flagged. */
export interface Judge {
  /** The API operation, for the log. */
  readonly operation: string;
  /** Milliseconds until a call is given up. */
  readonly timeout: number;

  /** Messages of a call, or parts of messages if they have several. */
  readonly batchSize: number;
  /** Parts of a message, which are judged in one call. Without it, each message has one. */
  readonly partsOf?: (message: MessageFrame) => number;

  /**
   * Makes one call.
   *
   * @returns the verdicts by the ID of the message. A message without a verdict has not been judged.
   */
  ask(roomArn: string, messages: readonly MessageFrame[], signal: AbortSignal): Promise<ReadonlyMap<string, Verdict>>;
}

const LABEL = /^[A-Z0-9_]{1,64}$/;

/** Returns a label that is safe to send to clients and to write to the log, whatever the judge returned. */
export function labelOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' && LABEL.test(value) ? value : 'OTHER';
}

export function scoreOf(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : undefined;
}
