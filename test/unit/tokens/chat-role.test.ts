import { ChatRole, ClaimMatch } from '../../../src';
import { errorOf } from '../../support/grants';

const STAFF = ClaimMatch.contains('groups', 'staff');

test.each([
  [ChatRole.moderator(), { role: 'moderator' }],
  [ChatRole.moderator({ allRooms: false }), { role: 'moderator' }],
  [ChatRole.moderator({ allRooms: true }), { role: 'moderator', allRooms: true }],
  [ChatRole.participant(), { role: 'participant' }],
  [ChatRole.viewer(), { role: 'viewer' }],
  [ChatRole.refused(), { role: 'refused' }],
])('%p', (role, settings) => {
  expect(role._role).toEqual(settings);
  expect(role.roleName).toBe(settings.role);
  const rule = role.when(STAFF);
  expect(rule._rule).toEqual({ ...settings, when: { claim: 'groups', contains: 'staff' } });
  expect(rule.role).toBe(role);
});

test('a rule needs a condition', () => {
  expect(errorOf(() => ChatRole.moderator().when(undefined as any))).toEqual({
    code: 'TypeExpected',
    message: 'match must be a ClaimMatch, got undefined: pass for example ClaimMatch.contains(\'cognito:groups\', \'staff\')',
  });
});

test('allRooms is a Boolean', () => {
  expect(errorOf(() => ChatRole.moderator({ allRooms: 'false' as any }))?.message).toContain('allRooms must be true or false, got "false"');
});
