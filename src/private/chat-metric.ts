import { type DimensionsMap, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/**
 * A metric the service publishes. What the caller passes wins, dimensions included: the service does not document the
 * values of its dimensions.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
 */
export function serviceMetric(metricName: string, statistic: string, dimensionsMap?: DimensionsMap, props?: MetricOptions): Metric {
  return new Metric({ namespace: 'AWS/IVSChat', metricName, statistic, dimensionsMap, ...props });
}
