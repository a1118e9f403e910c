import { ATTRIBUTES_BYTES, bytesOf, isLongerThan, isStringMap } from './client-requests';
import type { FallbackResult, FunctionInvoker, Room, StringMap } from '../types';

/** Documented, and not adjustable: from the invocation to the answer, including a cold start. */
export const REVIEW_MILLISECONDS = 200;

/** The event a handler receives. */
export interface ReviewEvent {
  readonly Content: string;
  readonly MessageId: string;
  readonly RoomArn: string;
  readonly Attributes: StringMap;
  readonly Sender: { readonly Attributes: StringMap; readonly UserId: string; readonly Ip: string };
}

/** Decision of a handler. */
export type Verdict =
  /** Undefined content or attributes stay as they are in the message. */
  | { readonly result: 'ALLOW'; readonly content?: string; readonly attributes?: StringMap }
  /** The content is for the live log only. */
  | { readonly result: 'DENY'; readonly content?: string; readonly reason?: string };

export interface Review {
  readonly verdict: Verdict;
  readonly milliseconds: number;
  /** Why the fallback result of the room applies, if it does. */
  readonly problem?: string;
  /** If the handler timed out: resolves with its duration when it answers. Never rejects. */
  readonly late?: Promise<number>;
}

type Answer = { readonly verdict: Verdict } | { readonly problem: string };

/** Invokes the handler with a message. Never rejects: without a valid answer in time, the fallback result applies. */
export async function review(
  functions: FunctionInvoker,
  room: Room,
  handler: { readonly uri: string; readonly fallbackResult: FallbackResult },
  event: ReviewEvent,
  limit: number,
): Promise<Review> {
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const answering = invokeHandler(functions, handler.uri, event, room.maximumMessageLength);

  let timer: NodeJS.Timeout | undefined;
  const timedOut = new Promise<undefined>(resolve => (timer = setTimeout(resolve, limit, undefined)));
  const answer = await Promise.race([answering, timedOut]);
  clearTimeout(timer);

  const milliseconds = elapsed();
  if (answer && 'verdict' in answer) return { verdict: answer.verdict, milliseconds };
  return {
    verdict: { result: handler.fallbackResult },
    milliseconds,
    problem: answer?.problem ?? `the handler did not answer within ${limit} ms`,
    late: answer ? undefined : answering.then(elapsed),
  };
}

async function invokeHandler(functions: FunctionInvoker, uri: string, event: ReviewEvent, maximumLength: number): Promise<Answer> {
  try {
    if (!functions.mayInvoke(uri, event.RoomArn)) return { problem: "the function's resource policy does not allow the service to invoke it for this room" };
    const { payload, functionError } = await functions.invoke(uri, JSON.stringify(event));
    return functionError === undefined ? readAnswer(payload, maximumLength) : { problem: `the handler failed (${functionError})` };
  } catch (error) {
    return { problem: `the handler could not be invoked: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Reads the answer of a handler and checks the documented constraints. */
export function readAnswer(payload: string, maximumLength: number): Answer {
  let response: unknown;
  try {
    response = JSON.parse(payload);
  } catch {
    return { problem: 'the answer is not JSON' };
  }
  if (typeof response !== 'object' || response === null || Array.isArray(response)) return { problem: 'the answer is not an object' };

  const { ReviewResult, Content, Attributes } = response as Record<string, unknown>;
  if (ReviewResult !== 'ALLOW' && ReviewResult !== 'DENY') return { problem: 'the ReviewResult of the answer is neither ALLOW nor DENY' };
  // Documented as required for DENY as well, where its length does not matter.
  if (typeof Content !== 'string') return { problem: 'the answer has no Content' };
  if (Attributes != null) {
    if (!isStringMap(Attributes)) return { problem: 'the Attributes of the answer are not an object whose values are strings' };
    if (bytesOf(Attributes) > ATTRIBUTES_BYTES) return { problem: `the Attributes of the answer have more than ${ATTRIBUTES_BYTES} bytes` };
  }
  const attributes = Attributes ?? undefined;
  if (ReviewResult === 'DENY') return { verdict: { result: 'DENY', content: Content, reason: attributes?.Reason } };

  if (Content === '') return { problem: 'the Content of the answer is empty' };
  if (isLongerThan(Content, maximumLength)) return { problem: `the Content of the answer has more than ${maximumLength} characters` };
  return { verdict: { result: 'ALLOW', content: Content, attributes } };
}
