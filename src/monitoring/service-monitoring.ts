import { type AlarmDefinition, LASTING, ONCE } from './alarm-definition';
import { math, searchService, sumOfService } from './expressions';
import { graph, type Graph } from './graphs';
import { ChatMetrics } from '../chat-metrics';

/** Time to raise a quota is needed before it is reached. */
const CONNECTIONS_PERCENT = 80;

function connectionsPercent() {
  const used = ChatMetrics.concurrentChatConnectionsUsage();
  return math('used / SERVICE_QUOTA(used) * 100', { used }, 'Connections, % of the quota');
}

/** Alarms on metrics of Amazon IVS Chat, for all rooms, review handlers and logging configurations of the account and region. */
export function serviceAlarms(): AlarmDefinition[] {
  return [
    {
      id: 'ReviewInvocationErrors',
      metric: sumOfService('InvocationErrors', 'Messages without a review'),
      threshold: 1,
      datapointsToAlarm: LASTING,
      description: 'Amazon IVS Chat could not get a review for messages, and their fallback result decided: the review function started or answered too late (200 ms, cold starts included), was throttled, or it or its permission is missing. Find the handler in the graph "Reviews that failed", then set provisioned concurrency, or restore the function or its permission.',
      section: 'messages-without-a-review',
    },
    {
      id: 'ReviewResponseErrors',
      metric: sumOfService('ResponseValidationErrors', 'Invalid reviews'),
      threshold: 1,
      // Correct functions have none.
      datapointsToAlarm: ONCE,
      description: 'A review function returned invalid responses, and the fallback result decided about the messages. Find the handler in the graph "Reviews that failed", and correct its function: ReviewResult and Content are required, and Content must fit the maximum length of the room.',
      section: 'invalid-reviews',
    },
    {
      id: 'ChatLogErrors',
      metric: sumOfService('LogDestinationErrors', 'Log records that were not delivered'),
      threshold: 1,
      datapointsToAlarm: LASTING,
      description: 'Records of a chat log were not delivered and are lost, also for histories and auto-moderators. Find the logging configuration in the graph "Log records that were not delivered", and restore its destination, or the resource policy or key policy that allows the delivery.',
      section: 'log-records-that-were-not-delivered',
    },
    {
      id: 'Connections',
      metric: connectionsPercent(),
      threshold: CONNECTIONS_PERCENT,
      // The peak counts. It stays in alarm for 15 minutes, so that a value around the threshold does not notify again.
      datapointsToAlarm: ONCE,
      description: `More than ${CONNECTIONS_PERCENT} % of the chat connections that the account can have in this region are in use. At 100 %, users cannot connect. Request an increase of the quota "Concurrent chat connections" (L-2D7A45DA) in Service Quotas.`,
      section: 'connections-near-the-quota',
    },
  ];
}

export function serviceGraphs(): Graph[] {
  return [
    graph('Connections', [ChatMetrics.concurrentChatConnections({ label: 'Connections' })], [connectionsPercent()]),
    graph('Requests and deliveries', [
      ChatMetrics.messagingRequests({ label: 'Requests' }), ChatMetrics.messagingDeliveries({ label: 'Deliveries' }),
    ]),
    graph('Requests by action', [searchService('Requests')]),
    graph('Deliveries by action', [searchService('Deliveries')]),
    graph('Reviews that failed', [searchService('InvocationErrors'), searchService('ResponseValidationErrors')]),
    graph('Log records that were not delivered', [
      searchService('LogDestinationErrors'), searchService('LogDestinationAccessDeniedError'), searchService('LogDestinationResourceNotFoundErrors'),
    ]),
  ];
}
