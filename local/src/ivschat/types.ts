/** Types shared by the parts of the service, with the names of the API. */

export type FallbackResult = 'ALLOW' | 'DENY';
export type Capability = 'DELETE_MESSAGE' | 'DISCONNECT_USER' | 'SEND_MESSAGE';
export type StringMap = Readonly<Record<string, string>>;

/**
 * A room as stored, with all defaults filled in.
 *
 * An update stores a new object, so that a review under way keeps the settings it began with.
 */
export interface Room {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly maximumMessageLength: number;
  readonly maximumMessageRatePerSecond: number;
  /** With an empty URI if the handler has been removed. */
  readonly messageReviewHandler?: { readonly uri: string; readonly fallbackResult: FallbackResult };
  readonly loggingConfigurationIdentifiers: readonly string[];
  readonly tags: StringMap;
}

export type DestinationConfiguration =
  | { readonly cloudWatchLogs: { readonly logGroupName: string } }
  | { readonly firehose: { readonly deliveryStreamName: string } }
  | { readonly s3: { readonly bucketName: string } };

export interface LoggingConfiguration {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly destinationConfiguration: DestinationConfiguration;
  readonly state: 'ACTIVE';
  readonly tags: StringMap;
}

/** The room, user and permissions that a chat token was created for. */
export interface ChatToken {
  readonly roomArn: string;
  readonly userId: string;
  readonly capabilities: readonly Capability[];
  readonly attributes: StringMap;
  readonly tokenExpirationTime: Date;
  readonly sessionExpirationTime: Date;
}

/** The part of the control plane that messaging uses. */
export interface RoomDirectory {
  room(arn: string): Room | undefined;
  loggingConfiguration(arn: string): LoggingConfiguration | undefined;
  /**
   * Uses up the token.
   * @returns undefined if the token is unknown, used or expired
   */
  redeemToken(token: string): ChatToken | undefined;
}

/** The part of messaging that the control plane uses. */
export interface Messenger {
  /** @returns the id of the event */
  sendEvent(roomArn: string, eventName: string, attributes: StringMap): string;
  /** @returns the id of the event that tells clients */
  deleteMessage(roomArn: string, messageId: string, reason?: string): string;
  disconnectUser(roomArn: string, userId: string, reason?: string): void;
}

/** The part of Lambda that the service uses. */
export interface FunctionInvoker {
  /** Whether the function's resource policy lets the service invoke it for this room, which CreateRoom and UpdateRoom check. */
  mayInvoke(functionArn: string, sourceArn: string): boolean;
  /** Rejects if the function is missing or at its concurrency limit. Never queues. */
  invoke(functionArn: string, payload: string): Promise<{ readonly payload: string; readonly functionError?: string }>;
}

/** Stores the messages and events of rooms that have logging configurations. */
export interface ChatLog {
  /** @param frame the MESSAGE or EVENT frame as clients receive it */
  record(room: Room, type: 'EVENT' | 'MESSAGE', frame: object): void;
}
