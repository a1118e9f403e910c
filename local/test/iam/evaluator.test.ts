import { Iam } from '../../src/iam/evaluator';

const ROLE = 'arn:aws:iam::123456789012:role/Role';
const ROOM = 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdefABCDEF';
const ALLOW = { Effect: 'Allow', Action: 'ivschat:GetRoom', Resource: ROOM };
const REQUEST = { action: 'ivschat:GetRoom', resource: ROOM, context: { 'aws:ResourceTag/team': 'a' } };
const NO = { allowed: false, explicitDeny: false, unsupported: [] };
const YES = { allowed: true, explicitDeny: false, unsupported: [] };

const authorize = (statement: object | object[], request: object = {}, version = '2012-10-17') => {
  const iam = new Iam();
  iam.putRole(ROLE, { policy: { Version: version, Statement: statement } });
  return iam.authorize(ROLE, { ...REQUEST, ...request });
};

describe('roles', () => {
  test('one that is not known may do nothing', () => {
    expect(new Iam().authorize(ROLE, REQUEST)).toEqual(NO);
  });

  test('policies come and go', () => {
    const iam = new Iam();
    iam.putRole(ROLE, {});
    expect(iam.authorize(ROLE, REQUEST)).toEqual(NO);
    iam.putPolicy(ROLE, 'allow', { Version: '2012-10-17', Statement: ALLOW });
    expect(iam.authorize(ROLE, REQUEST)).toEqual(YES);
    iam.putPolicy(ROLE, 'deny', { Version: '2012-10-17', Statement: [{ ...ALLOW, Effect: 'Deny' }] });
    expect(iam.authorize(ROLE, REQUEST)).toEqual({ allowed: false, explicitDeny: true, unsupported: [] });
    iam.removePolicy(ROLE, 'deny');
    expect(iam.authorize(ROLE, REQUEST)).toEqual(YES);
    iam.putRole(ROLE, {});
    expect(iam.authorize(ROLE, REQUEST)).toEqual(NO);
  });

  test('a deleted one may do nothing', () => {
    const iam = new Iam();
    iam.putRole(ROLE, { allow: { Version: '2012-10-17', Statement: ALLOW } });
    iam.deleteRole(ROLE);
    expect(iam.authorize(ROLE, REQUEST)).toEqual(NO);
  });

  test('a policy may come before its role', () => {
    const iam = new Iam();
    iam.putPolicy(ROLE, 'allow', { Version: '2012-10-17', Statement: ALLOW });
    expect(iam.authorize(ROLE, REQUEST)).toEqual(YES);
  });
});

describe('resources', () => {
  test.each(['*', 'arn:aws:ivschat:*:*:room/*', 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdef??????', 'arn:aws:ivschat:eu-west-1:123456789012:*', 'arn:aws:ivschat:*'])('%s fits', Resource => {
    expect(authorize({ ...ALLOW, Resource })).toEqual(YES);
  });

  test.each([`${ROOM}x`, ROOM.toLowerCase(), 'arn:aws:ivschat:us-*', 'arn:aws:ivschat:eu-west-1', 'arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/*', 'room/*'])('fails for %s', Resource => {
    expect(authorize({ ...ALLOW, Resource })).toEqual(NO);
  });

  test('an action on no resource needs the asterisk', () => {
    const request = { action: 'ivschat:ListRooms', resource: '*' };
    expect(authorize({ ...ALLOW, Action: '*', Resource: '*' }, request)).toEqual(YES);
    expect(authorize({ ...ALLOW, Action: '*', Resource: 'arn:aws:ivschat:*:*:room/*' }, request)).toEqual(NO);
  });
});

