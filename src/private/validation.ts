import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct } from 'constructs';
import { describeValue, validateString } from './argument-types';
import { lit, validationError, warn } from './errors';
import * as limits from './limits';

/** Whether a value is known at synthesis. Properties that are not set and tokens are not validated. */
export function isLiteral<T>(value: T | undefined): value is T {
  return value !== undefined && !Token.isUnresolved(value);
}

export function validateName(scope: IConstruct, property: string, name?: string): void {
  if (!isLiteral(name)) return;
  validateString(scope, property, name, 'pass a string, or omit the property');
  if (name.length > limits.MAX_NAME_LENGTH) {
    throw validationError(scope, lit`NameTooLong`,
      `${property} must have at most ${limits.MAX_NAME_LENGTH} characters, got ${name.length} (${JSON.stringify(name)}): shorten it`);
  }
  if (!limits.NAME_PATTERN.test(name)) {
    throw validationError(scope, lit`NameHasInvalidCharacters`,
      `${property} must contain only letters, digits, hyphens and underscores, got ${JSON.stringify(name)}: remove or replace all other characters`);
  }
}

export function validateMessageLength(scope: IConstruct, length?: number): void {
  if (length === undefined || isWholeNumberUpTo(limits.MAX_MESSAGE_LENGTH, length) || Token.isUnresolved(length)) return;
  throw validationError(scope, lit`MessageLengthOutOfRange`,
    `maximumMessageLength must be a whole number of characters from 1 to ${limits.MAX_MESSAGE_LENGTH}, got ${describeValue(length)}: choose a length in that range`);
}

export function validateMessageRate(scope: IConstruct, rate?: number): void {
  if (rate === undefined || isWholeNumberUpTo(limits.MAX_MESSAGE_RATE, rate) || Token.isUnresolved(rate)) return;
  throw validationError(scope, lit`MessageRateOutOfRange`,
    `maximumMessageRatePerSecond must be a whole number from 1 to ${limits.MAX_MESSAGE_RATE}, got ${describeValue(rate)}: choose a rate in that range`);
}

export function validateWholeNumber(scope: IConstruct | undefined, property: string, value: unknown, minimum: number, maximum: number): void {
  if (Number.isInteger(value) && value as number >= minimum && value as number <= maximum) return;
  throw validationError(scope, lit`NumberOutOfRange`,
    `${property} must be a whole number from ${minimum} to ${maximum}, got ${describeValue(value)}: choose a number in that range`);
}

export function validateRemovalPolicy(scope: IConstruct, value: unknown): void {
  if (value === RemovalPolicy.DESTROY || value === RemovalPolicy.RETAIN || value === RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE) return;
  throw validationError(scope, lit`RemovalPolicyInvalid`,
    `removalPolicy must be RemovalPolicy.RETAIN, RETAIN_ON_UPDATE_OR_DELETE or DESTROY, got ${describeValue(value)}: a table cannot have another one`);
}

/** Also false for a token, which is a negative number. Cheaper than to look for a token first. */
function isWholeNumberUpTo(maximum: number, value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= maximum;
}

/** A room, its review handler, its logging configurations and their destinations must be in the same account and region. */
export function validateSameEnvironment(scope: IConstruct, property: string, other: IEnvironmentAware): void {
  for (const part of ['account', 'region'] as const) {
    const ours = Stack.of(scope)[part];
    const theirs = other.env[part];
    if (ours !== theirs && isLiteral(ours) && isLiteral(theirs)) {
      throw validationError(scope, lit`OtherEnvironment`,
        `${property} must be in the same account and region as this construct, got ${part} ${theirs} instead of ${ours}: use one in ${part} ${ours}`);
    }
  }
}

/** Warns once for each stack: the CDK ignores a warning that a construct already has. */
export function warnIfRegionHasNoService(scope: IConstruct): void {
  const stack = Stack.of(scope);
  const { region } = stack;
  if (isLiteral(region) && !limits.SERVICE_REGIONS.includes(region)) {
    warn(stack, 'regionWithoutService',
      `Amazon IVS Chat is not known to be available in ${region}. It is available in ${limits.SERVICE_REGIONS.join(', ')}. Deploy to one of these regions, or acknowledge this warning if the service is available in ${region} now.`);
  }
}

/** Names of imported destinations are not validated by the CDK. */
export function validateDestinationName(scope: IConstruct, property: string, name: string, limit: limits.DestinationNameLimits): void {
  const { minLength, maxLength, pattern, characters } = limit;
  if (!isLiteral(name) || (name.length >= minLength && name.length <= maxLength && pattern.test(name))) return;
  throw validationError(scope, lit`DestinationNameInvalid`,
    `${property} must have a name of ${minLength} to ${maxLength} ${characters}, got ${JSON.stringify(name)}: pass the name, not an ARN or a URL`);
}
