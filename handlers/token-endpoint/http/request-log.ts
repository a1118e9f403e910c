import type { Refusal } from './refusal';
import { oneLine } from '../../shared/failures';

/** What the log says about a request. Never tokens, claims or attributes. */
export interface LogFields {
  readonly action?: string;
  readonly room?: string;
  readonly userId?: string;
  readonly role?: string;
  /** The user who is banned, or whose ban is lifted. */
  readonly target?: string;
  /** Names of attributes that did not fit. */
  readonly leftOut?: string[];
  /** Why the keys of the identity provider could not be renewed. The previous ones are still in use. */
  readonly staleKeys?: string;
  /** Why the life of tokens could not be reported. */
  readonly tokenLifeNotReported?: string;
}

const NAMESPACE = 'cdk-ivschat';

/** Collects what is known of a request, and writes it as one line of JSON. */
export class RequestLog {
  private readonly fields: { -readonly [Field in keyof LogFields]: LogFields[Field] } = {};

  constructor(private readonly functionName: string) {}

  public add(fields: LogFields): void {
    Object.assign(this.fields, fields);
  }

  public writeSuccess(): void {
    this.write({ outcome: 'ok', status: 200 });
  }

  public writeRefusal({ code, reason, status }: Refusal): void {
    this.write({ outcome: code, status, ...reason !== undefined && { reason: oneLine(reason) } }, metricOf(status, code));
  }

  /** Without the prefix of `console.log`, which would keep CloudWatch from reading the metric. */
  private write(outcome: object, metric?: string): void {
    process.stdout.write(`${JSON.stringify({ ...outcome, ...this.fields, ...metric !== undefined && this.countOf(metric) })}\n`);
  }

  /** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
  private countOf(metric: string): object {
    const metrics = [{ Namespace: NAMESPACE, Dimensions: [['FunctionName']], Metrics: [{ Name: metric, Unit: 'Count' }] }];
    return { _aws: { Timestamp: Date.now(), CloudWatchMetrics: metrics }, FunctionName: this.functionName, [metric]: 1 };
  }
}

function metricOf(status: number, code: string): string {
  if (status < 500) return 'Refused';
  return code === 'busy' ? 'Throttled' : 'Failed';
}
