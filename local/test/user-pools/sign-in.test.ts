import fc from 'fast-check';
import { ExpectedError } from '../../src/expected-error';
import { readSignInRequest } from '../../src/user-pools/sign-in';

test('all fields', () => {
  const request = { pool: 'Users', client: 'Web', username: 'ada', groups: ['a'], claims: { a: 1 }, accessTokenClaims: { b: 2 }, scopes: ['openid'] };
  expect(readSignInRequest(request)).toEqual(request);
});

test.each([
  ['nothing', undefined, 'The body must be an object such as { "username": "ada" }, got undefined.'],
  ['a list', [], 'got [].'],
  ['no user name', {}, 'username must be a string of 1 to 128 characters, got undefined.'],
  ['an empty user name', { username: '' }, 'username must be a string of 1 to 128 characters, got "".'],
  ['a long user name', { username: '🙂'.repeat(129) }, 'username must be a string of 1 to 128 characters'],
  ['one group as a string', { username: 'ada', groups: 'fans' }, 'groups must be a list of strings, got "fans".'],
  ['numbers as groups', { username: 'ada', groups: [1] }, 'groups must be a list of strings, got [1].'],
  ['claims as a list', { username: 'ada', claims: [] }, 'claims must be an object of claims by name, got [].'],
  ['null', { username: 'ada', pool: null }, 'pool must be a string that is not empty, got null.'],
  ['an unknown field', { username: 'ada', password: 'x' }, 'password is not a field of a sign-in: use accessTokenClaims, claims, client, groups, issuer, pool, scopes, username.'],
  ['the name of a method', JSON.parse('{ "username": "ada", "toString": 1 }'), 'toString is not a field of a sign-in'],
  ['two issuers', { username: 'ada', pool: 'a', issuer: 'b' }, 'pool and issuer must not both be set, got a and b: a user has one issuer.'],
])('fails for %s', (_what, input, message) => {
  expect(() => readSignInRequest(input)).toThrow(ExpectedError);
  expect(() => readSignInRequest(input)).toThrow(message);
});

test('the length of a user name is in code points', () => {
  const username = '🙂'.repeat(128);
  expect(readSignInRequest({ username })).toEqual({ username });
});

test('anything else is a request or an error message', () => {
  const field = fc.constantFrom('pool', 'issuer', 'client', 'username', 'groups', 'claims', 'scopes', '__proto__');
  const input = fc.oneof(fc.jsonValue(), fc.dictionary(field, fc.jsonValue()));
  fc.assert(fc.property(input, value => {
    try {
      expect(typeof readSignInRequest(value).username).toBe('string');
    } catch (error) {
      expect(error).toBeInstanceOf(ExpectedError);
    }
  }));
});
