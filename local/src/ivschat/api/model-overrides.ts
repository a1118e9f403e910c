/** What the published model gets wrong or leaves to prose. Each line says where the right value comes from. */

interface Override {
  readonly pattern?: string;
  /** Keys and values of a map together, in UTF-8. */
  readonly maxBytes?: number;
}

export const SHAPE_OVERRIDES: Readonly<Record<string, Override>> = {
  // The model's `[a-z-]/` is one letter long: it rejects every real ARN.
  ResourceArn: { pattern: 'arn:aws:ivschat:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+' },
  // Documented in CreateChatToken: "1 KB total".
  ChatTokenAttributes: { maxBytes: 1024 },
  // Documented since 2025-11-19 (document history of the user guide); the model's text still says 1 KB.
  EventAttributes: { maxBytes: 4096 },
};

/** Errors the service answers with that the model does not list. The names and numbers of the first three are a guess after other REST-JSON services. */
export const STATUS_OVERRIDES: Readonly<Record<string, number>> = {
  UnknownOperationException: 404,
  SerializationException: 400,
  RequestEntityTooLargeException: 413,
};

/**
 * Requests a second in an account and region, for each operation by itself. Documented (service quotas), not adjustable.
 * The model knows ThrottlingException for three operations only; the quotas are for all.
 */
export const REQUESTS_PER_SECOND: Readonly<Record<string, number>> = {
  CreateChatToken: 200,
  SendEvent: 100,
  DeleteMessage: 100,
  DisconnectUser: 100,
  CreateRoom: 5,
  GetRoom: 5,
  UpdateRoom: 5,
  DeleteRoom: 5,
  ListRooms: 5,
  CreateLoggingConfiguration: 3,
  GetLoggingConfiguration: 3,
  UpdateLoggingConfiguration: 3,
  DeleteLoggingConfiguration: 3,
  ListLoggingConfigurations: 3,
  TagResource: 10,
  UntagResource: 10,
  ListTagsForResource: 10,
};

/** Resources of an account and region. Documented (service quotas); both can be raised by AWS. */
export const QUOTAS = { rooms: 50_000, loggingConfigurations: 10 };

/** Tags of one resource. Documented. */
export const MAXIMUM_TAGS = 50;