test('ArnLike looks at each part of an ARN on its own', () => {
  const arnLike = (wanted: string) => authorize({ ...ALLOW, Condition: { ArnLike: { 'aws:SourceArn': wanted } } }, {
    context: { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:123456789012:function:f:1' },
  });
  expect(arnLike('arn:aws:lambda:*:*:function:f:*')).toEqual(YES);
  expect(arnLike('arn:aws:lambda:*:function:f:*')).toEqual(NO);
});

describe('variables', () => {
  const OWN = { ...ALLOW, Resource: 'arn:aws:ivschat:*:*:room/${aws:ResourceTag/room}' };

  test('have the value of the key, as plain text', () => {
    expect(authorize(OWN, { context: { 'aws:resourcetag/ROOM': 'abcdefABCDEF' } })).toEqual(YES);
    expect(authorize(OWN, { context: { 'aws:ResourceTag/room': '*' } })).toEqual(NO);
  });

  test('without a value they are reported', () => {
    expect(authorize(OWN, { context: {} })).toEqual({ ...NO, unsupported: ['the policy variable ${aws:ResourceTag/room} (policy policy)'] });
  });

  test('are plain text in the older language', () => {
    expect(authorize(OWN, { context: { 'aws:ResourceTag/room': 'abcdefABCDEF' } }, '2008-10-17')).toEqual(NO);
  });
});

describe('what is not known is reported, and never a permission', () => {
  const when = (Condition: object, context: Record<string, string | string[]> = REQUEST.context) => authorize({ ...ALLOW, Condition }, { context });

  test.each([
    ['an operator', { DateLessThan: { 'aws:ResourceTag/team': '2030-01-01' } }, {}, 'the condition operator DateLessThan'],
    ['an operator that is misspelt', { StringEqual: { 'aws:ResourceTag/team': 'a' } }, {}, 'the condition operator StringEqual'],
    ['a key', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, {}, 'the condition key aws:PrincipalOrgID'],
    ['a key, even with Null', { Null: { 'aws:PrincipalOrgID': 'true' } }, {}, 'the condition key aws:PrincipalOrgID'],
    ['ForAnyValue with IfExists', { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'a' } }, {}, 'the condition operator ForAnyValue:StringEqualsIfExists'],
    ['several values without a set operator', { StringEquals: { 'aws:TagKeys': 'a' } }, { 'aws:TagKeys': ['a', 'b'] },
      'the condition operator StringEquals on aws:TagKeys, which has several values'],
    ['a number that is none', { NumericEquals: { 'aws:MultiFactorAuthAge': 'old' } }, { 'aws:MultiFactorAuthAge': '1' }, 'a Numeric comparison of "1" with "old"'],
  ])('%s', (_kind, condition, context, what) => {
    expect(when(condition, context)).toEqual({ ...NO, unsupported: [`${what} (policy policy)`] });
  });

  test('a Deny that is not decided denies', () => {
    const Condition = { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } };
    expect(authorize([{ ...ALLOW }, { ...ALLOW, Effect: 'Deny', Condition }])).toEqual({
      ...NO, unsupported: ['the condition key aws:CurrentTime (policy policy)'],
    });
  });

  test('another statement may decide', () => {
    const Condition = { DateLessThan: { 'aws:ResourceTag/team': '2030-01-01' } };
    expect(authorize([{ ...ALLOW, Condition }, ALLOW]).allowed).toBe(true);
    expect(authorize([{ ...ALLOW, Condition }, { ...ALLOW, Effect: 'Deny' }]).explicitDeny).toBe(true);
  });

  test('in a statement on something else it is of no interest', () => {
    expect(authorize([{ ...ALLOW, Action: 's3:GetObject', Condition: { Unknown: { key: 'value' } } }, ALLOW])).toEqual(YES);
  });

  test('in a condition that does not hold anyway it denies', () => {
    expect(when({ StringEquals: { 'aws:ResourceTag/team': 'b' }, DateLessThan: { 'aws:ResourceTag/team': '2030' } }).allowed).toBe(false);
  });

  test.each([
    ['a wildcard in the type of a resource', { ...ALLOW, Resource: 'arn:aws:ivschat:*:*:*/abcdefABCDEF' }, 'a wildcard in the type of the resource'],
    ['a wildcard that reaches over a colon', { ...ALLOW, Resource: 'arn:aws:ivschat:*:room/*' }, 'a wildcard that reaches over a colon'],
    ['no Effect', { ...ALLOW, Effect: undefined }, 'a statement without an Effect'],
    ['no Action', { ...ALLOW, Action: undefined }, 'a statement without exactly one of Action and NotAction'],
    ['Resource and NotResource', { ...ALLOW, NotResource: '*' }, 'a statement without exactly one of Action and NotAction'],
  ])('%s', (_kind, statement, what) => {
    const result = authorize(statement);
    expect(result).toMatchObject({ allowed: false, explicitDeny: false });
    expect(result.unsupported.join()).toContain(what);
  });
});
