import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { serviceMetric } from './private/chat-metric';

/**
 * The metrics that Amazon IVS Chat publishes for an account and region as a whole, in the namespace `AWS/IVSChat`.
 *
 * No metric of the service is about one room. Those of a review handler and of a logging configuration are on
 * `MessageReviewHandler` and `LoggingConfiguration`.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
 */
export class ChatMetrics {
  /**
   * Concurrent connections of clients to all rooms.
   *
   * @param props how to read it
   * @default - maximum over 5 minutes
   */
  public static concurrentChatConnections(props?: MetricOptions): Metric {
    return serviceMetric('ConcurrentChatConnections', 'Maximum', undefined, props);
  }

  /**
   * The same number as Service Quotas sees it, for an alarm that compares it with the quota of the account.
   *
   * It is in the namespace `AWS/Usage`, so that the metric math function `SERVICE_QUOTA` works on it.
   *
   * @param props how to read it
   * @default - maximum over 5 minutes
   * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/service-quotas.html
   */
  public static concurrentChatConnectionsUsage(props?: MetricOptions): Metric {
    return new Metric({
      namespace: 'AWS/Usage',
      metricName: 'ResourceCount',
      statistic: 'Maximum',
      dimensionsMap: { Service: 'IVS Chat', Class: 'None', Type: 'Resource', Resource: 'ConcurrentChatConnections' },
      ...props,
    });
  }

  /**
   * Requests that clients made to the messaging API, in all rooms.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  public static messagingRequests(props?: MetricOptions): Metric {
    return serviceMetric('MessagingRequests', 'Sum', undefined, props);
  }

  /**
   * Messages and events delivered to clients, in all rooms.
   *
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  public static messagingDeliveries(props?: MetricOptions): Metric {
    return serviceMetric('MessagingDeliveries', 'Sum', undefined, props);
  }

  /**
   * Requests of one type of action, in all rooms.
   *
   * @param action value of the dimension `Action`. The service does not document how it is written: look it up in CloudWatch
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  public static requests(action: string, props?: MetricOptions): Metric {
    return serviceMetric('Requests', 'Sum', { Action: action }, props);
  }

  /**
   * Deliveries of one type of action, in all rooms.
   *
   * @param action value of the dimension `Action`. The service does not document how it is written: look it up in CloudWatch
   * @param props how to read it; a sum over 5 minutes unless it says otherwise
   */
  public static deliveries(action: string, props?: MetricOptions): Metric {
    return serviceMetric('Deliveries', 'Sum', { Action: action }, props);
  }

  private constructor() {}
}
