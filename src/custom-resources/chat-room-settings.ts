/** What the handler is told about a room the stack does not own. Over the wire every scalar is a string. */
export interface RoomSettingsProperties {
  readonly RoomArn: string;
  readonly MaximumMessageLength?: number;
  /** 1 to 100 */
  readonly MaximumMessageRatePerSecond?: number;
  /** An empty URI takes off whatever handler there is. */
  readonly MessageReviewHandler?: { readonly Uri: string; readonly FallbackResult?: string };
  readonly LoggingConfigurationIdentifiers?: string[];
  readonly Tags?: Record<string, string>;
}
