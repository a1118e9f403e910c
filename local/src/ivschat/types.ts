/** What the parts of the service tell each other. Names are the service's own. */

export type FallbackResult = 'ALLOW' | 'DENY';
export type Capability = 'DELETE_MESSAGE' | 'DISCONNECT_USER' | 'SEND_MESSAGE';
export type StringMap = Readonly<Record<string, string>>;

/** A room as it is stored: every default filled in. Replaced as a whole on update, so that a review keeps the one it began with. */
export interface Room {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly maximumMessageLength: number;
  readonly maximumMessageRatePerSecond: number;
  /** Without a handler `uri` is undefined. */
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

/** What a chat token stands for. */
export interface ChatToken {
  readonly roomArn: string;
  readonly userId: string;
  readonly capabilities: readonly Capability[];
  readonly attributes: StringMap;
  readonly tokenExpirationTime: Date;
  readonly sessionExpirationTime: Date;
}

/** What the messaging side needs of the control plane. */
export interface RoomDirectory {
  room(arn: string): Room | undefined;
  loggingConfiguration(arn: string): LoggingConfiguration | undefined;
  /** The token is used up by this, whatever comes of it. Undefined: unknown, used before, or expired. */
  redeemToken(token: string): ChatToken | undefined;
}

/** What the control plane needs of the messaging side. Each returns the id of the event it has sent. */
export interface Messenger {
  sendEvent(roomArn: string, eventName: string, attributes: StringMap): string;
  deleteMessage(roomArn: string, messageId: string, reason?: string): string;
  disconnectUser(roomArn: string, userId: string, reason?: string): void;
}

/** What the service needs of Lambda. */
export interface FunctionInvoker {
  /** Whether the function's own policy lets the service invoke it for this room, as Create and UpdateRoom check. */
  mayInvoke(functionArn: string, sourceArn: string): boolean;
  /** Rejects where the function cannot be invoked: it is missing, or at its bound. Never waits in a queue. */
  invoke(functionArn: string, payload: string): Promise<{ readonly payload: string; readonly functionError?: string }>;
}

/** Where the messages and events of a room are kept, if it has logging configurations. */
export interface ChatLog {
  /** @param frame the MESSAGE or EVENT frame as clients receive it */
  record(room: Room, type: 'EVENT' | 'MESSAGE', frame: object): void;
}
