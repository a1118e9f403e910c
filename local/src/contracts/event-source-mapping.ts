/** A queue whose messages a function processes. */
export interface EventSourceMapping {
  readonly id: string;
  readonly queueArn: string;
  readonly functionArn: string;
  readonly isEnabled: boolean;
  readonly batchSize: number;
  /** How long to wait for a full batch. */
  readonly batchingWindowSeconds: number;
  /** Whether the function returns which messages of a batch have failed. */
  readonly reportsBatchItemFailures: boolean;
  /** @default 5 */
  readonly maximumConcurrency?: number;
}
