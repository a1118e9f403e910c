import type { IConstruct } from 'constructs';
import { type AlarmDefinition, LASTING } from './alarm-definition';
import { lambdaMetric, math } from './expressions';
import { graph, type Graph } from './graphs';
import { pathOf } from './path-of';
import { functionMetric } from '../private/chat-metric';

/** A `MessageReviewHandler` or a `MessageFilter`. */
export interface MonitoredReviewHandler extends IConstruct {
  readonly _functionName: string;
}

/** The service waits 200 ms, of which the network needs some. */
const LIMIT_MILLISECONDS = 200;
const SLOW_MILLISECONDS = 150;
/** Of the reviews. The 99th percentile is slow if it is at least this share. */
const THRESHOLD_PERCENT = 1;

/** Metrics of Lambda, and of functions with a `MessageFilter` or the package `ivschat-review`. */
function metricsOf({ _functionName: name }: MonitoredReviewHandler) {
  return {
    p99: lambdaMetric(name, 'Duration', 'p99', 'p99'),
    invocations: lambdaMetric(name, 'Invocations'),
    errors: lambdaMetric(name, 'Errors'),
    failed: functionMetric('Failed', name),
    late: functionMetric('Late', name),
    cold: functionMetric('Cold', name),
  };
}

export function reviewHandlerAlarm(id: string, handler: MonitoredReviewHandler): AlarmDefinition {
  return {
    id: `Review-${id}`,
    metric: math(
      `IF(p99 >= ${SLOW_MILLISECONDS}, ${THRESHOLD_PERCENT}, 0) + (errors + failed + late + cold) / invocations * 100`,
      metricsOf(handler),
      'Reviews that were slow or failed, %',
    ),
    threshold: THRESHOLD_PERCENT,
    datapointsToAlarm: LASTING,
    description: `At least ${THRESHOLD_PERCENT} % of the reviews by ${pathOf(handler)} failed, were late, waited for a cold start, or took ${SLOW_MILLISECONDS} of the ${LIMIT_MILLISECONDS} ms that the service waits (p99). The duration of Lambda, and so the p99, does not contain the initialization of a cold start: only a MessageFilter counts cold starts itself. Look at the graph of the handler. Errors: read the log of the function. Late or slow: more memory, or less work. Cold: provisioned concurrency.`,
    section: 'reviews-that-are-slow-or-fail',
  };
}

export function reviewHandlerGraphs(handler: MonitoredReviewHandler): Graph[] {
  const { p99, invocations, errors, failed, late, cold } = metricsOf(handler);
  const path = pathOf(handler);
  return [
    graph(`Duration of reviews, without cold starts: ${path}`, [p99, lambdaMetric(handler._functionName, 'Duration', 'p50', 'p50')], [],
      [{ value: LIMIT_MILLISECONDS, label: 'too late', color: '#d13212' }, { value: SLOW_MILLISECONDS, label: 'slow', color: '#ff7f0e' }]),
    graph(`Reviews that were slow or failed: ${path}`, [errors, failed, late, cold], [invocations]),
  ];
}
