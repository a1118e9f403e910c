import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { validateType } from './argument-types';
import { lit, validationError } from './errors';

const MILLISECONDS = { seconds: 1_000, minutes: 60_000 };

/** Returns a duration as a whole number of a unit. Throws if it is not one, or not within the limits, which are in that unit. */
export function durationIn(
  unit: keyof typeof MILLISECONDS, scope: IConstruct | undefined, property: string, value: Duration, minimum: number, maximum: number,
): number {
  validateType(scope, property, value, 'toMilliseconds', 'a Duration', `Duration.${unit}(${minimum})`);
  const amount = value.isUnresolved() ? NaN : value.toMilliseconds() / MILLISECONDS[unit];
  if (Number.isInteger(amount) && amount >= minimum && amount <= maximum) return amount;
  throw validationError(scope, lit`DurationOutOfRange`,
    `${property} must be a whole number of ${unit} from ${minimum} to ${maximum}, got ${Number.isNaN(amount) ? 'a token' : value.toHumanString()}: choose a duration in that range`);
}
