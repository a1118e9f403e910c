import { invalidParameter, missingParameter, SqsError } from './errors';
import { batchEntries, delaySeconds, MAXIMUM_VISIBILITY_SECONDS, optionalInteger, outgoingMessage, requiredString, stringList, type Input } from './input';
import { digestOfAttributes, digestOfBody, sizeOf, systemAttributesOf, type MessageAttributes, type ReceivedMessage } from './message';
import type { Queue } from './queue';
import { queueAttributes } from './queue-attributes';
import type { Queues } from './queues';
import { HttpError } from '../http/http-error';

export interface OperationContext {
  readonly queues: Queues;
  /** The unique id of the caller. */
  readonly senderId: string;
  /** Aborted when the caller disconnects. */
  readonly signal: AbortSignal;
}

export interface Operation {
  /** The name of the permission, which is that of the operation on a single message for batches. */
  readonly action: string;
  run(input: Input, queue: Queue, context: OperationContext): Promise<object> | object;
}

/** Documented. */
const MAXIMUM_BATCH_BYTES = 1024 * 1024;

/** The operations on a queue, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>(Object.entries({
  ChangeMessageVisibility: { action: 'sqs:ChangeMessageVisibility', run: changeVisibility },
  ChangeMessageVisibilityBatch: { action: 'sqs:ChangeMessageVisibility', run: (input, queue) => forEachEntry(input, entry => changeVisibility(entry, queue)) },
  DeleteMessage: { action: 'sqs:DeleteMessage', run: deleteMessage },
  DeleteMessageBatch: { action: 'sqs:DeleteMessage', run: (input, queue) => forEachEntry(input, entry => deleteMessage(entry, queue)) },
  GetQueueAttributes: { action: 'sqs:GetQueueAttributes', run: (input, queue) => queueAttributes(queue, stringList(input, 'AttributeNames')) },
  GetQueueUrl: { action: 'sqs:GetQueueUrl', run: (_input, queue, { queues }) => ({ QueueUrl: queues.urlOf(queue.definition.queueName) }) },
  PurgeQueue: {
    action: 'sqs:PurgeQueue',
    run: (_input, queue) => {
      queue.purge();
      return {};
    },
  },
  ReceiveMessage: { action: 'sqs:ReceiveMessage', run: receiveMessage },
  SendMessage: { action: 'sqs:SendMessage', run: sendMessage },
  SendMessageBatch: { action: 'sqs:SendMessage', run: sendMessageBatch },
} satisfies Record<string, Operation>));

function sendMessage(input: Input, queue: Queue, { senderId }: OperationContext): object {
  const message = outgoingMessage(input, queue.definition, senderId);
  const id = queue.send(message, delaySeconds(input));
  const attributesDigest = digestOfAttributes(message.attributes);
  return {
    MessageId: id,
    MD5OfMessageBody: digestOfBody(message.body),
    ...attributesDigest !== undefined && { MD5OfMessageAttributes: attributesDigest },
  };
}

function sendMessageBatch(input: Input, queue: Queue, context: OperationContext): object {
  const bytes = [...batchEntries(input).values()].reduce((sum, entry) => sum + sizeIfValid(entry, queue, context), 0);
  if (bytes > MAXIMUM_BATCH_BYTES) {
    throw new SqsError('BatchRequestTooLong', `Batch requests cannot be longer than ${MAXIMUM_BATCH_BYTES} bytes. You have sent ${bytes} bytes.`);
  }
  return forEachEntry(input, entry => sendMessage(entry, queue, context));
}

/** Invalid entries are reported later, one by one. */
function sizeIfValid(entry: Input, queue: Queue, { senderId }: OperationContext): number {
  try {
    return sizeOf(outgoingMessage(entry, { ...queue.definition, maximumMessageSize: Infinity }, senderId));
  } catch (error) {
    if (error instanceof SqsError) return 0;
    throw error;
  }
}

async function receiveMessage(input: Input, queue: Queue, { signal }: OperationContext): Promise<object> {
  const options = {
    maximum: optionalInteger(input, 'MaxNumberOfMessages', 1, 10) ?? 1,
    visibilityTimeoutSeconds: optionalInteger(input, 'VisibilityTimeout', 0, MAXIMUM_VISIBILITY_SECONDS),
  };
  const waitSeconds = optionalInteger(input, 'WaitTimeSeconds', 0, 20) ?? queue.definition.waitSeconds;
  const systemNames = [...stringList(input, 'AttributeNames'), ...stringList(input, 'MessageSystemAttributeNames')];
  const attributeNames = stringList(input, 'MessageAttributeNames');
  const messages = await queue.receiveOrWait(options, waitSeconds * 1000, signal);
  return messages.length === 0 ? {} : { Messages: messages.map(message => describe(message, systemNames, attributeNames)) };
}

function describe(message: ReceivedMessage, systemNames: readonly string[], attributeNames: readonly string[]): object {
  const isRequested = (name: string) => systemNames.includes('All') || systemNames.includes(name);
  const systemAttributes = Object.entries(systemAttributesOf(message)).filter(([name]) => isRequested(name));
  const isWanted = (name: string) => attributeNames.some(wanted => matches(wanted, name));
  const attributes: MessageAttributes = Object.fromEntries(Object.entries(message.attributes).filter(([name]) => isWanted(name)));
  const attributesDigest = digestOfAttributes(attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: digestOfBody(message.body),
    Body: message.body,
    ...systemAttributes.length > 0 && { Attributes: Object.fromEntries(systemAttributes) },
    ...attributesDigest !== undefined && { MD5OfMessageAttributes: attributesDigest, MessageAttributes: attributes },
  };
}

/** A requested name can be `All`, or end in `.*`. */
function matches(wanted: string, name: string): boolean {
  return wanted === 'All' || wanted === name || wanted.endsWith('.*') && name.startsWith(wanted.slice(0, -2));
}

function deleteMessage(input: Input, queue: Queue): object {
  queue.delete(requiredString(input, 'ReceiptHandle'));
  return {};
}

function changeVisibility(input: Input, queue: Queue): object {
  const receiptHandle = requiredString(input, 'ReceiptHandle');
  const seconds = optionalInteger(input, 'VisibilityTimeout', 0, MAXIMUM_VISIBILITY_SECONDS);
  if (seconds === undefined) throw missingParameter('VisibilityTimeout');
  queue.changeVisibility(receiptHandle, seconds);
  return {};
}

/** An invalid entry does not affect the others. */
function forEachEntry(input: Input, run: (entry: Input) => object): object {
  const successful: object[] = [];
  const failed: object[] = [];
  for (const [id, entry] of batchEntries(input)) {
    try {
      successful.push({ Id: id, ...run(entry) });
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      failed.push({ Id: id, SenderFault: true, Code: error.name, Message: error.message });
    }
  }
  return { Successful: successful, ...failed.length > 0 && { Failed: failed } };
}

/** Handles ListQueues, which is not an operation on a queue. */
export function listQueues(input: Input, queues: Queues): object {
  const prefix = input.QueueNamePrefix ?? '';
  if (typeof prefix !== 'string') throw invalidParameter('QueueNamePrefix', prefix, 'Must be a string.');
  const urls = queues.names.filter(name => name.startsWith(prefix)).map(name => queues.urlOf(name));
  return urls.length === 0 ? {} : { QueueUrls: urls };
}
