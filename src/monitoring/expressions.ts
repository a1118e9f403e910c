import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PERIOD_MINUTES } from './alarm-definition';

/** Metrics by the name that an expression gives them. */
export interface NamedMetrics {
  readonly [name: string]: IMetric;
}

/** Returns an expression of metric math. In arithmetic, CloudWatch takes missing values as 0, and drops a division by 0. */
export function math(expression: string, usingMetrics: NamedMetrics, label: string): MathExpression {
  return new MathExpression({ expression, usingMetrics, label, period: Duration.minutes(PERIOD_MINUTES) });
}

/**
 * Returns the sum of a metric of the service over all values and sets of its dimensions, which AWS does not document. For alarms.
 *
 * An alarm has one query only: a request to `GetMetricData` cannot have two.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-metrics-insights-querylanguage.html
 */
export function sumOfService(metricName: string, label: string): MathExpression {
  return math(`SELECT SUM(${metricName}) FROM "AWS/IVSChat"`, {}, label);
}

/**
 * Returns a line for each value of the dimensions of a metric of the service. For graphs: an alarm cannot search.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html
 */
export function searchService(metricName: string, statistic = 'Sum'): MathExpression {
  return math(`SEARCH('Namespace="AWS/IVSChat" MetricName="${metricName}"', '${statistic}')`, {}, '');
}

/**
 * Returns the number of records that CloudWatch Logs could not deliver to the functions that read a log group. By a query, because AWS does
 * not document the values of the dimension `DestinationType`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
 */
export function deliveryErrorsOf(logGroupName: string): MathExpression {
  return math(`SELECT SUM(DeliveryErrors) FROM "AWS/Logs" WHERE LogGroupName = '${logGroupName}'`, {}, 'Records that were not delivered');
}

/** Returns a metric of Lambda for all versions and aliases of a function. */
export function lambdaMetric(functionName: string, metricName: string, statistic = 'Sum', label = metricName): Metric {
  return new Metric({
    namespace: 'AWS/Lambda', metricName, statistic, label, dimensionsMap: { FunctionName: functionName }, period: Duration.minutes(PERIOD_MINUTES),
  });
}
