/** Corrections of the published API model, each with the source of the right value. */

interface ShapeOverride {
  readonly pattern?: string;
  /** Maximum size of a map, keys and values together, in UTF-8. */
  readonly maxBytes?: number;
}

export const SHAPE_OVERRIDES: Readonly<Record<string, ShapeOverride>> = {
  // The model's `[a-z-]/` matches one letter only, which no ARN has there.
  ResourceArn: { pattern: 'arn:aws:ivschat:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+' },
  // Documented in CreateChatToken: "1 KB total".
  ChatTokenAttributes: { maxBytes: 1024 },
  // Documented since 2025-11-19 (document history of the user guide); the model's documentation still says 1 KB.
  EventAttributes: { maxBytes: 4096 },
};

/** HTTP status of errors that are not in the model. Names and numbers are guesses, after other REST-JSON services. */
export const STATUS_OVERRIDES: Readonly<Record<string, number>> = {
  UnknownOperationException: 404,
  SerializationException: 400,
  RequestEntityTooLargeException: 413,
};
