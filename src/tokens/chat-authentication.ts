import { Token } from 'aws-cdk-lib';
import type { IUserPoolClientRef, IUserPoolRef } from 'aws-cdk-lib/aws-cognito';
import type { AuthenticationSettings } from './token-endpoint-settings';
import { describeValue, validateListOf, validateProps, validateText, validateTexts, validateType } from '../private/argument-types';
import { lit, validationError } from '../private/errors';

/**
 * Options for the users of a user pool.
 */
export interface UserPoolAuthenticationOptions {
  /**
   * App clients whose users get chat tokens: at least one.
   */
  readonly userPoolClients: IUserPoolClientRef[];
}

/**
 * Options for the users of an OpenID Connect provider.
 */
export interface OidcAuthenticationOptions {
  /**
   * The issuer, exactly as in the claim `iss` of its tokens. It must start with `https://`.
   */
  readonly issuer: string;

  /**
   * Accepted values of the claim `aud`, usually the client IDs of your applications: at least one.
   */
  readonly audience: string[];

  /**
   * URL of the public keys of the issuer. It must start with `https://`.
   *
   * @default - `jwks_uri` of the discovery document, `<issuer>/.well-known/openid-configuration`
   */
  readonly jwksUri?: string;
}

/**
 * How a token endpoint identifies users.
 */
export class ChatAuthentication {
  /**
   * Identifies users by the ID token of an Amazon Cognito user pool, in the header `Authorization: Bearer <token>`.
   *
   * Access tokens are refused. The function verifies the signature, the issuer, the app client and the expiration time.
   *
   * @param userPool the user pool
   * @param options the app clients
   * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
   */
  public static userPool(userPool: IUserPoolRef, options: UserPoolAuthenticationOptions): ChatAuthentication {
    validateType(undefined, 'userPool', userPool, 'userPoolRef', 'a user pool', 'the construct, or cognito.UserPool.fromUserPoolId(this, \'Pool\', userPoolId)');
    validateProps(undefined, options, '{ userPoolClients: [client] }');
    validateListOf(undefined, 'userPoolClients', options.userPoolClients, 'userPoolClientRef', 'an app client', 'the client of your front end');
    const issuer = `https://cognito-idp.${userPool.env.region}.amazonaws.com/${userPool.userPoolRef.userPoolId}`;
    return new ChatAuthentication({
      type: 'jwt',
      issuer,
      audience: options.userPoolClients.map(({ userPoolClientRef }) => userPoolClientRef.clientId),
      jwksUri: `${issuer}/.well-known/jwks.json`,
      tokenUse: 'id',
    });
  }

  /**
   * Identifies users by the JSON Web Token of an OpenID Connect provider, in the header `Authorization: Bearer <token>`.
   *
   * The function verifies the signature, the issuer, the audience and the expiration time. It does not follow redirects.
   *
   * Throws if the issuer or `jwksUri` is not a URL with `https`, or if the audience is empty.
   *
   * @param options the issuer and the audience
   */
  public static oidc(options: OidcAuthenticationOptions): ChatAuthentication {
    validateProps(undefined, options, '{ issuer: \'https://login.example.com\', audience: [\'chat\'] }');
    const { audience, issuer, jwksUri } = options;
    validateUrl('issuer', issuer, /^https:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/);
    validateTexts(undefined, 'audience', audience, 'the client ID of your application');
    if (jwksUri !== undefined) validateUrl('jwksUri', jwksUri, /^https:\/\/[^\s/?#@]+\/[^\s#]*$/);
    return new ChatAuthentication({ type: 'jwt', issuer, audience, jwksUri });
  }

  /**
   * Identifies callers by the AWS credentials with which they sign requests, for example machines and users of an identity pool.
   *
   * Grant them permission with `ChatTokenEndpoint.grantInvokeUrl()`. The user ID is the unique ID that IAM gives the caller,
   * for an assumed role `<role ID>:<session name>`. The claims are `userId`, `userArn` and `accountId`.
   *
   * A principal that can invoke the function directly, with `lambda:InvokeFunction`, can pretend to be any user.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
   */
  public static iam(): ChatAuthentication {
    return new ChatAuthentication({ type: 'iam' });
  }

  private constructor(
    /** @internal */
    public readonly _authentication: AuthenticationSettings,
  ) {}
}

function validateUrl(property: string, url: string, pattern: RegExp): void {
  validateText(undefined, property, url, 'pass a URL such as "https://login.example.com"');
  if (Token.isUnresolved(url) ? !/^[a-z]+:\/\//.test(url) || url.startsWith('https://') : pattern.test(url)) return;
  throw validationError(undefined, lit`UrlInvalid`,
    `${property} must be a URL that starts with https:// and has no user name, query or fragment, got ${describeValue(url)}: pass it as your identity provider documents it`);
}
