import { identityValue } from './identity-source';
import type { Authorization } from '../../api-gateway/authorization';
import { decodeToken, isSignedBy, scopesOf, type IssuerKeys, type JsonWebToken } from '../../api-gateway/json-web-token';
import type { JwtAuthorizer } from '../../contracts/http-api';
import { textOf } from '../../http/text-of';
import type { ApiRequest } from '../api-request';
import { Refusal } from '../refusal';

/**
 * Authorizes a request by the token that it has.
 *
 * @throws Refusal if the token is missing or invalid, or does not have one of the scopes of the route
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export async function authorizeToken(issuerKeys: IssuerKeys, authorizer: JwtAuthorizer, request: ApiRequest): Promise<Authorization> {
  const { scopes: required } = request.route;
  const challenge = (error: string) => ({ 'www-authenticate': `Bearer scope="${required.join(' ')}" ${error}` });
  const invalid = (problem: string, reason = problem) => new Refusal(401, reason, challenge(`error="invalid_token" error_description="${problem}"`));

  const [source] = authorizer.identitySources;
  const text = identityValue(source, request)?.replace(/^bearer /i, '').trim();
  if (!text) throw new Refusal(401, `the request has no token in ${source}`, { 'www-authenticate': 'Bearer' });
  const token = decodeToken(text);
  if (!token) throw invalid('invalid token', `the token in ${source} is not a JSON Web Token`);
  const keys = await issuerKeys(authorizer.issuer);
  if (!keys) throw invalid('unable to fetch the keys of the issuer', `ivschat-local does not issue tokens of ${authorizer.issuer}, the issuer of the authorizer ${authorizer.name}`);
  if (!isSignedBy(token, keys)) throw invalid('signing method or signature is invalid', `no RSA key of ${authorizer.issuer} has signed the token`);
  const problem = problemOf(token, authorizer, Date.now() / 1000);
  if (problem !== undefined) throw invalid(problem);

  const scopes = scopesOf(token);
  if (required.length > 0 && !required.some(scope => scopes.includes(scope))) {
    throw new Refusal(403, `the token must have one of the scopes ${required.join(', ')} of the route`, challenge('error="insufficient_scope"'));
  }
  const claims = Object.fromEntries(Object.entries(token.claims).map(([name, value]) => [name, claimText(value)]));
  return { kind: 'jwt', claims, scopes: required.length > 0 ? scopes : null };
}

/** The times of tokens are in seconds. */
function problemOf({ claims }: JsonWebToken, { audience, issuer }: JwtAuthorizer, now: number): string | undefined {
  if (claims.iss !== issuer) return 'the token does not have a valid issuer';
  // AWS documents that client_id counts only if there is no aud.
  const actual = [claims.aud ?? claims.client_id].flat();
  if (!actual.some(value => typeof value === 'string' && audience.includes(value))) return 'the token does not have a valid audience';
  if (typeof claims.exp !== 'number' || claims.exp <= now) return 'the token has expired';
  if (claims.nbf !== undefined && !(Number(textOf(claims.nbf)) <= now)) return 'the token is not valid yet';
  if (claims.iat !== undefined && !(Number(textOf(claims.iat)) <= now)) return 'the token was issued in the future';
  return undefined;
}

/** API Gateway passes all claims as strings: a list as its items in brackets, without commas. */
function claimText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(claimText).join(' ')}]`;
  return textOf(value);
}
