import { ExpectedError } from '../../expected-error';
import { generatedName } from '../generated-names';
import { ANY, BOOLEAN, type ObjectSchema, type Schema } from '../property-schema';
import type { Properties, ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import type { QueueDefinition } from '../services';
import { isObject } from '../template';
import { inform, open, warnAboutIgnoredProperties } from './notices';
import type { TypeOptions } from './type-options';

/** Documented. */
const LONGEST_NAME = 80;
const RETENTION = { minimum: 60, default: 345_600, maximum: 1_209_600 };
const MESSAGE_SIZE = { minimum: 1024, default: 1_048_576, maximum: 1_048_576 };

const REDRIVE_POLICY: Schema = open({
  deadLetterTargetArn: { type: 'string', minimum: 1 },
  maxReceiveCount: { type: 'integer', minimum: 1, maximum: 1000 },
}, ['deadLetterTargetArn', 'maxReceiveCount']);

/** Properties that have an effect, or a warning or an error of their own. */
const SCHEMAS = {
  queue: open({
    ContentBasedDeduplication: ANY,
    DelaySeconds: { type: 'integer', minimum: 0, maximum: 900 },
    FifoQueue: BOOLEAN,
    MaximumMessageSize: { type: 'integer', minimum: MESSAGE_SIZE.minimum, maximum: MESSAGE_SIZE.maximum },
    MessageRetentionPeriod: { type: 'integer', minimum: RETENTION.minimum, maximum: RETENTION.maximum },
    QueueName: { type: 'string', minimum: 1, maximum: LONGEST_NAME, pattern: /^[\w-]+(\.fifo)?$/ },
    ReceiveMessageWaitTimeSeconds: { type: 'integer', minimum: 0, maximum: 20 },
    RedrivePolicy: REDRIVE_POLICY,
    VisibilityTimeout: { type: 'integer', minimum: 0, maximum: 43_200 },
  }),
  policy: open({ PolicyDocument: ANY, Queues: { type: 'array', items: { type: 'string', minimum: 1 } } }, ['PolicyDocument', 'Queues']),
} satisfies Record<string, ObjectSchema>;

export function sqsTypes(options: TypeOptions): Record<string, ResourceType> {
  const { liveLog, queues } = options;
  const state = (queueName: string): ResourceState => {
    const url = queues.urlOf(queueName);
    return { physicalId: url, attributes: { Arn: queues.arnOf(queueName), QueueName: queueName, QueueUrl: url } };
  };
  const policy = (request: ResourceRequest, physicalId: string): ResourceState => {
    informAboutPolicy(request, options);
    return { physicalId, attributes: { Id: physicalId } };
  };
  return {
    'AWS::SQS::Queue': {
      schema: SCHEMAS.queue,
      immutable: ['FifoQueue', 'QueueName'],
      create: async request => {
        warnAboutIgnoredProperties(liveLog, request, SCHEMAS.queue);
        const { logicalId, properties, seed, stackName } = request;
        const queueName: string = properties.QueueName ?? generatedName(stackName, logicalId, seed, LONGEST_NAME);
        queues.create(definitionOf(queueName, properties));
        return state(queueName);
      },
      update: async (request, { attributes }) => {
        warnAboutIgnoredProperties(liveLog, request, SCHEMAS.queue);
        const queueName = String(attributes.QueueName);
        queues.update(definitionOf(queueName, request.properties));
        return state(queueName);
      },
      delete: async (_request, { attributes }) => queues.delete(String(attributes.QueueName)),
    },
    'AWS::SQS::QueuePolicy': {
      schema: SCHEMAS.policy,
      create: async request => policy(request, generatedName(request.stackName, request.logicalId, request.seed, LONGEST_NAME)),
      update: async (request, { physicalId }) => policy(request, physicalId),
      delete: async () => undefined,
    },
  };
}

function definitionOf(queueName: string, properties: Properties): QueueDefinition {
  if (properties.FifoQueue || queueName.endsWith('.fifo')) throw new ExpectedError('FifoQueue must be false: ivschat-local does not support FIFO queues.');
  return {
    queueName,
    delaySeconds: properties.DelaySeconds ?? 0,
    maximumMessageSize: properties.MaximumMessageSize ?? MESSAGE_SIZE.default,
    retentionSeconds: properties.MessageRetentionPeriod ?? RETENTION.default,
    waitSeconds: properties.ReceiveMessageWaitTimeSeconds ?? 0,
    visibilityTimeoutSeconds: properties.VisibilityTimeout ?? 30,
    redrivePolicy: properties.RedrivePolicy && {
      deadLetterTargetArn: properties.RedrivePolicy.deadLetterTargetArn, maxReceiveCount: properties.RedrivePolicy.maxReceiveCount,
    },
  };
}

/** No notice for the policy that requires TLS, because connections to this machine do not need it. */
function informAboutPolicy(request: ResourceRequest, { liveLog }: TypeOptions): void {
  const { PolicyDocument: document } = request.properties;
  const statements: unknown[] = isObject(document) ? [document.Statement].flat() : [];
  if (statements.every(statement => isObject(statement) && statement.Effect === 'Deny' && JSON.stringify(statement.Condition ?? '').includes('aws:SecureTransport'))) return;
  inform(liveLog, request, 'is not evaluated: only the policies of roles decide who may use a queue', { notice: 'ignored', properties: ['PolicyDocument'] });
}
