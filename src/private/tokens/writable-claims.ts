import type { AttributeSettings, AuthenticationSettings, ClaimCondition } from '../../tokens/token-endpoint-settings';

/**
 * Standard claims that users of an identity provider can usually write themselves. Of these, only an email address can be
 * verified by the provider.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
const USER_WRITABLE = new Set([
  'address', 'birthdate', 'email', 'family_name', 'gender', 'given_name', 'locale', 'middle_name', 'name', 'nickname', 'phone_number',
  'picture', 'preferred_username', 'profile', 'updated_at', 'website', 'zoneinfo',
]);

/** Whether users can write a claim. Email addresses count as written by users. */
export function isUserWritable(claim: string): boolean {
  return USER_WRITABLE.has(claim);
}

/** Whether a claim is an attribute that app clients of a user pool can allow users to write. */
export function isCustomAttribute(claim: string): boolean {
  return claim.startsWith('custom:');
}

/** Whether the identity provider is a user pool, the only one whose tokens have a use. */
export function isUserPool(authentication: AuthenticationSettings): boolean {
  return authentication.type === 'jwt' && authentication.tokenUse !== undefined;
}

/** Returns the attributes that users may be able to choose, with what they are taken from. */
export function userAttributesOf(
  attributes: Readonly<Record<string, AttributeSettings>>, authentication: AuthenticationSettings,
): Map<string, string> {
  const sources = Object.entries(attributes).map(([name, attribute]): [string, string | undefined] => {
    if ('request' in attribute) return [name, 'the request'];
    return [name, isWritable(attribute.claim, isUserPool(authentication)) ? `the claim ${attribute.claim}` : undefined];
  });
  return new Map(sources.filter((source): source is [string, string] => source[1] !== undefined));
}

function isWritable(claim: string, ofUserPool: boolean): boolean {
  return isUserWritable(claim) || (ofUserPool && isCustomAttribute(claim));
}

/** Returns the claims of a condition that users may be able to write. */
export function writableClaimsOf(condition: ClaimCondition, ofUserPool: boolean): string[] {
  if ('scope' in condition) return [];
  if ('anyOf' in condition) return condition.anyOf.flatMap(inner => writableClaimsOf(inner, ofUserPool));
  if ('allOf' in condition) {
    const claims = condition.allOf.flatMap(inner => writableClaimsOf(inner, ofUserPool));
    return condition.allOf.some(requiresVerifiedEmail) ? claims.filter(claim => claim !== 'email') : claims;
  }
  const { claim } = condition;
  return isWritable(claim, ofUserPool) ? [claim] : [];
}

function requiresVerifiedEmail(condition: ClaimCondition): boolean {
  return 'equals' in condition && condition.claim === 'email_verified' && condition.equals === 'true';
}

/** Whether a condition compares scopes. */
export function usesScopes(condition: ClaimCondition): boolean {
  if ('allOf' in condition) return condition.allOf.some(usesScopes);
  if ('anyOf' in condition) return condition.anyOf.some(usesScopes);
  return 'scope' in condition;
}
