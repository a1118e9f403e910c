import { keyOf, type MetricData } from './alarm-state';

/**
 * Returns the sums of the metrics in lines of a log, in the embedded metric format, each for one period. Other lines are ignored.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function embeddedMetrics(lines: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const entry of lines.flatMap(parsed)) {
    for (const { Dimensions, Metrics, Namespace } of entry._aws.CloudWatchMetrics) {
      for (const names of Dimensions) {
        for (const { Name } of Metrics) {
          const key = keyOf(Namespace, Name, 'Sum', names.map((name: string) => ({ Name: name, Value: entry[name] })));
          sums[key] = (sums[key] ?? 0) + entry[Name];
        }
      }
    }
  }
  return sums;
}

function parsed(line: string): any[] {
  try {
    const entry = JSON.parse(line);
    return entry?._aws ? [entry] : [];
  } catch {
    return [];
  }
}

/** The same sums in several periods. */
export function repeated(sums: Readonly<Record<string, number>>, periods = 3): MetricData {
  return Object.fromEntries(Object.entries(sums).map(([key, sum]) => [key, Array<number>(periods).fill(sum)]));
}
