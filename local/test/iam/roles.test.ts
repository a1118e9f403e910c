import { Roles } from '../../src/iam/roles';

const ROLE = 'arn:aws:iam::123456789012:role/Role';
const ROOM = 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdefABCDEF';
const ALLOW = { Effect: 'Allow', Action: 'ivschat:GetRoom', Resource: ROOM };
const REQUEST = { action: 'ivschat:GetRoom', resource: ROOM, context: {} };
const DENIED = { allowed: false, explicitDeny: false, unsupported: [] };
const ALLOWED = { allowed: true, explicitDeny: false, unsupported: [] };

test('an unknown role has no permissions', () => {
  expect(new Roles().authorize(ROLE, REQUEST)).toEqual(DENIED);
});

test('policies can be added and removed', () => {
  const roles = new Roles();
  roles.putRole(ROLE, {});
  expect(roles.authorize(ROLE, REQUEST)).toEqual(DENIED);
  roles.putPolicy(ROLE, 'allow', { Version: '2012-10-17', Statement: ALLOW });
  expect(roles.authorize(ROLE, REQUEST)).toEqual(ALLOWED);
  roles.putPolicy(ROLE, 'deny', { Version: '2012-10-17', Statement: [{ ...ALLOW, Effect: 'Deny' }] });
  expect(roles.authorize(ROLE, REQUEST)).toEqual({ allowed: false, explicitDeny: true, unsupported: [] });
  roles.removePolicy(ROLE, 'deny');
  expect(roles.authorize(ROLE, REQUEST)).toEqual(ALLOWED);
  roles.putRole(ROLE, {});
  expect(roles.authorize(ROLE, REQUEST)).toEqual(DENIED);
});

test('a deleted role has no permissions', () => {
  const roles = new Roles();
  roles.putRole(ROLE, { allow: { Version: '2012-10-17', Statement: ALLOW } });
  roles.deleteRole(ROLE);
  expect(roles.authorize(ROLE, REQUEST)).toEqual(DENIED);
});

test('a policy can be added before its role', () => {
  const roles = new Roles();
  roles.putPolicy(ROLE, 'allow', { Version: '2012-10-17', Statement: ALLOW });
  expect(roles.authorize(ROLE, REQUEST)).toEqual(ALLOWED);
});
