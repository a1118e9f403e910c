import { SqsError } from './errors';
import type { Queue } from './queue';

/** Attributes that a queue can have. No queue has those of FIFO queues, of encryption and of policies here. */
const NAMES = [
  'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesDelayed', 'ApproximateNumberOfMessagesNotVisible', 'ContentBasedDeduplication',
  'CreatedTimestamp', 'DeduplicationScope', 'DelaySeconds', 'FifoQueue', 'FifoThroughputLimit', 'KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId',
  'LastModifiedTimestamp', 'MaximumMessageSize', 'MessageRetentionPeriod', 'Policy', 'QueueArn', 'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy', 'RedrivePolicy', 'SqsManagedSseEnabled', 'VisibilityTimeout',
];

/** The output of GetQueueAttributes. Throws InvalidAttributeName. */
export function queueAttributes(queue: Queue, names: readonly string[]): object {
  const unknown = names.find(name => name !== 'All' && !NAMES.includes(name));
  if (unknown !== undefined) throw new SqsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const attributes = Object.entries(allAttributes(queue)).filter(([name]) => names.includes('All') || names.includes(name));
  return attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) };
}

function allAttributes({ arn, counts, createdAt, definition, lastModifiedAt }: Queue): Record<string, string> {
  return {
    QueueArn: arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    CreatedTimestamp: String(Math.floor(createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(lastModifiedAt / 1000)),
    DelaySeconds: String(definition.delaySeconds),
    MaximumMessageSize: String(definition.maximumMessageSize),
    MessageRetentionPeriod: String(definition.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.waitSeconds),
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    ...definition.redrivePolicy && { RedrivePolicy: JSON.stringify(definition.redrivePolicy) },
  };
}
