import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { validateList, validateText } from '../argument-types';
import { lit, validationError } from '../errors';
import { MAX_FILTER_PATTERN_LENGTH } from '../limits';

/**
 * The filter pattern for the messages of a chat log. Never for all events: a function that received its own log would not stop.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export const MESSAGES = `{ ${equals('$.type', 'MESSAGE')} }`;

/**
 * Returns the filter pattern for messages, deletions, and events of the application. Throws if it would be too long.
 *
 * @param eventNames the property `eventNames` of the scope
 */
export function messagesDeletionsAndEvents(scope: Construct, eventNames: string[]): string {
  validateEventNames(scope, eventNames);
  const names = ['aws:DELETE_MESSAGE', ...new Set(eventNames)].map(name => `(${equals('$.payload.EventName', name)})`);
  const pattern = `{ (${equals('$.type', 'MESSAGE')}) || ${names.join(' || ')} }`;
  if (pattern.length > MAX_FILTER_PATTERN_LENGTH) {
    throw validationError(scope, lit`EventNamesTooLong`,
      `eventNames must fit into a filter pattern of ${MAX_FILTER_PATTERN_LENGTH} characters, got ${eventNames.length} names, with which it has ${pattern.length}: pass fewer or shorter names`);
  }
  return pattern;
}

function validateEventNames(scope: Construct, names: string[]): void {
  if (names.length === 0) return;
  validateList(scope, 'eventNames', names, '\'poll\'');
  names.forEach((name, index) => {
    const property = `eventNames[${index}]`;
    validateText(scope, property, name, 'pass the name of an event such as "poll"');
    if (Token.isUnresolved(name)) {
      throw validationError(scope, lit`EventNameIsToken`,
        `${property} must be known at synthesis, got a token: pass a string, because its length counts`);
    }
    // A quote would end the string in the pattern, and an asterisk is a wildcard.
    if (/["*\\\p{Cc}]/u.test(name) || name.startsWith('aws:')) {
      throw validationError(scope, lit`EventNameInvalid`,
        `${property} must not start with "aws:" or contain quotes, backslashes, asterisks or control characters, got ${JSON.stringify(name)}: pass the name of an event that your application sends`);
    }
  });
}

function equals(selector: string, value: string): string {
  return `${selector} = "${value}"`;
}
