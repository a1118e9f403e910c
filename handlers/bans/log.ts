/** Writes one line of JSON. `console.log` would put time and request ID in front of it. */
export function writeLog(entry: object): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}

/**
 * Writes the metric `SecondDisconnectFailed`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function logFailedSecondDisconnects(count: number): void {
  writeLog({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'cdk-ivschat', Dimensions: [['FunctionName']], Metrics: [{ Name: 'SecondDisconnectFailed', Unit: 'Count' }] }],
    },
    FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    SecondDisconnectFailed: count,
  });
}
