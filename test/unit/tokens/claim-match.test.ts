import { ClaimMatch } from '../../../src';
import { errorOf } from '../../support/grants';

test('conditions can be combined', () => {
  const match = ClaimMatch.anyOf(
    ClaimMatch.allOf(ClaimMatch.equalTo('email', 'a@example.com'), ClaimMatch.equalTo('email_verified', 'true')),
    ClaimMatch.contains('groups', 'staff'),
    ClaimMatch.scope('chat:moderate'),
  );

  expect(match._condition).toEqual({
    anyOf: [
      { allOf: [{ claim: 'email', equals: 'a@example.com' }, { claim: 'email_verified', equals: 'true' }] },
      { claim: 'groups', contains: 'staff' },
      { scope: 'chat:moderate' },
    ],
  });
});

// Without conditions, allOf() would match every user.
test.each(['allOf', 'anyOf'] as const)('%s needs a condition', method => {
  expect(errorOf(() => ClaimMatch[method]())).toEqual({
    code: 'ListIsEmpty',
    message: 'matches must have at least one element, got an empty list: pass for example ClaimMatch.contains(\'cognito:groups\', \'staff\')',
  });
  expect(errorOf(() => ClaimMatch[method]('staff' as any))?.message).toContain('matches[0] must be a ClaimMatch, got "staff"');
});

test.each<[() => ClaimMatch, string, string]>([
  [() => ClaimMatch.equalTo('', 'x'), 'StringIsEmpty', 'claim must have at least one character'],
  [() => ClaimMatch.equalTo('x', ''), 'StringIsEmpty', 'value must have at least one character'],
  [() => ClaimMatch.equalTo('email_verified', true as any), 'StringExpected', 'value must be a string, got true: pass the value of the claim, for a number or a Boolean as a string'],
  [() => ClaimMatch.contains('', 'x'), 'StringIsEmpty', 'claim must have at least one character'],
  [() => ClaimMatch.contains('groups', ['staff'] as any), 'StringExpected', 'value must be a string, got a list'],
  [() => ClaimMatch.scope(''), 'StringIsEmpty', 'value must have at least one character'],
])('%p fails', (create, code, message) => {
  const error = errorOf(create);

  expect(error?.code).toBe(code);
  expect(error?.message).toContain(message);
});
