import { evaluate } from '../../src/iam/evaluator';

const ROOM = 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdefABCDEF';
const ALLOW = { Effect: 'Allow', Action: 'ivschat:GetRoom', Resource: ROOM };
const REQUEST = { action: 'ivschat:GetRoom', resource: ROOM, context: { 'aws:ResourceTag/team': 'a' } };
const DENIED = { allowed: false, explicitDeny: false, unsupported: [] };
const ALLOWED = { allowed: true, explicitDeny: false, unsupported: [] };

const evaluatePolicy = (statement: object | object[], request: object = {}, version = '2012-10-17') =>
  evaluate(new Map([['policy', { Version: version, Statement: statement }]]), { ...REQUEST, ...request });

describe('resources', () => {
  test.each(['*', 'arn:aws:ivschat:*:*:room/*', 'arn:aws:ivschat:eu-west-1:123456789012:room/abcdef??????', 'arn:aws:ivschat:eu-west-1:123456789012:*', 'arn:aws:ivschat:*'])('%s matches', Resource => {
    expect(evaluatePolicy({ ...ALLOW, Resource })).toEqual(ALLOWED);
  });

  test.each([`${ROOM}x`, ROOM.toLowerCase(), 'arn:aws:ivschat:us-*', 'arn:aws:ivschat:eu-west-1', 'arn:aws:ivschat:eu-west-1:123456789012:logging-configuration/*', 'room/*'])('fails to match %s', Resource => {
    expect(evaluatePolicy({ ...ALLOW, Resource })).toEqual(DENIED);
  });

  test('an action without a resource requires *', () => {
    const request = { action: 'ivschat:ListRooms', resource: '*' };
    expect(evaluatePolicy({ ...ALLOW, Action: '*', Resource: '*' }, request)).toEqual(ALLOWED);
    expect(evaluatePolicy({ ...ALLOW, Action: '*', Resource: 'arn:aws:ivschat:*:*:room/*' }, request)).toEqual(DENIED);
  });
});

test('ArnLike matches each part of an ARN separately', () => {
  const arnLike = (wanted: string) => evaluatePolicy({ ...ALLOW, Condition: { ArnLike: { 'aws:SourceArn': wanted } } }, {
    context: { 'aws:SourceArn': 'arn:aws:lambda:eu-west-1:123456789012:function:f:1' },
  });
  expect(arnLike('arn:aws:lambda:*:*:function:f:*')).toEqual(ALLOWED);
  expect(arnLike('arn:aws:lambda:*:function:f:*')).toEqual(DENIED);
});

describe('variables', () => {
  const OWN = { ...ALLOW, Resource: 'arn:aws:ivschat:*:*:room/${aws:ResourceTag/room}' };

  test('resolve to the literal value of the key', () => {
    expect(evaluatePolicy(OWN, { context: { 'aws:resourcetag/ROOM': 'abcdefABCDEF' } })).toEqual(ALLOWED);
    expect(evaluatePolicy(OWN, { context: { 'aws:ResourceTag/room': '*' } })).toEqual(DENIED);
  });

  test('are reported if they have no value', () => {
    expect(evaluatePolicy(OWN, { context: {} })).toEqual({ ...DENIED, unsupported: ['the policy variable ${aws:ResourceTag/room} (policy policy)'] });
  });

  test('are literal text in policy version 2008-10-17', () => {
    expect(evaluatePolicy(OWN, { context: { 'aws:ResourceTag/room': 'abcdefABCDEF' } }, '2008-10-17')).toEqual(DENIED);
  });
});

describe('unsupported elements are reported and never grant a permission', () => {
  const when = (Condition: object, context: Record<string, string | string[]> = REQUEST.context) =>
    evaluatePolicy({ ...ALLOW, Condition }, { context });

  test.each([
    ['an operator', { DateLessThan: { 'aws:ResourceTag/team': '2030-01-01' } }, {}, 'the condition operator DateLessThan'],
    ['a misspelled operator', { StringEqual: { 'aws:ResourceTag/team': 'a' } }, {}, 'the condition operator StringEqual'],
    ['a key', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, {}, 'the condition key aws:PrincipalOrgID'],
    ['a key, even with Null', { Null: { 'aws:PrincipalOrgID': 'true' } }, {}, 'the condition key aws:PrincipalOrgID'],
    ['ForAnyValue with IfExists', { 'ForAnyValue:StringEqualsIfExists': { 'aws:TagKeys': 'a' } }, {}, 'the condition operator ForAnyValue:StringEqualsIfExists'],
    ['multiple values without a set operator', { StringEquals: { 'aws:TagKeys': 'a' } }, { 'aws:TagKeys': ['a', 'b'] },
      'the condition operator StringEquals on aws:TagKeys, which has multiple values'],
    ['a string that is not a number', { NumericEquals: { 'aws:MultiFactorAuthAge': 'old' } }, { 'aws:MultiFactorAuthAge': '1' }, 'a numeric comparison of "1" with "old"'],
  ])('%s', (_kind, condition, context, what) => {
    expect(when(condition, context)).toEqual({ ...DENIED, unsupported: [`${what} (policy policy)`] });
  });

  test('an undecided Deny denies', () => {
    const Condition = { DateLessThan: { 'aws:CurrentTime': '2030-01-01' } };
    expect(evaluatePolicy([{ ...ALLOW }, { ...ALLOW, Effect: 'Deny', Condition }])).toEqual({
      ...DENIED, unsupported: ['the condition key aws:CurrentTime (policy policy)'],
    });
  });

  test('another statement can decide', () => {
    const Condition = { DateLessThan: { 'aws:ResourceTag/team': '2030-01-01' } };
    expect(evaluatePolicy([{ ...ALLOW, Condition }, ALLOW]).allowed).toBe(true);
    expect(evaluatePolicy([{ ...ALLOW, Condition }, { ...ALLOW, Effect: 'Deny' }]).explicitDeny).toBe(true);
  });

  test('not in a statement on another action', () => {
    expect(evaluatePolicy([{ ...ALLOW, Action: 's3:GetObject', Condition: { Unknown: { key: 'value' } } }, ALLOW])).toEqual(ALLOWED);
  });

  test('a condition that fails on another key denies', () => {
    expect(when({ StringEquals: { 'aws:ResourceTag/team': 'b' }, DateLessThan: { 'aws:ResourceTag/team': '2030' } }).allowed).toBe(false);
  });

  test.each([
    ['a wildcard in a resource type', { ...ALLOW, Resource: 'arn:aws:ivschat:*:*:*/abcdefABCDEF' }, 'which has a wildcard in the resource type'],
    ['a wildcard across a colon', { ...ALLOW, Resource: 'arn:aws:ivschat:*:room/*' }, 'which has a wildcard across a colon'],
    ['no Effect', { ...ALLOW, Effect: undefined }, 'a statement without an Effect'],
    ['no Action', { ...ALLOW, Action: undefined }, 'a statement without exactly one of Action and NotAction'],
    ['Resource and NotResource', { ...ALLOW, NotResource: '*' }, 'a statement without exactly one of Action and NotAction'],
  ])('%s', (_kind, statement, what) => {
    const result = evaluatePolicy(statement);
    expect(result).toMatchObject({ allowed: false, explicitDeny: false });
    expect(result.unsupported.join()).toContain(what);
  });
});
