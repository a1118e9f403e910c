import { ATTRIBUTES_BYTES, bytesOf, isLongerThan, isStringMap } from './client-requests';
import type { FallbackResult, FunctionInvoker, Room, StringMap } from '../types';

/** Documented, and the same for every account: from the invocation to the answer, a cold start included. */
export const REVIEW_MILLISECONDS = 200;

/** The event a handler receives. */
export interface ReviewEvent {
  readonly Content: string;
  readonly MessageId: string;
  readonly RoomArn: string;
  readonly Attributes: StringMap;
  readonly Sender: { readonly Attributes: StringMap; readonly UserId: string; readonly Ip: string };
}

/** What a handler decided. Undefined content or attributes: those of the message. What goes with a denial nobody gets. */
export type Verdict =
  | { readonly result: 'ALLOW'; readonly content?: string; readonly attributes?: StringMap }
  | { readonly result: 'DENY'; readonly content?: string; readonly reason?: string };

export interface Review {
  readonly verdict: Verdict;
  readonly milliseconds: number;
  /** Why the room's fallback result decided: the handler gave no valid answer in time. */
  readonly problem?: string;
  /** Of a handler that was not in time: when it answered after all. Never rejects; never settles if it never answers. */
  readonly late?: Promise<number>;
}

type Answer = { readonly verdict: Verdict } | { readonly problem: string };

export async function review(
  functions: FunctionInvoker,
  room: Room,
  handler: { readonly uri: string; readonly fallbackResult: FallbackResult },
  event: ReviewEvent,
  limit: number,
): Promise<Review> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const answered = ask(functions, handler.uri, event, room.maximumMessageLength);

  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, limit, undefined)));
  const answer = await Promise.race([answered, tooLate]);
  clearTimeout(timer);

  const milliseconds = elapsed();
  if (answer && 'verdict' in answer) return { verdict: answer.verdict, milliseconds };
  return {
    verdict: { result: handler.fallbackResult },
    milliseconds,
    problem: answer?.problem ?? `the handler did not answer within ${limit} ms`,
    late: answer ? undefined : answered.then(elapsed),
  };
}

async function ask(functions: FunctionInvoker, uri: string, event: ReviewEvent, maximumLength: number): Promise<Answer> {
  try {
    if (!functions.mayInvoke(uri, event.RoomArn)) return { problem: "the function's policy does not let the service invoke it for this room" };
    const { payload, functionError } = await functions.invoke(uri, JSON.stringify(event));
    return functionError === undefined ? readAnswer(payload, maximumLength) : { problem: `the handler failed (${functionError})` };
  } catch (error) {
    return { problem: `the handler could not be invoked: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** The constraints are documented; what does not satisfy them is not an answer. */
export function readAnswer(payload: string, maximumLength: number): Answer {
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return { problem: 'the answer is not JSON' };
  }
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return { problem: 'the answer is not an object' };

  const { ReviewResult, Content, Attributes } = response as Record<string, unknown>;
  if (ReviewResult !== 'ALLOW' && ReviewResult !== 'DENY') return { problem: 'ReviewResult of the answer is neither ALLOW nor DENY' };
  // Documented as required whatever the result; only its length is free with DENY.
  if (typeof Content !== 'string') return { problem: 'the answer has no Content' };
  if (Attributes != null) {
    if (!isStringMap(Attributes)) return { problem: 'Attributes of the answer are not an object whose values are strings' };
    if (bytesOf(Attributes) > ATTRIBUTES_BYTES) return { problem: `Attributes of the answer have more than ${ATTRIBUTES_BYTES} bytes` };
  }
  const attributes = Attributes ?? undefined;
  if (ReviewResult === 'DENY') return { verdict: { result: 'DENY', content: Content, reason: attributes?.Reason } };

  if (Content === '') return { problem: 'Content of the answer is empty' };
  if (isLongerThan(Content, maximumLength)) return { problem: `Content of the answer has more than ${maximumLength} characters` };
  return { verdict: { result: 'ALLOW', content: Content, attributes } };
}
