import * as fc from 'fast-check';
import { isMet, roleOf } from '../../../handlers/token-endpoint/roles';
import type { ClaimCondition, TokenEndpointSettings } from '../../../src/tokens/token-endpoint-settings';

const user = (claims: object, isAnonymous = false) => ({ userId: 'ada', claims: claims as Record<string, unknown>, isAnonymous });
const settings = (roles: TokenEndpointSettings['roles'], more = {}) =>
  ({ roles, defaultRole: { role: 'participant' }, anonymousRole: { role: 'viewer' }, ...more }) as TokenEndpointSettings;

describe('equals', () => {
  test.each<[unknown, string]>([['staff', 'staff'], [true, 'true'], [7, '7'], ['', '']])('the claim %j equals "%s"', (claim, equals) => {
    expect(isMet({ claim: 'c', equals }, { c: claim })).toBe(true);
  });

  test.each([['staff', 'not staff'], ['staff', 'STAFF'], ['staff', 'staff '], ['staff', ['staff']], ['staff', { staff: true }], ['null', null], ['undefined', undefined], ['[object Object]', {}]])(
    'not "%s" the claim %j', (equals, claim) => {
      expect(isMet({ claim: 'c', equals }, { c: claim })).toBe(false);
    });
});

describe('contains', () => {
  test.each([[['other', 'staff']], ['staff']])('the claim %j contains "staff"', claim => {
    expect(isMet({ claim: 'c', contains: 'staff' }, { c: claim })).toBe(true);
  });

  test.each([
    'not staff', '[staff admin]', 'staff,admin', 'staff admin', 'staffers', ['STAFF'], { staff: 1 }, null, ['staff '], [['staff']], [{ staff: true }], { 0: 'staff', length: 1 }, true,
  ])('not the claim %j', claim => {
    expect(isMet({ claim: 'c', contains: 'staff' }, { c: claim })).toBe(false);
  });
});

describe('scope', () => {
  test.each([{ scope: 'openid chat:write' }, { scp: 'chat:write' }, { scp: ['openid', 'chat:write'] }])('is in %j', claims => {
    expect(isMet({ scope: 'chat:write' }, claims)).toBe(true);
  });

  test.each([{ scope: 'chat:writer' }, { scope: 'chat' }, { scope: 'chat:write,x' }, { scope: 'openid', scp: 'chat:write' }, { scope: 7 }, {}])('is not in %j', claims => {
    expect(isMet({ scope: 'chat:write' }, claims)).toBe(false);
  });
});

test('a claim is not inherited', () => {
  for (const claim of ['constructor', 'toString', '__proto__']) {
    expect(isMet({ claim, equals: String(({} as any)[claim]) }, {})).toBe(false);
    expect(isMet({ claim, contains: String(({} as any)[claim]) }, {})).toBe(false);
  }
});

const conditions: fc.Arbitrary<ClaimCondition> = fc.letrec<{ condition: ClaimCondition }>(tie => {
  const name = fc.constantFrom('a', 'b');
  const value = fc.constantFrom('x', 'y', 'true');
  const parts = fc.array(tie('condition'), { maxLength: 3 });
  return {
    condition: fc.oneof({ maxDepth: 3 },
      fc.record({ claim: name, equals: value }),
      fc.record({ claim: name, contains: value }),
      fc.record({ scope: value }),
      fc.record({ allOf: parts }),
      fc.record({ anyOf: parts }),
    ),
  };
}).condition;
const claimValues = fc.oneof(fc.constantFrom('x', 'y', 'x y', true, null, 7), fc.array(fc.constantFrom('x', 'y', true), { maxLength: 2 }));
const allClaims = fc.dictionary(fc.constantFrom('a', 'b', 'scope'), claimValues);

test('allOf and anyOf combine their parts, in any depth', () => {
  fc.assert(fc.property(fc.array(conditions, { maxLength: 3 }), allClaims, (parts, claims) => {
    const met = parts.map(part => isMet(part, claims));
    expect(isMet({ allOf: parts }, claims)).toBe(!met.includes(false));
    expect(isMet({ anyOf: parts }, claims)).toBe(met.includes(true));
  }));
});

test('a condition on a claim is met only if the whole value, or a whole member of it, is in the claims', () => {
  const leaves = conditions.filter(condition => 'claim' in condition || 'scope' in condition);
  fc.assert(fc.property(leaves, allClaims, (condition, claims) => {
    const [wanted] = Object.entries(condition).filter(([key]) => key !== 'claim').map(([, value]) => value);
    const members = Object.values(claims).flatMap(value => typeof value === 'string' && 'scope' in condition ? value.split(' ') : [value].flat()).map(String);
    if (!members.includes(wanted)) expect(isMet(condition, claims)).toBe(false);
  }));
});

test('the first rule that is met decides, and otherwise the default', () => {
  const rules = fc.array(fc.record({ role: fc.constantFrom('moderator', 'participant', 'viewer', 'refused'), when: conditions }), { maxLength: 4 });
  fc.assert(fc.property(rules, allClaims, (roles: any, claims) => {
    const first = roles.find(({ when }: any) => isMet(when, claims));
    expect(roleOf(user(claims), settings(roles)).role).toBe(first?.role ?? 'participant');
  }));
});

test('only the rule that decides makes a moderator of all rooms', () => {
  const roles: TokenEndpointSettings['roles'] = [
    { role: 'moderator', when: { claim: 'a', equals: 'x' } },
    { role: 'moderator', allRooms: true, when: { anyOf: [{ claim: 'a', equals: 'x' }, { claim: 'b', equals: 'x' }] } },
  ];
  expect(roleOf(user({ a: 'x', b: 'x' }), settings(roles)).allRooms).toBeFalsy();
  expect(roleOf(user({ b: 'x' }), settings(roles)).allRooms).toBe(true);
});

test('anonymous users get their role whatever the rules are, and at most participant', () => {
  const roles: TokenEndpointSettings['roles'] = [{ role: 'moderator', when: { allOf: [] } }];
  expect(roleOf(user({}, true), settings(roles))).toEqual({ role: 'viewer' });
  expect(roleOf(user({}, true), settings(roles, { anonymousRole: { role: 'moderator', allRooms: true } }))).toEqual({ role: 'participant' });
});
