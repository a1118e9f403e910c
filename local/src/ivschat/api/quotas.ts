/**
 * Requests per second for each operation, in an account and region. Documented (service quotas), not adjustable.
 *
 * The model has ThrottlingException for three operations only; the quotas are for all.
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

/** Resources in an account and region. Documented (service quotas), adjustable. */
export const RESOURCE_QUOTAS = { rooms: 50_000, loggingConfigurations: 10 };

/** Tags of one resource. Documented. */
export const MAXIMUM_TAGS = 50;
