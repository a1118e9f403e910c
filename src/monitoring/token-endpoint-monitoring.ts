import { type AlarmDefinition, LASTING } from './alarm-definition';
import { lambdaMetric, math } from './expressions';
import { graph, type Graph } from './graphs';
import { pathOf } from './path-of';
import type { ChatTokenEndpoint } from '../tokens/chat-token-endpoint';

/** Of the requests. */
const THRESHOLD_PERCENT = 1;

/** Lambda counts requests that it throttles neither as invocations nor as errors. */
function metricsOf(endpoint: ChatTokenEndpoint) {
  const { functionName } = endpoint.function;
  return {
    failed: endpoint.metricFailed(),
    throttled: endpoint.metricThrottled(),
    errors: lambdaMetric(functionName, 'Errors'),
    throttles: lambdaMetric(functionName, 'Throttles'),
    invocations: lambdaMetric(functionName, 'Invocations'),
  };
}

/** Refused requests are no reason for an alarm: expired tokens and banned users are a part of every day. */
export function tokenEndpointAlarm(id: string, endpoint: ChatTokenEndpoint): AlarmDefinition {
  return {
    id: `Tokens-${id}`,
    metric: math('(failed + throttled + errors + throttles) / (invocations + throttles) * 100', metricsOf(endpoint), 'Requests without a token, %'),
    threshold: THRESHOLD_PERCENT,
    datapointsToAlarm: LASTING,
    description: `At least ${THRESHOLD_PERCENT} % of the requests to ${pathOf(endpoint)} got no chat token although nothing refuses the user. Look at the graph of the endpoint. Failed or Errors: the log of the function names what failed, such as the identity provider or the table of the bans. Throttled: more than 200 chat tokens per second. Throttles: increase reservedConcurrentExecutions, or the concurrency of the account.`,
    section: 'requests-without-a-token',
  };
}

export function tokenEndpointGraphs(endpoint: ChatTokenEndpoint): Graph[] {
  const { failed, throttled, errors, throttles, invocations } = metricsOf(endpoint);
  return [graph(`Chat tokens: ${pathOf(endpoint)}`, [failed, throttled, errors, throttles, endpoint.metricRefused()], [invocations])];
}
