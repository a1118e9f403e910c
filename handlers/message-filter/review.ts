import type { Filter, FilterDecision } from './filter';
import { Decision } from '../../review/src/decision';
import { FAILURE_REASON, MAXIMUM_LENGTH, DEADLINE_MILLISECONDS } from '../../review/src/defaults';
import { errorLine } from '../../review/src/log-lines';
import { contentOf } from '../../review/src/message-context';
import { responseOf } from '../../review/src/response';
import type { ReviewEvent, ReviewResponse } from '../../review/src/review-event';
import { metricOf, writeLine } from '../shared/log-lines';

interface FilterMetric {
  readonly name: 'Cold' | 'Counted' | 'Denied' | 'Failed' | 'Late' | 'Masked';
  /** Undefined for metrics of the function. */
  readonly dimensions?: { readonly Rule: string };
}

/**
 * Returns a handler that answers each message with the decision of a filter. It neither throws nor waits for anything, so that it needs
 * the decisions and responses of the kit, but not its deadline.
 */
export function filterHandler(filter: Pick<Filter, 'isExempt' | 'review'>): (event: ReviewEvent) => Promise<ReviewResponse> {
  // With provisioned concurrency, instances start before they have a message.
  let isCold = process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== 'provisioned-concurrency';
  return async event => {
    const start = performance.now();
    const metrics: FilterMetric[] = isCold ? [{ name: 'Cold' }] : [];
    isCold = false;
    const content = contentOf(event);
    const response = responseOf(content, decide(filter, event, content, metrics), MAXIMUM_LENGTH);
    if (performance.now() - start > DEADLINE_MILLISECONDS) metrics.push({ name: 'Late' });
    for (const { dimensions, name } of metrics) writeLine(metricOf(name, 1, dimensions));
    return response;
  };
}

function decide(filter: Pick<Filter, 'isExempt' | 'review'>, event: ReviewEvent, content: string, metrics: FilterMetric[]): Decision {
  try {
    if (filter.isExempt(event.Sender.Attributes ?? {})) return Decision.allow();
    const decided = filter.review(content, event.Attributes ?? {});
    const decision = decisionOf(decided);
    metrics.push(...metricsOf(decided));
    return decision;
  } catch (error) {
    process.stdout.write(`${errorLine(error, event?.MessageId)}\n`);
    metrics.push({ name: 'Failed' });
    return Decision.deny(FAILURE_REASON);
  }
}

function decisionOf({ attributes, content, denied, reason }: FilterDecision): Decision {
  return denied === undefined ? Decision.replace(content, { attributes }) : Decision.deny(reason);
}

function metricsOf({ counted, denied, masked }: FilterDecision): FilterMetric[] {
  const metrics = (name: FilterMetric['name'], rules: string[]) => rules.map(Rule => ({ name, dimensions: { Rule } }));
  return [...metrics('Denied', denied === undefined ? [] : [denied]), ...metrics('Masked', masked), ...metrics('Counted', counted)];
}
