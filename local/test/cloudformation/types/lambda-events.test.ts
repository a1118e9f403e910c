import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const FUNCTION = { Role: ROLE, Function: functionOf('archive') };
const deploy = async (resources: Record<string, object>) => harness.deployment.deploy(stackOf({ ...FUNCTION, ...resources }));

describe('AWS::Lambda::EventInvokeConfig', () => {
  const config = (properties: object) => ({
    Config: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'Function' }, Qualifier: '$LATEST', ...properties } },
  });

  test('is created, updated and deleted', async () => {
    await deploy(config({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: '60' }));
    expect([...harness.functions.eventInvokeConfigs]).toEqual([['archive:$LATEST', { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 }]]);
    await deploy(config({ MaximumRetryAttempts: 1 }));
    expect([...harness.functions.eventInvokeConfigs]).toEqual([['archive:$LATEST', { maximumRetryAttempts: 1 }]]);
    await deploy({});
    expect([...harness.functions.eventInvokeConfigs]).toEqual([]);
  });

  const QUEUE_ARN = 'arn:aws:sqs:us-east-1:111122223333:failed';
  const TOPIC_ARN = 'arn:aws:sns:us-east-1:111122223333:failed';

  test('queues are destinations, others are ignored and reported', async () => {
    await deploy(config({ DestinationConfig: { OnFailure: { Destination: QUEUE_ARN }, OnSuccess: { Destination: TOPIC_ARN } } }));
    expect([...harness.functions.eventInvokeConfigs.values()]).toEqual([{ onFailure: QUEUE_ARN }]);
    expect(harness.notices).toEqual([{ logicalId: 'Config', notice: 'ignored', properties: ['OnSuccess'] }]);
  });

  test.each([
    ['three retries', { MaximumRetryAttempts: 3 }, 'MaximumRetryAttempts must be a whole number from 0 to 2, got 3'],
    ['an age of less than a minute', { MaximumEventAgeInSeconds: 59 }, 'MaximumEventAgeInSeconds must be a whole number from 60 to 21600, got 59'],
  ])('fails for %s', async (_what, properties, message) => {
    await expect(deploy(config(properties))).rejects.toThrow(message);
  });
});

describe('AWS::Lambda::EventSourceMapping', () => {
  const QUEUE = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'jobs' } };
  const POLICY = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:*', Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } }] } },
  };
  const mapping = (properties: object = {}) => ({
    Queue: QUEUE,
    Policy: POLICY,
    Mapping: { Type: 'AWS::Lambda::EventSourceMapping', DependsOn: ['Policy'], Properties: { FunctionName: { Ref: 'Function' }, EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, ...properties } },
  });

  /** Sends a message, and returns what the function receives. */
  async function receivedBy(): Promise<string[]> {
    const received = new Promise<string[]>(resolve => harness.functions.scripts.set('archive', (event: any) => {
      resolve(event.Records.map(({ body }: { body: string }) => body));
      return undefined;
    }));
    harness.queues.get('jobs').send({ body: 'hello', attributes: {}, systemAttributes: {}, senderId: 'AIDA' });
    return received;
  }

  test('passes messages of the queue to the function', async () => {
    const { outputs } = await harness.deployment.deploy(stackOf({ ...FUNCTION, ...mapping() }, outputsOf({
      id: { Ref: 'Mapping' }, arn: { 'Fn::GetAtt': ['Mapping', 'EventSourceMappingArn'] },
    })));
    expect(outputs.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(outputs.arn).toBe(`arn:aws:lambda:us-east-1:111122223333:event-source-mapping:${outputs.id}`);
    expect(await receivedBy()).toEqual(['hello']);
    await deploy(mapping({ BatchSize: 1, FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 2 } }));
    expect(await receivedBy()).toEqual(['hello']);
    await deploy({ Queue: QUEUE, Policy: POLICY });
    harness.queues.get('jobs').send({ body: 'hello', attributes: {}, systemAttributes: {}, senderId: 'AIDA' });
    expect(harness.queues.get('jobs').counts.visible).toBe(1);
  });

  test('of a stream is a stand-in', async () => {
    await deploy(mapping({ EventSourceArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/events' }));
    expect(harness.notices).toEqual([{ logicalId: 'Mapping', notice: 'stand-in' }]);
    await deploy(mapping({ EventSourceArn: 'arn:aws:kinesis:us-east-1:111122223333:stream/events', BatchSize: 1 }));
    await deploy({});
  });

  test('fails without the permissions of the role', async () => {
    const { Queue, Mapping } = mapping();
    await expect(deploy({ Queue, Mapping: { ...Mapping, DependsOn: [] } }))
      .rejects.toThrow('The function execution role does not have permissions to call ReceiveMessage on SQS');
  });

  test.each([
    ['a filter', { FilterCriteria: { Filters: [] } }, 'FilterCriteria must be omitted: ivschat-local does not filter the messages of queues.'],
    ['a batch size of 0', { BatchSize: 0 }, 'BatchSize must be a whole number from 1 to 10000, got 0'],
    ['a concurrency of 1', { ScalingConfig: { MaximumConcurrency: 1 } }, 'ScalingConfig.MaximumConcurrency must be a whole number from 2 to 1000, got 1'],
    ['a batching window of more than 5 minutes', { MaximumBatchingWindowInSeconds: 301 }, 'MaximumBatchingWindowInSeconds must be a whole number from 0 to 300, got 301'],
  ])('fails for %s', async (_what, properties, message) => {
    await expect(deploy(mapping(properties))).rejects.toThrow(message);
  });
});
