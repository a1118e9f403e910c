/** Wire types: what a `ChatTokenEndpoint` passes to its function, as JSON in the environment variable `TOKEN_ENDPOINT`. */

export interface TokenEndpointSettings {
  /** IDs of the rooms. Without them, the admission function decides about all rooms of the account and region. */
  readonly roomIds?: string[];
  readonly admissionFunctionArn?: string;
  readonly authentication: AuthenticationSettings;
  readonly userIdClaim: string;
  readonly userIdPrefix?: string;
  /** The first rule that matches decides. */
  readonly roles: RoleRuleSettings[];
  readonly defaultRole: RoleSettings;
  /** Role of requests without a token of the identity provider. */
  readonly anonymousRole: RoleSettings;
  readonly attributes: { readonly [name: string]: AttributeSettings };
  readonly sessionMinutes: number;
  readonly bans?: BansSettings;
  /** The page function of `ChatHistory`. */
  readonly historyFunctionArn?: string;
}

export type AuthenticationSettings = IamSettings | JwtSettings;

/** Lambda has checked the signature of the request. */
export interface IamSettings {
  readonly type: 'iam';
}

export interface JwtSettings {
  readonly type: 'jwt';
  readonly issuer: string;
  readonly audience: string[];
  /** Without it, the discovery document of the issuer names it. */
  readonly jwksUri?: string;
  /** Value of the claim `token_use`, which tells the ID tokens of a user pool from its access tokens. */
  readonly tokenUse?: 'id';
}

export type RoleName = 'moderator' | 'participant' | 'refused' | 'viewer';

export interface RoleSettings {
  readonly role: RoleName;
  /** Whether a moderator can ban users from all rooms at once. */
  readonly allRooms?: boolean;
}

export interface RoleRuleSettings extends RoleSettings {
  readonly when: ClaimCondition;
}

/** A condition on verified claims. Compares whole values. */
export type ClaimCondition =
  | { readonly claim: string; readonly equals: string }
  | { readonly claim: string; readonly contains: string }
  | { readonly scope: string }
  | { readonly allOf: ClaimCondition[] }
  | { readonly anyOf: ClaimCondition[] };

/** Longer values are truncated to `maxLength` characters. */
export type AttributeSettings =
  | { readonly claim: string; readonly maxLength: number }
  | { readonly request: string; readonly maxLength: number };

export interface BansSettings {
  readonly tableName: string;
  readonly functionArn: string;
}
