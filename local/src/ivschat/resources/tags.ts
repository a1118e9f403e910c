import { invalidField } from '../api/errors';
import { MAXIMUM_TAGS } from '../api/quotas';
import type { StringMap } from '../types';

/** Throws if a key has the reserved prefix. Documented for tags of all services. */
export function checkTagKeys(field: string, keys: readonly string[]): void {
  if (keys.some(key => key.toLowerCase().startsWith('aws:'))) throw invalidField(field, 'keys must not begin with aws:');
}

export function withTags(tags: StringMap, added: StringMap): StringMap {
  checkTagKeys('tags', Object.keys(added));
  const result = { ...tags, ...added };
  // The model has no quota error for TagResource, hence a ValidationException.
  if (Object.keys(result).length > MAXIMUM_TAGS) throw invalidField('tags', `a resource has at most ${MAXIMUM_TAGS} tags`);
  return result;
}

export function withoutTags(tags: StringMap, keys: readonly string[]): StringMap {
  checkTagKeys('tagKeys', keys);
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
}
