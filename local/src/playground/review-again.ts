import type { ControlPlane } from '../ivschat/api/control-plane';
import { invalidField, notFound } from '../ivschat/api/errors';
import { isStringMap } from '../ivschat/messaging/client-requests';
import type { StringMap } from '../ivschat/types';
import { oneLine } from '../live-log/one-line';
import { type HandlerReview, type ReviewedRoom, Reviewer, type ReviewFunctions } from '../replay/reviewer';

export interface ReviewAgainOptions {
  readonly controlPlane: ControlPlane;
  readonly functions: ReviewFunctions;
  /** Time limit of a review. @default 200 */
  readonly reviewMilliseconds?: number;
}

interface Input {
  readonly roomArn: string;
  readonly messageId: string;
  readonly content: string;
  readonly attributes: StringMap;
  readonly userId: string;
  readonly senderAttributes: StringMap;
}

/**
 * Sends a message to the review handler of its room once more, as after a change of the code, without delivering it. The live log has the result:
 * a review with `again`.
 *
 * Throws a ServiceError if the input is not valid, or the room does not exist or has no review handler.
 */
export async function reviewAgain({ controlPlane, functions, reviewMilliseconds }: ReviewAgainOptions, given: object): Promise<object> {
  const input = readInput(given);
  const { attributes, content, messageId, roomArn, senderAttributes, userId } = input;
  const room = controlPlane.room(roomArn);
  if (!room) throw notFound(roomArn);
  if (!room.messageReviewHandler?.uri) throw invalidField('roomArn', 'the room must have a review handler');

  const reviewer = new Reviewer(functions, room as ReviewedRoom, reviewMilliseconds);
  const review = await reviewer.review({ attributes, content, id: messageId, sender: { userId, attributes: senderAttributes } });
  record(controlPlane, room as ReviewedRoom, input, review);
  return { result: review.result };
}

function readInput(given: object): Input {
  const input = given as Record<string, unknown>;
  for (const name of ['roomArn', 'messageId', 'content', 'userId']) {
    if (typeof input[name] !== 'string' || input[name] === '') throw invalidField(name, 'it must be a string that is not empty');
  }
  for (const name of ['attributes', 'senderAttributes']) {
    if (!isStringMap(input[name])) throw invalidField(name, 'it must be an object whose values are strings');
  }
  return given as Input;
}

function record({ liveLog }: ControlPlane, room: ReviewedRoom, input: Input, review: HandlerReview): void {
  const { milliseconds, newAttributes, newContent, problem, reason, result } = review;
  const verdict = result === 'DENY' ? 'DENY' : 'ALLOW';
  const outcome = problem === undefined ? verdict : `fallback to ${verdict}: ${oneLine(problem)}`;
  liveLog.record({
    kind: 'review',
    level: problem === undefined ? 'info' : 'warning',
    text: `review of a message from ${oneLine(input.userId)} in ${room.name || room.id}, sent again: ${outcome} in ${Math.round(milliseconds)} ms`,
    data: {
      ...input,
      handler: room.messageReviewHandler.uri,
      result: verdict,
      contentReturned: result === 'DENY' || problem !== undefined ? undefined : newContent ?? input.content,
      attributesReturned: newAttributes,
      reason,
      milliseconds,
      problem,
      again: true,
    },
  });
}
