import type { ClaimCondition } from '../../tokens/token-endpoint-settings';

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

/** Returns the claims of a condition that users may be able to write. */
export function writableClaimsOf(condition: ClaimCondition, isUserPool: boolean): string[] {
  if ('scope' in condition) return [];
  if ('anyOf' in condition) return condition.anyOf.flatMap(inner => writableClaimsOf(inner, isUserPool));
  if ('allOf' in condition) {
    const claims = condition.allOf.flatMap(inner => writableClaimsOf(inner, isUserPool));
    return condition.allOf.some(requiresVerifiedEmail) ? claims.filter(claim => claim !== 'email') : claims;
  }
  const { claim } = condition;
  return isUserWritable(claim) || (isUserPool && isCustomAttribute(claim)) ? [claim] : [];
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
