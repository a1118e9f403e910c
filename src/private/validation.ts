import { Stack, Token } from 'aws-cdk-lib';
import type { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct } from 'constructs';
import { lit, validationError, warn } from './errors';
import * as limits from './limits';

/** `undefined` and tokens pass every check: their value is not known at synthesis. */
export function isLiteral<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

export function validateName(scope: IConstruct, property: string, name?: string): void {
  if (!isLiteral(name)) return;
  if (name.length > limits.MAX_NAME_LENGTH) {
    throw validationError(scope, lit`NameTooLong`,
      `${property} must have at most ${limits.MAX_NAME_LENGTH} characters, got ${name.length} (${JSON.stringify(name)}): shorten it`);
  }
  if (!limits.NAME_PATTERN.test(name)) {
    throw validationError(scope, lit`NameHasInvalidCharacters`,
      `${property} may have letters, digits, hyphens and underscores only, got ${JSON.stringify(name)}: leave out or replace every other character`);
  }
}

export function validateMessageLength(scope: IConstruct, length?: number): void {
  if (!isLiteral(length)) return;
  if (!Number.isInteger(length) || length < 1 || length > limits.MAX_MESSAGE_LENGTH) {
    throw validationError(scope, lit`MessageLengthOutOfRange`,
      `maximumMessageLength must be a whole number of characters from 1 to ${limits.MAX_MESSAGE_LENGTH}, got ${length}: choose a length in that range`);
  }
}

export function validateMessageRate(scope: IConstruct, rate?: number): void {
  if (!isLiteral(rate)) return;
  if (!Number.isInteger(rate) || rate < 1 || rate > limits.MAX_MESSAGE_RATE) {
    throw validationError(scope, lit`MessageRateOutOfRange`,
      `maximumMessageRatePerSecond must be a whole number from 1 to ${limits.MAX_MESSAGE_RATE}, got ${rate}: choose a rate in that range`);
  }
}

/** A room, its logging configurations, their destinations and the review handler must be in one account and region. */
export function validateSameEnvironment(scope: IConstruct, property: string, other: IEnvironmentAware): void {
  for (const part of ['account', 'region'] as const) {
    const ours = Stack.of(scope)[part];
    const theirs = other.env[part];
    if (ours !== theirs && isLiteral(ours) && isLiteral(theirs)) {
      throw validationError(scope, lit`OtherEnvironment`,
        `${property} must be in the same account and region, got ${part} ${theirs} where this construct is in ${ours}: use one of ${part} ${ours}`);
    }
  }
}

export function warnIfRegionHasNoService(scope: IConstruct): void {
  const { region } = Stack.of(scope);
  if (isLiteral(region) && !limits.SERVICE_REGIONS.includes(region)) {
    warn(scope, 'regionWithoutService',
      `Amazon IVS Chat is not known to be available in ${region}; it is in ${limits.SERVICE_REGIONS.join(', ')}. Deploy there, or acknowledge this warning if the service has arrived in ${region} since.`);
  }
}

/** A name that goes into a destination: an imported one is whatever the user wrote. */
export function validateDestinationName(scope: IConstruct, property: string, name: string, limit: limits.DestinationNameLimits): void {
  const { minLength, maxLength, pattern, characters } = limit;
  if (!isLiteral(name) || (name.length >= minLength && name.length <= maxLength && pattern.test(name))) return;
  throw validationError(scope, lit`DestinationNameInvalid`,
    `${property} must be a name of ${minLength} to ${maxLength} ${characters}, got ${JSON.stringify(name)}: pass the name, not an ARN or a URL`);
}
