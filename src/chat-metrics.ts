import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { validatePeriod, validateString } from './private/argument-types';
import { serviceMetric } from './private/chat-metric';

const ACTION_ADVICE = 'pass a value of the dimension Action, as CloudWatch lists it';

/**
 * Metrics of Amazon IVS Chat for a whole account and region, in the namespace `AWS/IVSChat`.
 *
 * The service does not publish metrics for single rooms. `MessageReviewHandler` and `LoggingConfiguration` have metrics of
 * their own.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
 */
export class ChatMetrics {
  /**
   * Maximum number of concurrent client connections to all rooms.
   *
   * @param props options of the metric
   * @default - maximum over 5 minutes
   */
  public static concurrentChatConnections(props?: MetricOptions): Metric {
    return serviceMetric('ConcurrentChatConnections', 'Maximum', undefined, props);
  }

  /**
   * Maximum number of concurrent client connections as a usage metric, for alarms relative to the quota of the account.
   *
   * It is in the namespace `AWS/Usage`, which the metric math function `SERVICE_QUOTA` requires.
   *
   * @param props options of the metric
   * @default - maximum over 5 minutes
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/service-quotas.html
   */
  public static concurrentChatConnectionsUsage(props?: MetricOptions): Metric {
    validatePeriod(props);
    return new Metric({
      namespace: 'AWS/Usage',
      metricName: 'ResourceCount',
      statistic: 'Maximum',
      dimensionsMap: { Service: 'IVS Chat', Class: 'None', Type: 'Resource', Resource: 'ConcurrentChatConnections' },
      ...props,
    });
  }

  /**
   * Number of requests that clients made to the messaging API, in all rooms.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public static messagingRequests(props?: MetricOptions): Metric {
    return serviceMetric('MessagingRequests', 'Sum', undefined, props);
  }

  /**
   * Number of messages and events delivered to clients, in all rooms.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public static messagingDeliveries(props?: MetricOptions): Metric {
    return serviceMetric('MessagingDeliveries', 'Sum', undefined, props);
  }

  /**
   * Number of requests with the given action, in all rooms.
   *
   * @param action value of the dimension `Action`. AWS does not document its values: look them up in CloudWatch
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public static requests(action: string, props?: MetricOptions): Metric {
    validateString(undefined, 'action', action, ACTION_ADVICE);
    return serviceMetric('Requests', 'Sum', { Action: action }, props);
  }

  /**
   * Number of deliveries with the given action, in all rooms.
   *
   * @param action value of the dimension `Action`. AWS does not document its values: look them up in CloudWatch
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public static deliveries(action: string, props?: MetricOptions): Metric {
    validateString(undefined, 'action', action, ACTION_ADVICE);
    return serviceMetric('Deliveries', 'Sum', { Action: action }, props);
  }

  private constructor() {}
}
