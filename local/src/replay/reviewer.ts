import type { ReviewResult } from './result';
import { readReviewMetrics, type ReviewMetrics } from './review-metrics';
import { ExpectedError } from '../expected-error';
import { newId } from '../ivschat/ids';
import { review, REVIEW_MILLISECONDS } from '../ivschat/messaging/review';
import type { FallbackResult, Room, StringMap } from '../ivschat/types';

/** The part of Lambda that replays use. */
export interface ReviewFunctions {
  mayInvoke(functionArn: string, sourceArn: string): boolean;
  invoke(functionArn: string, payload: string): Promise<{ readonly payload: string; readonly functionError?: string; readonly logTail: string }>;
  /** Starts an environment unless one is free. Rejects if it cannot be initialized. */
  warm(functionArn: string): Promise<void>;
}

/** A room with a review handler. */
export interface ReviewedRoom extends Room {
  readonly messageReviewHandler: { readonly uri: string; readonly fallbackResult: FallbackResult };
}

export interface ReviewableMessage {
  readonly content: string;
  readonly attributes: StringMap;
  readonly sender: { readonly userId: string; readonly attributes: StringMap };
  readonly id?: string;
}

export interface HandlerReview {
  readonly result: ReviewResult;
  /** Set if the handler changes the content. */
  readonly newContent?: string;
  readonly newAttributes?: StringMap;
  readonly reason?: string;
  readonly milliseconds: number;
  readonly problem?: string;
  readonly metrics: ReviewMetrics;
  /** If the handler timed out: resolves when it is free again. Never rejects. */
  readonly late?: Promise<number>;
}

const NO_METRICS = readReviewMetrics('');
/** For the event only: no log has it. Reserved for documentation. */
const SENDER_IP = '192.0.2.1';

/** Sends messages to the review handler of a room as the service does, without delivering them. */
export class Reviewer {
  /** @param limit time limit of a review, in milliseconds */
  constructor(private readonly functions: ReviewFunctions, public readonly room: ReviewedRoom, public readonly limit = REVIEW_MILLISECONDS) {}

  /** Starts an environment of the handler, so that the next review is not a cold start. Rejects if it cannot be initialized. */
  public async warm(): Promise<void> {
    await this.functions.warm(this.room.messageReviewHandler.uri);
  }

  /** Never rejects. */
  public async review(message: ReviewableMessage): Promise<HandlerReview> {
    const { attributes, content, id, sender } = message;
    let metrics = NO_METRICS;
    const { functions } = this;
    const recording = {
      mayInvoke: (arn: string, source: string) => functions.mayInvoke(arn, source),
      invoke: async (arn: string, payload: string) => {
        const invocation = await functions.invoke(arn, payload);
        metrics = readReviewMetrics(invocation.logTail);
        return invocation;
      },
    };
    const { late, milliseconds, problem, verdict } = await review(recording, this.roomFor(content), this.room.messageReviewHandler, {
      Content: content,
      MessageId: id !== undefined && /^[A-Za-z0-9]{12}$/.test(id) ? id : newId(),
      RoomArn: this.room.arn,
      Attributes: attributes,
      Sender: { Attributes: sender.attributes, UserId: sender.userId, Ip: SENDER_IP },
    }, this.limit);
    const common = { milliseconds, problem, metrics, late };
    if (verdict.result === 'DENY') return { result: 'DENY', reason: verdict.reason, ...common };
    const newContent = verdict.content === content ? undefined : verdict.content;
    const newAttributes = verdict.attributes && !areEqual(verdict.attributes, attributes) ? verdict.attributes : undefined;
    return { result: newContent === undefined && newAttributes === undefined ? 'ALLOW' : 'MASK', newContent, newAttributes, ...common };
  }

  /**
   * Reviews a message, and waits until the handler is ready for the next one: after a late answer or an error, AWS would start another
   * environment. Never rejects.
   */
  public async reviewAndWait(message: ReviewableMessage): Promise<HandlerReview> {
    const outcome = await this.review(message);
    if (outcome.problem === undefined) return outcome;
    await outcome.late;
    await this.warm().catch(() => undefined);
    return outcome;
  }

  /** The same, once more if the handler is late, because the machine may be busy. */
  public async reviewFairly(message: ReviewableMessage): Promise<HandlerReview> {
    const outcome = await this.reviewAndWait(message);
    return outcome.late ? this.reviewAndWait(message) : outcome;
  }

  /** A message was delivered, so its length is no problem, also if this room accepts shorter ones. */
  private roomFor(content: string): Room {
    const length = [...content].length;
    return length > this.room.maximumMessageLength ? { ...this.room, maximumMessageLength: length } : this.room;
  }
}

/** Starts the handler before the first review. Throws if it cannot start. */
export async function startHandler(reviewer: Reviewer): Promise<void> {
  try {
    await reviewer.warm();
  } catch (error) {
    throw new ExpectedError(`The review handler ${reviewer.room.messageReviewHandler.uri} cannot start: ${(error as Error).message}`);
  }
}

function areEqual(one: StringMap, other: StringMap): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every(name => Object.hasOwn(other, name) && one[name] === other[name]);
}
