import { Fn } from 'aws-cdk-lib';
import { UserPool, UserPoolClient } from 'aws-cdk-lib/aws-cognito';
import { ChatAuthentication } from '../../../src';
import { errorOf } from '../../support/grants';
import { ENV, newStack } from '../../support/synth';

describe('the users of a user pool', () => {
  test('have ID tokens of its issuer, for one of the clients', () => {
    const stack = newStack(ENV);
    const pool = UserPool.fromUserPoolId(stack, 'Pool', 'us-east-1_AbCdEfGhI');
    const userPoolClients = ['web', 'mobile'].map(id => UserPoolClient.fromUserPoolClientId(stack, id, id));

    expect(ChatAuthentication.userPool(pool, { userPoolClients })._authentication).toEqual({
      type: 'jwt',
      issuer: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI',
      audience: ['web', 'mobile'],
      jwksUri: 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEfGhI/.well-known/jwks.json',
      tokenUse: 'id',
    });
  });

  test('can be in a user pool of another region', () => {
    const stack = newStack(ENV);
    const pool = UserPool.fromUserPoolArn(stack, 'Pool', 'arn:aws:cognito-idp:eu-west-1:111122223333:userpool/eu-west-1_AbCdEfGhI');
    const client = UserPoolClient.fromUserPoolClientId(stack, 'Client', 'web');

    expect(ChatAuthentication.userPool(pool, { userPoolClients: [client] })._authentication)
      .toMatchObject({ issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI' });
  });

  test('can be in a user pool of the app', () => {
    const stack = newStack();
    const pool = new UserPool(stack, 'Pool');
    const { issuer, audience } = stack.resolve(ChatAuthentication.userPool(pool, { userPoolClients: [pool.addClient('Web')] })._authentication);

    expect(issuer).toEqual({ 'Fn::Join': ['', ['https://cognito-idp.', { Ref: 'AWS::Region' }, '.amazonaws.com/', { Ref: expect.stringMatching(/^Pool/) }]] });
    expect(audience).toEqual([{ Ref: expect.stringMatching(/^PoolWeb/) }]);
  });

  test.each<[string, any, any, string, string]>([
    ['no clients', undefined, { userPoolClients: [] }, 'ListIsEmpty', 'userPoolClients must have at least one element, got an empty list: pass for example the client of your front end'],
    ['a client ID', undefined, { userPoolClients: ['web'] }, 'TypeExpected', 'userPoolClients[0] must be an app client, got "web"'],
    ['no options', undefined, undefined, 'PropsExpected', 'props must be an object, got undefined'],
    ['the ID of a user pool', 'us-east-1_AbCdEfGhI', { userPoolClients: [] }, 'TypeExpected', 'userPool must be a user pool, got "us-east-1_AbCdEfGhI"'],
  ])('fail for %s', (_, pool, options, code, message) => {
    const error = errorOf(() => ChatAuthentication.userPool(pool ?? UserPool.fromUserPoolId(newStack(), 'Pool', 'us-east-1_AbCdEfGhI'), options));

    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });
});

describe('the users of an OpenID Connect provider', () => {
  test('have tokens for the audience', () => {
    const options = { issuer: 'https://login.example.com/tenant/', audience: ['chat', 'mobile'], jwksUri: 'https://keys.example.com/jwks?tenant=a' };

    expect(ChatAuthentication.oidc(options)._authentication).toEqual({ type: 'jwt', ...options });
  });

  test('can have an issuer that is known at deployment', () => {
    const issuer = Fn.importValue('Issuer');

    expect(ChatAuthentication.oidc({ issuer, audience: ['chat'] })._authentication).toMatchObject({ issuer });
    const known = `https://${Fn.importValue('Host')}/tenant`;
    expect(ChatAuthentication.oidc({ issuer: known, audience: ['chat'] })._authentication).toMatchObject({ issuer: known });
  });

  test.each([
    'http://login.example.com', 'login.example.com', 'https://', 'https://user@login.example.com', 'https://login.example.com?a=b', 'https://login.example.com#a',
    'https://login example.com', 'HTTPS://login.example.com', `http://${Fn.importValue('Host')}`,
  ])('must not have the issuer %s', issuer => {
    expect(errorOf(() => ChatAuthentication.oidc({ issuer, audience: ['chat'] }))).toEqual({
      code: 'UrlInvalid',
      message: expect.stringMatching(/^issuer must be a URL that starts with https:\/\/ and has no user name, query or fragment, got .*: pass it as your identity provider documents it$/),
    });
  });

  test.each<[any, string, string]>([
    [{ issuer: 'https://login.example.com', audience: [] }, 'ListIsEmpty', 'audience must have at least one element'],
    [{ issuer: 'https://login.example.com', audience: [''] }, 'StringIsEmpty', 'audience[0] must have at least one character'],
    [{ issuer: 'https://login.example.com', audience: 'chat' }, 'ListExpected', 'audience must be a list, got "chat"'],
    [{ issuer: 'https://login.example.com' }, 'ListExpected', 'audience must be a list, got undefined'],
    [{ issuer: 'https://login.example.com', audience: ['chat'], jwksUri: 'http://login.example.com/jwks' }, 'UrlInvalid', 'jwksUri must be a URL that starts with https://'],
    [{ audience: ['chat'] }, 'StringExpected', 'issuer must be a string, got undefined'],
    [undefined, 'PropsExpected', 'props must be an object'],
  ])('fail for %p', (options, code, message) => {
    const error = errorOf(() => ChatAuthentication.oidc(options));

    expect(error?.code).toBe(code);
    expect(error?.message).toContain(message);
  });
});

test('callers with AWS credentials need no options', () => {
  expect(ChatAuthentication.iam()._authentication).toEqual({ type: 'iam' });
});
