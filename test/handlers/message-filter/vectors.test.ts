import { Filter } from '../../../handlers/message-filter/filter';
import { FILTER_NAMES, IGNORED_ATTRIBUTES, rulesOf, VECTORS } from '../../support/filter-vectors';

const filters = new Map(FILTER_NAMES.map(name =>
  [name, new Filter({ version: 1, exempt: [], ignoredAttributes: IGNORED_ATTRIBUTES, rules: rulesOf(name).map(({ _rule }) => _rule) })]));

test.each(VECTORS)('$filter: $content', ({ attributes, content, delivered, deliveredAttributes, denied, filter }) => {
  const decision = filters.get(filter)!.review(content, attributes);

  expect(decision.denied).toBe(denied);
  if (denied === undefined) expect(decision.content).toBe(delivered);
  expect(decision.attributes).toEqual(deliveredAttributes);
});

test('the vectors are in at least seven languages, and each names its source', () => {
  expect(new Set(VECTORS.map(({ language }) => language)).size).toBeGreaterThan(7);
  expect(VECTORS.filter(({ source }) => !source)).toEqual([]);
});
