import { wordsRule } from './data';
import type { FilterFile } from '../../src/moderation/filter/filter-file';
import { FilterRule } from 'cdk-ivschat';

/** A filter with a rule of words and six others. The patterns are those that other engines take seconds or years for. */
export function filterWithAllRules(entries: string[]): FilterFile {
  const others = [
    FilterRule.links({ ruleName: 'links', allowedDomains: ['example.com'] }),
    FilterRule.contactDetails(),
    FilterRule.pattern('[A-Z]{2}-\\d{6}', { ruleName: 'order' }),
    FilterRule.pattern('(a+)+$', { ruleName: 'nested' }),
    FilterRule.pattern('(?:.*?,){20}x', { ruleName: 'commas' }),
    FilterRule.repetition(),
  ];
  return { version: 1, exempt: [], ignoredAttributes: [], rules: [wordsRule(entries), ...others.map(({ _rule }) => _rule)] };
}
