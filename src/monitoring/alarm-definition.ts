import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** An alarm that `ChatMonitoring` creates, without what all of them have in common. */
export interface AlarmDefinition {
  /** ID of the construct. */
  readonly id: string;
  readonly metric: IMetric;
  /** The value from which on a period is breaching. */
  readonly threshold: number;
  readonly datapointsToAlarm: number;
  /** What happens, and what to do, in sentences. */
  readonly description: string;
  /** Heading of the section in docs/monitoring.md that says more, as an anchor. */
  readonly section: string;
}

/**
 * An alarm looks at the last 15 minutes. Two periods of three with a failure are a problem that lasts, one can be a failure that a retry or
 * a new instance repairs.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
export const PERIOD_MINUTES = 5;
export const EVALUATION_PERIODS = 3;
export const LASTING = 2;
export const ONCE = 1;

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html */
export const MAX_METRICS_OF_ALARM = 10;
