/** What the handler is told about what is taken off rooms when it goes: one of the two. */
export interface DetachmentProperties {
  readonly MessageReviewHandlerUri?: string;
  readonly LoggingConfigurationArn?: string;
}
