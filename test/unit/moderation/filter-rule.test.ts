import { Lazy } from 'aws-cdk-lib';
import { FilterAction, FilterRule, WordList } from '../../../src';
import { thrownBy } from '../../support/thrown-by';

test.each([
  [FilterRule.words(WordList.of('darn')), 'words', 'MASK'],
  [FilterRule.links(), 'links', 'DENY'],
  [FilterRule.contactDetails(), 'contact-details', 'MASK'],
  [FilterRule.pattern('a'), 'pattern', 'MASK'],
  [FilterRule.capitals(), 'capitals', 'DENY'],
  [FilterRule.repetition(), 'repetition', 'DENY'],
])('a rule has a default name, action and reason', (rule, name, action) => {
  expect(rule.ruleName).toBe(name);
  expect(rule._rule).toMatchObject({ name, action, reason: action === 'DENY' ? 'Your message was not sent.' : undefined });
});

test('options override the defaults', () => {
  const rule = FilterRule.contactDetails({ action: FilterAction.DENY, reason: 'No addresses.', ruleName: 'addresses', phoneNumbers: false });
  expect(rule.ruleName).toBe('addresses');
  expect(rule._rule).toEqual({ name: 'addresses', action: 'DENY', reason: 'No addresses.', kind: 'contactDetails', emailAddresses: true, phoneNumbers: false });
  expect(FilterRule.capitals({ share: 1, minimumLetters: 5 })._rule).toMatchObject({ share: 1, minimumLetters: 5 });
});

const token = Lazy.string({ produce: () => 'x' });

test.each<[() => unknown, string]>([
  [() => FilterRule.words(['darn'] as never), 'list must be a WordList, got a list: pass for example WordList.fromFile(\'blocked.txt\')'],
  [() => FilterRule.words(WordList.of('darn'), { ignoreAccents: 1 as never }), 'ignoreAccents must be true or false, got 1'],
  [() => FilterRule.links({ ruleName: 'my links' }), 'ruleName must be 1 to 64 letters, digits, hyphens and underscores, got "my links": choose a name'],
  [() => FilterRule.links({ action: 'BLOCK' as never }), 'action must be FilterAction.DENY, MASK or COUNT, got "BLOCK"'],
  [() => FilterRule.links({ action: FilterAction.MASK, reason: 'x' }), 'reason must be used with FilterAction.DENY, got FilterAction.MASK'],
  [() => FilterRule.links({ reason: 'é'.repeat(510) }), 'reason must have at most 1018 bytes, got 1020: shorten it'],
  [() => FilterRule.links({ reason: token }), 'reason must be known at synthesis, got a token'],
  [() => FilterRule.links(null as never), 'props must be an object, got null'],
  [() => FilterRule.links({ allowedDomains: ['https://example.com'] }), 'allowedDomains[0] must be a domain in lower case such as "example.com", got "https://example.com"'],
  [() => FilterRule.links({ allowedDomains: ['*.example.com'] }), 'without scheme, port, path and wildcard'],
  [() => FilterRule.links({ allowedDomains: [token] }), 'allowedDomains[0] must be known at synthesis'],
  [() => FilterRule.links({ allowedDomains: 'example.com' as never }), 'allowedDomains must be a list'],
  [() => FilterRule.links({ obfuscated: 'no' as never }), 'obfuscated must be true or false'],
  [() => FilterRule.contactDetails({ emailAddresses: false, phoneNumbers: false }), 'emailAddresses or phoneNumbers must be true, got false for both: remove the rule'],
  [() => FilterRule.capitals({ share: 70 }), 'share must be more than 0 and at most 1, got 70'],
  [() => FilterRule.capitals({ minimumLetters: 0 }), 'minimumLetters must be a whole number from 1 to 500, got 0'],
  [() => FilterRule.pattern(/a/ as never), 'pattern must be a string'],
  [() => FilterRule.pattern(token), 'pattern must be known at synthesis'],
  [() => FilterRule.pattern('a(?=b)'), 'pattern must not have groups other than (…) and (?:…), got "a(?=b)" at character 3: use (?:…) or (…), because lookaround cannot be found in linear time'],
])('fails with an error message: %#', (call, message) => {
  expect(thrownBy(call).message).toContain(message);
});
