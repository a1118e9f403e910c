/** The account and region everything on this machine pretends to be in. */
export interface Environment {
  /** Twelve digits. */
  readonly account: string;
  /** A region that has Amazon IVS Chat. */
  readonly region: string;
}
