import { createHash } from 'node:crypto';

export interface MessageAttribute {
  /** `String`, `Number` or `Binary`, each optionally with a suffix such as `.png`. */
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

/** What a sender sends. */
export interface OutgoingMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** Such as AWSTraceHeader. */
  readonly systemAttributes: Readonly<Record<string, string>>;
  readonly senderId: string;
}

/** A message in a queue. */
export interface QueuedMessage extends OutgoingMessage {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly sentAt: number;
}

/** A message as a receiver gets it. */
export interface ReceivedMessage extends QueuedMessage {
  readonly receiptHandle: string;
  readonly receiveCount: number;
  readonly firstReceivedAt: number;
}

/** Bytes of the body, and of the names, types and values of the attributes. */
export function sizeOf({ attributes, body }: OutgoingMessage): number {
  const sizes = Object.entries(attributes).map(([name, { BinaryValue, DataType, StringValue = '' }]) =>
    Buffer.byteLength(name) + Buffer.byteLength(DataType) + (BinaryValue === undefined ? Buffer.byteLength(StringValue) : Buffer.byteLength(BinaryValue, 'base64')));
  return sizes.reduce((sum, size) => sum + size, Buffer.byteLength(body));
}

export function digestOfBody(body: string): string {
  return createHash('md5').update(body).digest('hex');
}

/**
 * The MD5 digest of message attributes, which SDKs verify. Undefined without attributes.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 */
export function digestOfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  if (names.length === 0) return undefined;
  const digest = createHash('md5');
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  for (const name of names) {
    const { BinaryValue, DataType, StringValue = '' } = attributes[name];
    add(Buffer.from(name));
    add(Buffer.from(DataType));
    digest.update(Buffer.from([BinaryValue === undefined ? 1 : 2]));
    add(BinaryValue === undefined ? Buffer.from(StringValue) : Buffer.from(BinaryValue, 'base64'));
  }
  return digest.digest('hex');
}

/** The system attributes of a received message. Numbers are strings. */
export function systemAttributesOf(message: ReceivedMessage): Record<string, string> {
  return {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...message.systemAttributes,
  };
}
