import type { Authorization } from '../../api-gateway/authorization';
import { decodeToken, isSignedBy, scopesOf, type IssuerKeys, type JsonWebToken } from '../../api-gateway/json-web-token';
import type { RestApiAuthorizer } from '../../contracts/rest-api';
import { textOf } from '../../http/text-of';
import type { ApiRequest } from '../api-request';
import { Refusal } from '../refusal';

type UserPoolAuthorizer = RestApiAuthorizer & { readonly kind: 'COGNITO_USER_POOLS' };

/**
 * Authorizes a request by the token of a user pool: an id token, or an access token for a method with scopes.
 *
 * @throws Refusal if the token is missing or invalid, or does not have one of the scopes of the method
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export async function authorizeToken(issuerKeys: IssuerKeys, authorizer: UserPoolAuthorizer, { method, req }: ApiRequest): Promise<Authorization> {
  const { header, issuers } = authorizer;
  const unauthorized = (reason: string, message?: string) => new Refusal('UNAUTHORIZED', reason, message);
  const text = req.headersDistinct[header.toLowerCase()]?.[0].replace(/^bearer /i, '').trim();
  if (!text) throw unauthorized(`the request has no token in the header ${header}`);
  const token = decodeToken(text);
  if (!token) throw unauthorized(`the token in the header ${header} is not a JSON Web Token`);
  const issuer = issuers.find(it => it === token.claims.iss);
  const keys = issuer === undefined ? undefined : await issuerKeys(issuer);
  if (!keys) throw unauthorized(`the issuer of the token must be ${issuers.join(' or ')}, got ${textOf(token.claims.iss)}`);
  if (!isSignedBy(token, keys)) throw unauthorized(`no key of ${issuer} has signed the token`);
  const { exp } = token.claims;
  if (typeof exp !== 'number' || exp <= Date.now() / 1000) throw unauthorized('the token has expired', 'The incoming token has expired');

  const use = method.scopes.length > 0 ? 'access' : 'id';
  if (token.claims.token_use !== use) throw unauthorized(`a method ${use === 'id' ? 'without' : 'with'} AuthorizationScopes needs the ${use} token of a user, got a token for ${textOf(token.claims.token_use)}`);
  const scopes = scopesOf(token);
  if (use === 'access' && !method.scopes.some(scope => scopes.includes(scope))) throw unauthorized(`the token must have one of the scopes ${method.scopes.join(', ')} of the method`);
  return { kind: 'jwt', claims: claimsOf(token), scopes: null };
}

/** All claims are strings: lists are joined with commas, and the times of issue and expiration are dates. */
function claimsOf({ claims }: JsonWebToken): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => {
    if (Array.isArray(value)) return [name, value.map(textOf).join(',')];
    return [name, (name === 'exp' || name === 'iat') && typeof value === 'number' ? dateText(new Date(value * 1000)) : textOf(value)];
  }));
}

/** Formats a date as `Sat Nov 21 08:45:00 UTC 2026`. */
function dateText(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}
