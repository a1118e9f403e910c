import { readIssuerUrl, userPoolIdOf } from '../../src/user-pools/issuer-url';

test.each(['https://login.example.com', 'https://login.example.com/', 'https://login.example.com/realms/chat'])('%s is unchanged', url => {
  expect(readIssuerUrl('--issuer', url)).toBe(url);
});

test.each([
  'login.example.com', 'http://login.example.com', 'https://login.example.com:8443', 'https://login.example.com/?a', 'https://login.example.com/#a', 'https://a@login.example.com',
  'https://LOGIN.example.com', 'https://localhost', 'https://127.0.0.1', 'https://[::1]', '',
])('fails for "%s"', url => {
  expect(() => readIssuerUrl('--issuer', url)).toThrow(`--issuer must be an https URL with a host name and without a port, such as https://login.example.com, got ${url}.`);
});

test.each([
  ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC', 'eu-west-1_AbC'],
  ['https://login.example.com/eu-west-1_AbC', undefined],
])('the user pool of %s is %s', (url, id) => {
  expect(userPoolIdOf(url)).toBe(id);
});
