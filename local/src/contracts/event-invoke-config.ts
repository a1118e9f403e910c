/** How Lambda handles the asynchronous invocations of a function, a version or an alias. */
export interface EventInvokeConfig {
  /** @default 2 */
  readonly maximumRetryAttempts?: number;
  /** @default 21600 */
  readonly maximumEventAgeSeconds?: number;
  /** ARN of a queue that receives a record of each event that was not processed. @default - none */
  readonly onFailure?: string;
  /** ARN of a queue that receives a record of each event that was processed. @default - none */
  readonly onSuccess?: string;
}
