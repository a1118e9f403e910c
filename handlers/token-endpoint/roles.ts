import type { User } from './identity/identity';
import type { Claims } from './identity/jwt-verifier';
import { propertyOf } from './property-of';
import type { ClaimCondition, RoleName, RoleSettings, TokenEndpointSettings } from '../../src/tokens/token-endpoint-settings';

const CAPABILITIES = {
  moderator: ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'],
  participant: ['SEND_MESSAGE'],
  viewer: [],
  refused: [],
} as const satisfies Record<RoleName, readonly string[]>;

export function capabilitiesOf(role: RoleName): readonly ('DELETE_MESSAGE' | 'DISCONNECT_USER' | 'SEND_MESSAGE')[] {
  return CAPABILITIES[role];
}

export function isRoleName(value: unknown): value is RoleName {
  return typeof value === 'string' && Object.hasOwn(CAPABILITIES, value);
}

/** The role that a user has in all rooms. */
export function roleOf({ claims, isAnonymous }: User, settings: TokenEndpointSettings): RoleSettings {
  if (isAnonymous) return { role: atMostParticipant(settings.anonymousRole.role) };
  const { allRooms, role } = settings.roles.find(({ when }) => isMet(when, claims)) ?? settings.defaultRole;
  return { role, allRooms };
}

/** The most that an anonymous user gets: bans record which moderator made them. */
export function atMostParticipant(role: RoleName): RoleName {
  return role === 'moderator' ? 'participant' : role;
}

/** Compares whole values, never parts of them. */
export function isMet(condition: ClaimCondition, claims: Claims): boolean {
  if ('allOf' in condition) return condition.allOf.every(part => isMet(part, claims));
  if ('anyOf' in condition) return condition.anyOf.some(part => isMet(part, claims));
  if ('scope' in condition) return scopesOf(claims).includes(condition.scope);
  const value = propertyOf(claims, condition.claim);
  if ('equals' in condition) return isScalar(value) && String(value) === condition.equals;
  return Array.isArray(value) ? value.includes(condition.contains) : value === condition.contains;
}

function isScalar(value: unknown): value is boolean | number | string {
  return ['boolean', 'number', 'string'].includes(typeof value);
}

/** Some identity providers name the claim `scp`, and some make it a list. */
function scopesOf(claims: Claims): unknown[] {
  const scopes = propertyOf(claims, 'scope') ?? propertyOf(claims, 'scp');
  if (Array.isArray(scopes)) return scopes;
  return typeof scopes === 'string' ? scopes.split(' ') : [];
}
