import { type CfnResource, type CfnTag, TagManager } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { validateTagMap } from './argument-types';
import { lit, validationError } from './errors';
import * as limits from './limits';
import { isLiteral } from './validation';

export function toCfnTags(tags?: { [key: string]: string }): CfnTag[] | undefined {
  return tags && Object.entries(tags).map(([key, value]) => ({ key, value }));
}

/**
 * Validates all tags of a resource, including those added with `Tags.of()`, which are complete at the end of synthesis.
 *
 * @param minValueLength 1 for rooms: their CloudFormation schema rejects an empty value, although the API accepts it
 */
export function validateTagsAtSynthesis(resource: CfnResource, minValueLength: 0 | 1): void {
  resource.node.addValidation({ validate: () => errorsOf(TagManager.of(resource)?.tagValues() ?? {}, minValueLength) });
}

/** Validates tags that are passed to the API, which accepts an empty value. */
export function validateTags(scope: IConstruct, tags: { [key: string]: string } = {}): void {
  validateTagMap(scope, tags);
  const errors = errorsOf(tags, 0);
  if (errors.length > 0) throw validationError(scope, lit`TagsInvalid`, errors.join('; '));
}

function errorsOf(values: { [key: string]: string }, minValueLength: 0 | 1): string[] {
  const tags = Object.entries(values);
  const errors = tags.flatMap(([key, value]) => tagErrors(key, value, minValueLength));
  if (tags.length > limits.MAX_TAGS) {
    errors.push(`tags must have at most ${limits.MAX_TAGS} entries, got ${tags.length}: remove ${tags.length - limits.MAX_TAGS}, tags added with Tags.of() count as well (TooManyTags)`);
  }
  return errors;
}

function tagErrors(key: string, value: string, minValueLength: number): string[] {
  const errors = [];
  if (isLiteral(key)) {
    if (key.toLowerCase().startsWith('aws:')) {
      errors.push(`tags must not have keys that start with the reserved prefix "aws:", got ${JSON.stringify(key)}: rename the key (TagKeyReserved)`);
    }
    if (key.length < 1 || key.length > limits.MAX_TAG_KEY_LENGTH) {
      errors.push(`tags must have keys of 1 to ${limits.MAX_TAG_KEY_LENGTH} characters, got ${key.length} (${JSON.stringify(key)}): change the key (TagKeyLength)`);
    }
  }
  if (isLiteral(value) && (value.length < minValueLength || value.length > limits.MAX_TAG_VALUE_LENGTH)) {
    errors.push(`tags must have values of ${minValueLength} to ${limits.MAX_TAG_VALUE_LENGTH} characters, got ${value.length} for the key ${JSON.stringify(key)}: change the value (TagValueLength)`);
  }
  return errors;
}
