/** Verified statements about a user. */
export type Claims = Readonly<Record<string, unknown>>;

/** Not inherited properties such as `constructor`. */
export function claimOf(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}
