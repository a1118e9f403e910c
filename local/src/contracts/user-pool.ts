/** Documented default validity of ID tokens and access tokens. */
export const DEFAULT_TOKEN_SECONDS = 3600;

/** A client of a user pool in a template, with defaults applied. */
export interface UserPoolClientDefinition {
  readonly id: string;
  readonly name: string;
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  /** Whether tokens have the claim `origin_jti`. */
  readonly isRevocable: boolean;
}

/** A group of a user pool in a template. */
export interface UserPoolGroupDefinition {
  readonly name: string;
  readonly precedence?: number;
  readonly roleArn?: string;
}
