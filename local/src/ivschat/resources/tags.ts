import { invalidField } from '../api/errors';
import { MAXIMUM_TAGS } from '../api/model-overrides';
import { StringMap } from '../types';

/** Documented for tags of every service: the prefix is Amazon's. */
export function checkTagKeys(field: string, keys: readonly string[]): void {
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) throw invalidField(field, 'keys must not begin with aws:');
}

export function withTags(tags: StringMap, added: StringMap): StringMap {
  checkTagKeys('tags', Object.keys(added));
  const result = { ...tags, ...added };
  // TagResource models no quota error, so it is one of validation.
  if (Object.keys(result).length > MAXIMUM_TAGS) throw invalidField('tags', `a resource has at most ${MAXIMUM_TAGS} tags`);
  return result;
}

export function withoutTags(tags: StringMap, keys: readonly string[]): StringMap {
  checkTagKeys('tagKeys', keys);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
