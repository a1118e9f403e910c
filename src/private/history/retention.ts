import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { validateType } from '../argument-types';
import { lit, validationError } from '../errors';

const HOUR = 3_600;
const YEAR = 365 * 24 * HOUR;

/** Returns the property `retention` in seconds. Throws if it is too short, too long or a token. */
export function retentionSecondsOf(scope: Construct, retention: Duration): number {
  validateType(scope, 'retention', retention, 'toMilliseconds', 'a Duration', 'Duration.days(7)');
  const seconds = retention.isUnresolved() ? NaN : retention.toMilliseconds() / 1_000;
  if (Number.isInteger(seconds) && seconds >= HOUR && seconds <= YEAR) return seconds;
  throw validationError(scope, lit`RetentionOutOfRange`,
    `retention must be a whole number of seconds from 1 hour to 365 days, got ${Number.isNaN(seconds) ? 'a token' : retention.toHumanString()}: choose a duration in that range`);
}
