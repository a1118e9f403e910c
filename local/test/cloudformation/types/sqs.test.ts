import { DeploymentHarness, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const deploy = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));
const queue = (properties: object = {}) => ({ Type: 'AWS::SQS::Queue', Properties: properties });

test('a queue has a URL, a name and an ARN', async () => {
  const { outputs } = await deploy({ Jobs: queue(), Named: queue({ QueueName: 'named' }) }, outputsOf({
    url: { Ref: 'Jobs' },
    sameUrl: { 'Fn::GetAtt': ['Jobs', 'QueueUrl'] },
    name: { 'Fn::GetAtt': ['Jobs', 'QueueName'] },
    arn: { 'Fn::GetAtt': ['Jobs', 'Arn'] },
    named: { Ref: 'Named' },
  }));
  expect(outputs.name).toMatch(/^Chat-Jobs-[0-9A-Z]{12}$/);
  expect(outputs).toEqual({
    url: `${harness.endpoint}/111122223333/${outputs.name}`,
    sameUrl: outputs.url,
    name: outputs.name,
    arn: `arn:aws:sqs:us-east-1:111122223333:${outputs.name}`,
    named: `${harness.endpoint}/111122223333/named`,
  });
  expect(harness.notices).toEqual([]);
});

test('a queue has the defaults of AWS, and its settings can be updated', async () => {
  await deploy({ Jobs: queue({ QueueName: 'jobs' }) });
  expect(harness.queues.get('jobs').definition).toEqual({
    queueName: 'jobs', delaySeconds: 0, maximumMessageSize: 1_048_576, retentionSeconds: 345_600, waitSeconds: 0, visibilityTimeoutSeconds: 30,
  });
  harness.queues.get('jobs').send({ body: 'kept', attributes: {}, systemAttributes: {}, senderId: 'AIDA' });
  const settings = {
    QueueName: 'jobs', DelaySeconds: '5', MaximumMessageSize: 1024, MessageRetentionPeriod: 60, ReceiveMessageWaitTimeSeconds: 20, VisibilityTimeout: 0,
  };
  await deploy({ Jobs: queue(settings) });
  expect(harness.queues.get('jobs').definition).toEqual({
    queueName: 'jobs', delaySeconds: 5, maximumMessageSize: 1024, retentionSeconds: 60, waitSeconds: 20, visibilityTimeoutSeconds: 0,
  });
  expect(harness.queues.get('jobs').counts.visible).toBe(1);
});

test('a dead-letter queue is created first', async () => {
  await deploy({ Jobs: queue({ QueueName: 'jobs', RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 } }), Dead: queue({ QueueName: 'dead' }) });
  expect(harness.queues.get('jobs').definition.redrivePolicy).toEqual({ deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:dead', maxReceiveCount: 3 });
});

test('another name replaces the queue, and a queue that is removed is deleted', async () => {
  await deploy({ Jobs: queue({ QueueName: 'jobs' }) });
  await deploy({ Jobs: queue({ QueueName: 'tasks' }) });
  expect(harness.queues.names).toEqual(['tasks']);
  await deploy({ Topic: { Type: 'AWS::SNS::Topic' } });
  expect(harness.queues.names).toEqual([]);
});

test('a failed update restores the settings', async () => {
  await deploy({ Jobs: queue({ QueueName: 'jobs', DelaySeconds: 1 }), Other: queue({ QueueName: 'other' }) });
  await expect(deploy({
    Jobs: queue({ QueueName: 'jobs', DelaySeconds: 2 }),
    Other: queue({ QueueName: 'other', RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:missing', maxReceiveCount: 1 } }),
  })).rejects.toThrow('RedrivePolicy.deadLetterTargetArn must be the ARN of another queue of this deployment, got arn:aws:sqs:us-east-1:111122223333:missing.');
  expect(harness.queues.get('jobs').definition.delaySeconds).toBe(1);
});

test('properties without an effect are reported', async () => {
  await deploy({ Jobs: queue({ KmsMasterKeyId: 'alias/aws/sqs', Tags: [{ Key: 'a', Value: 'b' }] }) });
  expect(harness.notices).toEqual([{ logicalId: 'Jobs', notice: 'ignored', properties: ['KmsMasterKeyId'] }]);
});

test.each([
  ['a FIFO queue', { FifoQueue: true }, 'FifoQueue must be false: ivschat-local does not support FIFO queues.'],
  ['the name of a FIFO queue', { QueueName: 'jobs.fifo' }, 'ivschat-local does not support FIFO queues.'],
  ['an invalid name', { QueueName: 'a b' }, 'QueueName must match'],
  ['a delay of more than 15 minutes', { DelaySeconds: 901 }, 'DelaySeconds must be a whole number from 0 to 900, got 901'],
  ['a visibility timeout of more than 12 hours', { VisibilityTimeout: 43_201 }, 'VisibilityTimeout must be a whole number from 0 to 43200, got 43201'],
  ['a retention of less than a minute', { MessageRetentionPeriod: 59 }, 'MessageRetentionPeriod must be a whole number from 60 to 1209600, got 59'],
  ['messages of more than 1 MiB', { MaximumMessageSize: 1_048_577 }, 'MaximumMessageSize must be a whole number from 1024 to 1048576, got 1048577'],
  ['a wait of more than 20 seconds', { ReceiveMessageWaitTimeSeconds: 21 }, 'ReceiveMessageWaitTimeSeconds must be a whole number from 0 to 20, got 21'],
  ['a dead-letter queue without a count', { RedrivePolicy: { deadLetterTargetArn: 'arn' } }, 'RedrivePolicy.maxReceiveCount is missing'],
  ['itself as its dead-letter queue', { QueueName: 'jobs', RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:111122223333:jobs', maxReceiveCount: 1 } }, 'must be the ARN of another queue'],
])('fails for %s', async (_what, properties, message) => {
  await expect(deploy({ Jobs: queue(properties) })).rejects.toThrow(message);
  expect(harness.queues.names).toEqual([]);
});

test('fails for a name that another queue has', async () => {
  await deploy({ Jobs: queue({ QueueName: 'jobs' }) });
  await expect(harness.deployment.deploy(stackOf({ Jobs: queue({ QueueName: 'jobs' }) }, {}, { name: 'Twin' }))).rejects.toThrow('The queue jobs already exists.');
});

describe('a queue policy', () => {
  const policy = (statement: object) => ({ Type: 'AWS::SQS::QueuePolicy', Properties: { Queues: [{ Ref: 'Jobs' }], PolicyDocument: { Statement: [statement] } } });
  const SSL = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sqs:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

  test('that requires TLS is accepted', async () => {
    await deploy({ Jobs: queue(), Policy: policy(SSL) });
    expect(harness.notices).toEqual([]);
  });

  test('with other statements is accepted and reported', async () => {
    await deploy({ Jobs: queue(), Policy: policy({ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: '*' }) });
    expect(harness.notices).toEqual([{ logicalId: 'Policy', notice: 'ignored', properties: ['PolicyDocument'] }]);
  });
});
