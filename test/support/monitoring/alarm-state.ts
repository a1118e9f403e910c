import { evaluateMath, type Series } from './metric-math';

interface Dimension { readonly Name: string; readonly Value: unknown }

/** A metric by its identity: namespace, name, statistic, and dimensions in alphabetical order. */
export function keyOf(namespace: string, name: string, statistic: string, dimensions: readonly Dimension[] = []): string {
  const pairs = dimensions.map(({ Name, Value }) => `${Name}=${typeof Value === 'string' ? Value : JSON.stringify(Value)}`);
  return [namespace, name, statistic, ...pairs.sort()].join('|');
}

export type MetricData = Readonly<Record<string, Series>>;

/** Returns the metrics that an alarm of a template reads, by the names of its expression. */
export function metricsOfAlarm({ Properties: { Metrics } }: any): Record<string, string> {
  return Object.fromEntries(Metrics.filter((each: any) => each.MetricStat).map(({ Id, MetricStat: { Metric, Stat } }: any) => (
    [Id, keyOf(Metric.Namespace, Metric.MetricName, Stat, Metric.Dimensions)]
  )));
}

/**
 * Returns the state of an alarm of a template after the last of the given periods.
 *
 * @param data by metric; what is missing has no values
 */
export function stateOf(alarm: any, data: MetricData): 'ALARM' | 'OK' {
  const { DatapointsToAlarm, EvaluationPeriods, Threshold } = alarm.Properties;
  const values = valuesOf(alarm, data);
  const length = Math.max(EvaluationPeriods, values.length);
  const recent = Array.from({ length }, (_, index) => values[values.length - length + index]).slice(-EvaluationPeriods);
  // Missing values are not breaching.
  const breaching = recent.filter(value => value !== undefined && value >= Threshold).length;
  return breaching >= DatapointsToAlarm ? 'ALARM' : 'OK';
}

/** Returns the values that an alarm compares with its threshold. */
export function valuesOf(alarm: any, data: MetricData): Series {
  const { Metrics } = alarm.Properties;
  const length = Math.max(0, ...Object.values(data).map(series => series.length));
  const series: Record<string, Series> = {};
  for (const [id, key] of Object.entries(metricsOfAlarm(alarm))) series[id] = data[key] ?? Array<undefined>(length).fill(undefined);
  for (const { Expression, Id } of Metrics) if (isQuery(Expression)) series[Id] = select(Expression, data);
  const { Expression, Id } = Metrics.find(({ ReturnData }: any) => ReturnData !== false);
  return series[Id] ?? evaluateMath(Expression, series);
}

/** Also with the name of a log group that is a reference. */
export function isQuery(expression: unknown): boolean {
  return /^(\{"Fn::Join":\["",\[)?"SELECT /.test(JSON.stringify(expression) ?? '');
}

/** A query without SCHEMA matches a metric with any dimensions. */
function select(query: unknown, data: MetricData): Series {
  const text = typeof query === 'string' ? query : joined(query);
  const [, name, namespace, dimension, value] = /^SELECT SUM\((\w+)\) FROM "([^"]+)"(?: WHERE (\w+) = '(.*)')?$/.exec(text)!;
  const matching = Object.entries(data)
    .filter(([key]) => key.startsWith(`${namespace}|${name}|Sum`) && (dimension === undefined || key.split('|').includes(`${dimension}=${value}`)))
    .map(([, series]) => series);
  // Without a matching metric, the query has no values at all.
  const length = Math.max(0, ...matching.map(series => series.length));
  return Array.from({ length }, (_, index) => {
    const values = matching.map(series => series[index]).filter(each => each !== undefined);
    return values.length === 0 ? undefined : values.reduce((one, other) => one + other);
  });
}

/** References as `keyOf` writes them. */
function joined(query: any): string {
  return query['Fn::Join'][1].map((part: unknown) => typeof part === 'string' ? part : JSON.stringify(part)).join('');
}
