/** The namespace of all metrics that functions of this library write. */
const NAMESPACE = 'cdk-ivschat';

export interface MetricOfRule {
  readonly name: 'Cold' | 'Counted' | 'Denied' | 'Failed' | 'Late' | 'Masked';
  /** Undefined for metrics of the function. */
  readonly rule?: string;
}

/** Writes a metric in the embedded metric format: a line of the log that CloudWatch turns into a metric. */
export function writeMetric({ name, rule }: MetricOfRule): void {
  const dimensions = { FunctionName: process.env.AWS_LAMBDA_FUNCTION_NAME, Rule: rule };
  // Not with console.log, which adds the time and the ID of the request, so that the line would be no JSON.
  process.stdout.write(`${JSON.stringify({
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{
        Namespace: NAMESPACE,
        Dimensions: [rule === undefined ? ['FunctionName'] : ['FunctionName', 'Rule']],
        Metrics: [{ Name: name, Unit: 'Count' }],
      }],
    },
    ...dimensions,
    [name]: 1,
  })}\n`);
}
