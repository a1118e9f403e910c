/** How Lambda handles the asynchronous invocations of a function, a version or an alias. */
export interface EventInvokeConfig {
  /** @default 2 */
  readonly maximumRetryAttempts?: number;
  /** @default 21600 */
  readonly maximumEventAgeSeconds?: number;
}
