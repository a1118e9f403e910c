import { ChatRole, SenderMatch } from '../../../src';
import { thrownBy } from '../../support/thrown-by';

test('matches an attribute by its values, or the role of a token endpoint', () => {
  expect(SenderMatch.attribute('badge', 'gold', 'silver')._condition).toEqual({ attribute: 'badge', values: ['gold', 'silver'] });
  expect(SenderMatch.role(ChatRole.moderator())._condition).toEqual({ attribute: 'role', values: ['moderator'] });
  expect(SenderMatch.role(ChatRole.participant())._condition).toEqual({ attribute: 'role', values: ['participant'] });
});

test.each<[() => unknown, string]>([
  [() => SenderMatch.attribute('', 'x'), 'name must have at least one character'],
  [() => SenderMatch.attribute('badge'), 'values must have at least one element'],
  [() => SenderMatch.role('moderator' as never), 'role must be a ChatRole, got "moderator"'],
  [() => SenderMatch.role(ChatRole.viewer()), 'role must be a role whose users can send messages, got ChatRole.viewer()'],
  [() => SenderMatch.role(ChatRole.refused()), 'got ChatRole.refused()'],
])('fails with an error message: %#', (call, message) => {
  expect(thrownBy(call).message).toContain(message);
});
