/** The namespace of all metrics that functions of this library write. */
const NAMESPACE = 'cdk-ivschat';

/**
 * Returns the properties that make a line of the log a metric of CloudWatch, in the embedded metric format.
 *
 * @param further dimensions besides the function
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricOf(name: string, count = 1, further?: Readonly<Record<string, string>>): object {
  const dimensions = { FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME, ...further };
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [Object.keys(dimensions)], Metrics: [{ Name: name, Unit: 'Count' }] }],
    },
    ...dimensions,
    [name]: count,
  };
}

/** Writes a line of JSON to the log. `console.log` would put the time and the request ID in front of it, so that CloudWatch reads no metric. */
export function writeLine(entry: object): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
