import type { Attributes, Decision, Filter } from './filter';
import { metricOf, writeLine } from '../shared/log-lines';

/** What Amazon IVS Chat sends. */
export interface ReviewEvent {
  readonly Content: string;
  readonly Attributes?: Attributes | null;
  readonly Sender?: { readonly Attributes?: Attributes | null };
}

/** @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-message-review-handler.html */
export interface ReviewResponse {
  readonly ReviewResult: 'ALLOW' | 'DENY';
  readonly Content: string;
  readonly Attributes?: Attributes;
}

/** Of the 200 ms that the service waits. */
const LATE_MILLISECONDS = 120;
const MAX_ATTRIBUTE_BYTES = 1_024;
const FAILURE_REASON = 'The message could not be reviewed. Please try again.';

/**
 * Returns a handler that answers each message with the decision of a filter. It neither throws nor waits for anything, so that the
 * answer is always valid and in time.
 */
export function reviewHandler(filter: Pick<Filter, 'isExempt' | 'review'>): (event: ReviewEvent) => Promise<ReviewResponse> {
  // With provisioned concurrency, instances start before they have a message.
  let isCold = process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== 'provisioned-concurrency';
  return async event => {
    const start = performance.now();
    const { metrics, response } = reviewed(filter, event);
    if (isCold) metrics.push({ name: 'Cold' });
    isCold = false;
    if (performance.now() - start > LATE_MILLISECONDS) metrics.push({ name: 'Late' });
    for (const { name, rule } of metrics) writeLine(metricOf(name, 1, rule === undefined ? rule : { Rule: rule }));
    return response;
  };
}

interface MetricOfRule {
  readonly name: 'Cold' | 'Counted' | 'Denied' | 'Failed' | 'Late' | 'Masked';
  /** Undefined for metrics of the function. */
  readonly rule?: string;
}

interface Reviewed {
  readonly response: ReviewResponse;
  readonly metrics: MetricOfRule[];
}

function reviewed(filter: Pick<Filter, 'isExempt' | 'review'>, event: ReviewEvent): Reviewed {
  try {
    if (filter.isExempt(event.Sender?.Attributes ?? {})) return { response: { ReviewResult: 'ALLOW', Content: event.Content }, metrics: [] };
    const decision = filter.review(event.Content, event.Attributes ?? {});
    return { response: responseTo(event, decision), metrics: metricsOf(decision) };
  } catch (error) {
    logError(error);
    return { response: denial(event, FAILURE_REASON), metrics: [{ name: 'Failed' }] };
  }
}

function responseTo(event: ReviewEvent, { attributes, content, reason, result }: Decision): ReviewResponse {
  if (result === 'DENY') return denial(event, reason);
  // Without attributes, the message keeps its own, which can be larger than the service accepts in a response.
  if (attributes !== undefined && bytesOf(attributes) > MAX_ATTRIBUTE_BYTES) return denial(event, FAILURE_REASON);
  return { ReviewResult: 'ALLOW', Content: content, ...attributes && { Attributes: attributes } };
}

function denial(event: ReviewEvent | null | undefined, reason: string | undefined): ReviewResponse {
  const content = event?.Content;
  return { ReviewResult: 'DENY', Content: typeof content === 'string' ? content : '', ...reason !== undefined && { Attributes: { Reason: reason } } };
}

function metricsOf({ counted, denied, masked }: Decision): MetricOfRule[] {
  return [
    ...denied === undefined ? [] : [{ name: 'Denied' as const, rule: denied }],
    ...masked.map(rule => ({ name: 'Masked' as const, rule })),
    ...counted.map(rule => ({ name: 'Counted' as const, rule })),
  ];
}

function bytesOf(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value), 0);
}

/** Logs the name and the place of an error, but not its message, which can contain the text of a user. */
function logError(error: unknown): void {
  const { name, stack } = error instanceof Error ? error : new Error();
  console.error(JSON.stringify({ error: name, at: stack?.split('\n').find(line => line.trimStart().startsWith('at '))?.trim() }));
}
