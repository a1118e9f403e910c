import { Filter } from '../../../handlers/message-filter/filter';
import { FilterAction, FilterRule, SenderMatch, WordList } from '../../../src';
import type { FilterFile } from '../../../src/moderation/filter/filter-file';

function filterOf(rules: FilterRule[], others: Partial<FilterFile> = {}): Filter {
  return new Filter({ version: 1, exempt: [], ignoredAttributes: [], ...others, rules: rules.map(({ _rule }) => _rule) });
}

const words = (action: FilterAction, ...entries: string[]) => FilterRule.words(WordList.of(...entries), { action, ruleName: `${action}-${entries[0]}` });

test('rules that deny decide before those that mask, in any order', () => {
  const rules = [words(FilterAction.MASK, 'one'), words(FilterAction.DENY, 'two'), words(FilterAction.DENY, 'three')];
  for (const filter of [filterOf(rules), filterOf([...rules].reverse())]) {
    expect(filter.review('one two')).toEqual({
      content: 'one two', reason: 'Your message was not sent.', denied: 'DENY-two', masked: [], counted: [],
    });
  }
});

test('all rules that mask are applied', () => {
  expect(filterOf([words(FilterAction.MASK, 'one'), words(FilterAction.MASK, 'two')]).review('one two three'))
    .toEqual({ content: '*** *** three', masked: ['MASK-one', 'MASK-two'], counted: [] });
});

test('rules that count change nothing, and also count messages that are denied', () => {
  const filter = filterOf([words(FilterAction.DENY, 'two'), words(FilterAction.COUNT, 'one')]);
  expect(filter.review('one')).toEqual({ content: 'one', masked: [], counted: ['COUNT-one'] });
  expect(filter.review('one two')).toMatchObject({ denied: 'DENY-two', counted: ['COUNT-one'] });
});

test('attributes are denied and masked, except those that are ignored', () => {
  const filter = filterOf([words(FilterAction.MASK, 'one'), words(FilterAction.DENY, 'two')], { ignoredAttributes: ['id'] });
  expect(filter.review('Hi', { title: 'one', id: 'one two', other: 'x' }))
    .toEqual({ content: 'Hi', attributes: { title: '***', id: 'one two', other: 'x' }, masked: ['MASK-one'], counted: [] });
  expect(filter.review('Hi', { title: 'two' })).toMatchObject({ denied: 'DENY-two' });
  expect(filter.review('Hi', { title: 'x' }).attributes).toBeUndefined();
});

test('senders are exempt by one of the values of an attribute', () => {
  const filter = filterOf([], { exempt: [SenderMatch.attribute('role', 'moderator', 'bot')._condition] });
  expect(filter.isExempt({ role: 'bot' })).toBe(true);
  expect(filter.isExempt({ role: 'participant' })).toBe(false);
  expect(filter.isExempt({})).toBe(false);
  expect(filterOf([], { exempt: [SenderMatch.attribute('constructor', 'x')._condition] }).isExempt({})).toBe(false);
});
