/** The properties of a queue in a template, with defaults applied. */
export interface QueueDefinition {
  readonly queueName: string;
  readonly delaySeconds: number;
  /** In bytes. */
  readonly maximumMessageSize: number;
  readonly retentionSeconds: number;
  /** Of a ReceiveMessage that does not choose its own. */
  readonly waitSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly redrivePolicy?: RedrivePolicy;
}

/** When messages move to a dead-letter queue. */
export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}
