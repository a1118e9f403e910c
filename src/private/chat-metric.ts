import { type DimensionsMap, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { validatePeriod, validateString } from './argument-types';

/**
 * Returns a metric of the service. `props` override everything, including the dimensions, because AWS does not document the
 * values of the dimensions.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-health.html
 */
export function serviceMetric(metricName: string, statistic: string, dimensionsMap?: DimensionsMap, props?: MetricOptions): Metric {
  validateString(undefined, 'metricName', metricName, 'pass the name of a metric such as "InvocationErrors"');
  validatePeriod(props);
  return new Metric({ namespace: 'AWS/IVSChat', metricName, statistic, dimensionsMap, ...props });
}

/** Returns a metric that a function of this library writes to its log, in the embedded metric format. */
export function functionMetric(metricName: string, functionName: string, props?: MetricOptions): Metric {
  validatePeriod(props);
  return new Metric({ namespace: 'cdk-ivschat', metricName, statistic: 'Sum', dimensionsMap: { FunctionName: functionName }, ...props });
}
