import type { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { describeValue, validateMap, validateText, validateTexts, validateType } from '../argument-types';
import { lit, validationError, warn } from '../errors';
import { MAX_ATTRIBUTE_BYTES, MAX_SESSION_MINUTES, MAX_USER_ID_PREFIX_LENGTH } from '../limits';
import { isLiteral } from '../validation';
import { isCustomAttribute, isUserPool, isUserWritable, usesScopes, writableClaimsOf } from './writable-claims';
import type { ChatAttribute } from '../../tokens/chat-attribute';
import type { ChatAuthentication } from '../../tokens/chat-authentication';
import type { ChatRole, ChatRoleRule } from '../../tokens/chat-role';
import type { AuthenticationSettings, RoleName } from '../../tokens/token-endpoint-settings';

/** User IDs of anonymous users start with it. */
const ANONYMOUS_PREFIX = 'anonymous:';

/** The attribute that the endpoint writes itself. */
const ROLE_ATTRIBUTE = 'role';
const LONGEST_ROLE: RoleName = 'participant';

/** Several rules for moderators can differ in `allRooms`. */
const ROLES_WITH_ONE_RULE: RoleName[] = ['refused', 'viewer'];

const STAFF = 'ClaimMatch.contains(\'cognito:groups\', \'staff\')';
const CLAIM_ADVICE = 'Use a claim that only administrators can change, such as cognito:groups, or acknowledge this warning if users cannot change it';

export function validateAuthentication(scope: Construct, value: ChatAuthentication): AuthenticationSettings {
  validateType(scope, 'authentication', value, '_authentication', 'a ChatAuthentication',
    'ChatAuthentication.userPool(userPool, { userPoolClients: [client] })');
  return value._authentication;
}

export function validateUserIdClaim(scope: Construct, claim: string, authentication: AuthenticationSettings): void {
  validateText(scope, 'userIdClaim', claim, 'pass the name of a claim, or omit the property');
  // The function accepts only verified email addresses.
  if (isUserWritable(claim) && claim !== 'email') {
    throw validationError(scope, lit`UserIdClaimIsWritable`,
      `userIdClaim must be a claim that users cannot change, got ${JSON.stringify(claim)}, with which a user could pretend to be another one: omit the property, and pass the claim in attributes`);
  }
  if (isUserPool(authentication) && isCustomAttribute(claim)) {
    warn(scope, 'userIdByWritableClaim',
      `userIdClaim is ${claim}, which users of the user pool can change if an app client allows them to write it. A user could then pretend to be another one. ${CLAIM_ADVICE}.`);
  }
}

export function validateUserIdPrefix(scope: Construct, prefix: string | undefined): void {
  if (prefix === undefined) return;
  validateText(scope, 'userIdPrefix', prefix, 'pass a string such as "staff:", or omit the property');
  if (!isLiteral(prefix) || (prefix.length <= MAX_USER_ID_PREFIX_LENGTH && !prefix.startsWith(ANONYMOUS_PREFIX))) return;
  throw validationError(scope, lit`UserIdPrefixInvalid`,
    `userIdPrefix must have at most ${MAX_USER_ID_PREFIX_LENGTH} characters and must not start with "${ANONYMOUS_PREFIX}", got ${JSON.stringify(prefix)}: choose another prefix`);
}

export function validateRole(scope: Construct, property: string, value: ChatRole): void {
  validateType(scope, property, value, '_role', 'a ChatRole', 'ChatRole.viewer()');
}

export function validateAnonymous(scope: Construct, role: ChatRole, authentication: AuthenticationSettings): void {
  validateRole(scope, 'anonymous', role);
  const { roleName } = role;
  if (roleName === 'refused') return;
  if (authentication.type === 'iam') {
    throw validationError(scope, lit`AnonymousWithSignedRequests`,
      `anonymous must be ChatRole.refused() with ChatAuthentication.iam(), which refuses requests without a signature, got ChatRole.${roleName}(): omit the property`);
  }
  if (roleName === 'moderator') {
    throw validationError(scope, lit`AnonymousModerator`,
      'anonymous must be ChatRole.participant(), viewer() or refused(), got ChatRole.moderator(): moderators must sign in');
  }
  if (roleName === 'participant') {
    warn(scope, 'anonymousParticipants',
      'Anonymous users can send messages, with a new user ID for each chat token. Bans do not keep them away. Use ChatRole.viewer() for anonymous users, or acknowledge this warning.');
  }
}

export function validateRoles(scope: Construct, roles: ChatRoleRule[], authentication: AuthenticationSettings): void {
  if (!Array.isArray(roles)) {
    throw validationError(scope, lit`RolesExpected`,
      `roles must be a list of rules, got ${describeValue(roles)}: pass for example [ChatRole.moderator().when(${STAFF})]`);
  }
  roles.forEach((rule, index) => validateType(scope, `roles[${index}]`, rule, '_rule', 'a rule', `ChatRole.moderator().when(${STAFF})`));
  validateRepetitions(scope, roles);
  for (const { _rule: { role, when } } of roles) {
    if (isUserPool(authentication) && usesScopes(when)) {
      throw validationError(scope, lit`ScopeWithUserPool`,
        `roles must not compare scopes with ChatAuthentication.userPool(), whose ID tokens have none, got ClaimMatch.scope() for ${role}: use ${STAFF}`);
    }
    const claims = [...new Set(writableClaimsOf(when, isUserPool(authentication)))];
    if (claims.length === 0) continue;
    warn(scope, 'roleByWritableClaim',
      `The role ${role} depends on ${claims.join(', ')}, which users can usually change themselves. ${CLAIM_ADVICE}. For an email address, also require ClaimMatch.equalTo('email_verified', 'true') with ClaimMatch.allOf().`);
  }
}

function validateRepetitions(scope: Construct, roles: ChatRoleRule[]): void {
  for (const name of ROLES_WITH_ONE_RULE) {
    const count = roles.filter(({ role }) => role.roleName === name).length;
    if (count <= 1) continue;
    throw validationError(scope, lit`RoleRepeated`,
      `roles must have at most one rule for the role ${name}, got ${count}: combine their conditions with ClaimMatch.anyOf()`);
  }
}

export function validateAttributes(scope: Construct, attributes: { [name: string]: ChatAttribute }): void {
  validateMap(scope, 'attributes', attributes, 'displayName: ChatAttribute.fromClaim(\'name\')');
  const longest: Record<string, string> = { [ROLE_ATTRIBUTE]: LONGEST_ROLE };
  for (const [name, attribute] of Object.entries(attributes)) {
    validateType(scope, `attributes[${JSON.stringify(name)}]`, attribute, '_attribute', 'a ChatAttribute', 'ChatAttribute.fromClaim(\'name\')');
    if (name === ROLE_ATTRIBUTE || name === '') {
      throw validationError(scope, lit`AttributeNameInvalid`,
        `attributes must have names other than "${ROLE_ATTRIBUTE}", which the endpoint writes itself, and the empty string, got ${JSON.stringify(name)}: rename the attribute`);
    }
    longest[name] = 'x'.repeat(attribute._attribute.maxLength);
  }
  // As the function measures them. AWS does not document whether the limit is for more than the names and values.
  const bytes = Buffer.byteLength(JSON.stringify(longest));
  if (bytes <= MAX_ATTRIBUTE_BYTES) return;
  throw validationError(scope, lit`AttributesTooLarge`,
    `attributes must fit into ${MAX_ATTRIBUTE_BYTES} bytes as JSON, including the attribute ${ROLE_ATTRIBUTE} and values of maxLength, got ${bytes}: reduce maxLength, or remove an attribute`);
}

export function minutesOf(scope: Construct, sessionDuration: Duration): number {
  validateType(scope, 'sessionDuration', sessionDuration, 'toMilliseconds', 'a Duration', 'Duration.minutes(60)');
  const minutes = sessionDuration.isUnresolved() ? NaN : sessionDuration.toMilliseconds() / 60_000;
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= MAX_SESSION_MINUTES) return minutes;
  const got = Number.isNaN(minutes) ? 'a token' : sessionDuration.toHumanString();
  throw validationError(scope, lit`SessionDurationOutOfRange`,
    `sessionDuration must be a whole number of minutes from 1 to ${MAX_SESSION_MINUTES}, got ${got}: choose a duration in that range`);
}

export function validateOrigins(scope: Construct, origins: string[] | undefined, hasUrl: boolean): void {
  if (origins === undefined) return;
  if (!hasUrl) {
    throw validationError(scope, lit`OriginsWithoutUrl`,
      'allowedOrigins must not be set with functionUrl: false, got a list: set the origins on the API in front of the function instead');
  }
  validateTexts(scope, 'allowedOrigins', origins, '\'https://app.example.com\'');
  for (const origin of origins) {
    if (!isLiteral(origin) || origin === '*' || isOrigin(origin)) continue;
    throw validationError(scope, lit`OriginInvalid`,
      `allowedOrigins must contain origins as browsers send them, such as "https://app.example.com", got ${JSON.stringify(origin)}: pass the scheme, the host in lower case and, if it is not the default, the port, without a path`);
  }
  if (origins.includes('*')) {
    warn(scope, 'anyOrigin',
      'allowedOrigins contains "*": every website can request chat tokens with a token of the identity provider that it has. Name the origins of your pages, or acknowledge this warning.');
  }
}

function isOrigin(value: string): boolean {
  return /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value;
}
