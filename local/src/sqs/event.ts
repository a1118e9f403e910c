import { digestOfAttributes, digestOfBody, systemAttributesOf, type MessageAttribute, type ReceivedMessage } from './message';
import { parseArn } from '../arn';

/** Builds the event with which Lambda passes messages to a function. */
export function queueEvent(messages: readonly ReceivedMessage[], queueArn: string): object {
  return { Records: messages.map(message => recordOf(message, queueArn)) };
}

function recordOf(message: ReceivedMessage, queueArn: string): object {
  const attributesDigest = digestOfAttributes(message.attributes);
  return {
    messageId: message.id,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: systemAttributesOf(message),
    messageAttributes: Object.fromEntries(Object.entries(message.attributes).map(([name, attribute]) => [name, attributeOf(attribute)])),
    ...attributesDigest !== undefined && { md5OfMessageAttributes: attributesDigest },
    md5OfBody: digestOfBody(message.body),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: parseArn(queueArn)!.region,
  };
}

function attributeOf({ BinaryValue, DataType, StringValue }: MessageAttribute): object {
  return {
    ...BinaryValue === undefined ? { stringValue: StringValue } : { binaryValue: BinaryValue },
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/**
 * Reads which messages of a batch a function has reported as failed.
 *
 * @returns the ids of all messages if the result is invalid, as AWS documents
 */
export function failedMessageIds(payload: string, messages: readonly ReceivedMessage[]): string[] {
  const all = messages.map(({ id }) => id);
  const result = parseResult(payload);
  if (result === undefined) return all;
  const failures = result?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier);
  return ids.every(id => typeof id === 'string' && all.includes(id)) ? ids as string[] : all;
}

function parseResult(payload: string): { batchItemFailures?: unknown } | null | undefined {
  try {
    return JSON.parse(payload) as { batchItemFailures?: unknown } | null;
  } catch {
    return undefined;
  }
}
