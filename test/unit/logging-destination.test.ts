import { App, CfnParameter, CfnResource, Lazy, Stack, ValidationError } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { LoggingConfiguration, LoggingDestination } from '../../src';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../support/synth';
import { thrownBy } from '../support/thrown-by';

const PARTITION = { Ref: 'AWS::Partition' };
const ACCOUNT = { Ref: 'AWS::AccountId' };
const REGION = { Ref: 'AWS::Region' };
const DELIVERY = { Service: 'delivery.logs.amazonaws.com' };
const KEY_ARN = 'arn:aws:kms:us-east-1:111122223333:key/11111111-2222-3333-4444-555555555555';
const STATEMENT = { Sid: 'Mine', Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action: 's3:GetObject', Resource: '*' };

/** Conditions that allow deliveries for this account and region only, in an environment-agnostic stack and in one with `ENV`. */
const SOURCE = {
  StringEquals: { 'aws:SourceAccount': ACCOUNT },
  ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', PARTITION, ':logs:', REGION, ':', ACCOUNT, ':*']] } },
};
const SOURCE_OF_ENV = {
  StringEquals: { 'aws:SourceAccount': ENV.account },
  ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', ['arn:', PARTITION, `:logs:${ENV.region}:${ENV.account}:*`]] } },
};

/** The statements that AWS documents for a bucket, in an environment-agnostic stack. */
function deliveryToBucket(logicalId: string): object[] {
  const bucketArn = { 'Fn::GetAtt': [logicalId, 'Arn'] };
  return [
    {
      Sid: 'AWSLogDeliveryAclCheck',
      Effect: 'Allow',
      Principal: DELIVERY,
      Action: ['s3:GetBucketAcl', 's3:ListBucket'],
      Resource: bucketArn,
      Condition: SOURCE,
    },
    {
      Sid: 'AWSLogDeliveryWrite',
      Effect: 'Allow',
      Principal: DELIVERY,
      Action: 's3:PutObject',
      Resource: { 'Fn::Join': ['', [bucketArn, '/AWSLogs/', ACCOUNT, '/*']] },
      Condition: { ...SOURCE, StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...SOURCE.StringEquals } },
    },
  ];
}

const USE_OF_KEY = {
  Sid: 'AWSLogDeliveryUseKey',
  Effect: 'Allow',
  Principal: DELIVERY,
  Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
  Resource: '*',
  Condition: SOURCE,
};

function logTo(stack: Stack, destination: LoggingDestination, id = 'ChatLog'): LoggingConfiguration {
  return new LoggingConfiguration(stack, id, { destination });
}

/** Returns the only entry of a record. */
function only<T>(record: Record<string, T>): [string, T] {
  expect(Object.keys(record)).toHaveLength(1);
  return Object.entries(record)[0];
}

/** Returns the destination and the dependencies of the only logging configuration in a stack. */
function configurationOf(stack: Stack): { destination: any; dependsOn: string[] } {
  const [, { Properties, DependsOn }] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::IVSChat::LoggingConfiguration'));
  return { destination: Properties.DestinationConfiguration, dependsOn: DependsOn ?? [] };
}

function logicalIdOf(stack: Stack, construct: { node: { defaultChild?: unknown } }): string {
  return stack.getLogicalId(construct.node.defaultChild as CfnResource);
}

function warningsOf(stack: Stack): string[] {
  return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('cdk-ivschat:')).map(warning => warning.entry.data as string);
}

describe('cloudWatchLogs', () => {
  test('sends to a log group without adding a resource policy', () => {
    const stack = newStack();
    const group = new logs.LogGroup(stack, 'Group');
    logTo(stack, LoggingDestination.cloudWatchLogs(group));

    expect(configurationOf(stack)).toEqual({ destination: { CloudWatchLogs: { LogGroupName: { Ref: logicalIdOf(stack, group) } } }, dependsOn: [] });
    expect(Object.values<any>(templateOf(stack).toJSON().Resources).map(resource => resource.Type).sort())
      .toEqual(['AWS::IVSChat::LoggingConfiguration', 'AWS::Logs::LogGroup']);
  });

  test('sends to an L1', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.CfnLogGroup(stack, 'Group', { logGroupName: 'chat' })));

    expect(configurationOf(stack).destination).toEqual({ CloudWatchLogs: { LogGroupName: { Ref: 'Group' } } });
  });

  test.each([
    ['by name', (stack: Stack) => logs.LogGroup.fromLogGroupName(stack, 'Group', 'chat')],
    ['by ARN', (stack: Stack) => logs.LogGroup.fromLogGroupArn(stack, 'Group', 'arn:aws:logs:us-east-1:111122223333:log-group:chat:*')],
  ])('sends to an import %s', (_, importGroup) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(importGroup(stack)));

    expect(configurationOf(stack).destination).toEqual({ CloudWatchLogs: { LogGroupName: 'chat' } });
    expect(Object.keys(templateOf(stack).toJSON().Resources)).toHaveLength(1);
  });

  test.each(['g', 'g'.repeat(512), '/aws/vendedlogs/chat', 'a.b-c_d/e#F9'])('accepts the name %j', name => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(logs.LogGroup.fromLogGroupName(stack, 'Group', name)));

    expect(configurationOf(stack).destination.CloudWatchLogs.LogGroupName).toBe(name);
  });

  test.each(['', 'g'.repeat(513), 'my group', 'group*', 'arn:aws:logs:us-east-1:111122223333:log-group:chat'])('fails for the name %j', name => {
    const stack = newStack();
    const error = thrownBy(() => logTo(stack, LoggingDestination.cloudWatchLogs(logs.LogGroup.fromLogGroupName(stack, 'Group', name))));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      name: 'DestinationNameInvalid',
      message: `logGroup must have a name of 1 to 512 letters, digits and any of . - _ / #, got "${name}": pass the name, not an ARN or a URL`,
    });
    expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  });
});

describe('cloudWatchLogs: the log class', () => {
  const delivery = 'The log group of the chat log has the class DELIVERY, which is only for logs of AWS Lambda. Use the class STANDARD or INFREQUENT_ACCESS: '
    + 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html [ack: cdk-ivschat:logGroupClassDelivery]';
  const withoutFilters = (filter: string) => 'The log group of the chat log has the class INFREQUENT_ACCESS, which supports neither subscription filters nor '
    + `metric filters such as ${filter}. Use the class STANDARD, or remove the filter: `
    + 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html [ack: cdk-ivschat:logGroupClassWithoutFilters]';
  const subscription = { destinationArn: 'arn:aws:firehose:us-east-1:111122223333:deliverystream/chat', filterPattern: '' };

  test('DELIVERY causes a warning', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.CfnLogGroup(stack, 'Group', { logGroupClass: 'DELIVERY' })));

    expect(warningsOf(stack)).toEqual([delivery]);
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', delivery);
  });

  test('DELIVERY causes a warning if it is set on the L1 of an L2 later', () => {
    const stack = newStack();
    const group = new logs.LogGroup(stack, 'Group');
    logTo(stack, LoggingDestination.cloudWatchLogs(group));
    (group.node.defaultChild as logs.CfnLogGroup).logGroupClass = 'DELIVERY';

    expect(warningsOf(stack)).toEqual([delivery]);
  });

  test.each<[string, (stack: Stack, group: logs.LogGroup) => unknown]>([
    ['a subscription filter', (stack, group) => new logs.CfnSubscriptionFilter(stack, 'Filter', { ...subscription, logGroupName: group.logGroupName })],
    ['a subscription filter in another stack', (stack, group) =>
      new logs.CfnSubscriptionFilter(new Stack(stack.node.scope!, 'Other'), 'Filter', { ...subscription, logGroupName: group.logGroupName })],
    ['a subscription filter by the name of the log group', stack => new logs.CfnSubscriptionFilter(stack, 'Filter', { ...subscription, logGroupName: 'chat' })],
    ['a metric filter', (_, group) => group.addMetricFilter('Filter', {
      filterPattern: logs.FilterPattern.literal('DELETE'), metricName: 'Deletions', metricNamespace: 'Chat',
    })],
  ])('INFREQUENT_ACCESS causes a warning with %s that is added later', (_, addFilter) => {
    const stack = newStack();
    const group = new logs.LogGroup(stack, 'Group', { logGroupName: 'chat', logGroupClass: logs.LogGroupClass.INFREQUENT_ACCESS });
    logTo(stack, LoggingDestination.cloudWatchLogs(group));
    addFilter(stack, group);

    expect(warningsOf(stack)).toEqual([expect.stringContaining('has the class INFREQUENT_ACCESS')]);
    const [filter] = stack.node.root.node.findAll().filter(construct =>
      logs.CfnSubscriptionFilter.isCfnSubscriptionFilter(construct) || logs.CfnMetricFilter.isCfnMetricFilter(construct));
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', withoutFilters(filter.node.path));
  });

  test.each<[string, string | undefined, string]>([
    ['INFREQUENT_ACCESS and a filter of another log group', 'INFREQUENT_ACCESS', 'other'],
    ['STANDARD and a filter', 'STANDARD', 'chat'],
    ['the default and a filter', undefined, 'chat'],
    ['a token and a filter', Lazy.string({ produce: () => 'DELIVERY' }), 'chat'],
  ])('%s causes no warning', (_, logGroupClass, filtered) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.CfnLogGroup(stack, 'Group', { logGroupName: 'chat', logGroupClass })));
    new logs.CfnSubscriptionFilter(stack, 'Filter', { ...subscription, logGroupName: filtered });

    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('cloudWatchLogs: the key', () => {
  const inaccessible = (key: string) => `The log group of the chat log is encrypted with ${key}, whose policy does not allow CloudWatch Logs to use the key. `
    + 'The log group cannot be created. Add a statement for logs.<region>.amazonaws.com to the key policy: '
    + 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html [ack: cdk-ivschat:logGroupEncryptedWithInaccessibleKey]';
  const keyWith = (stack: Stack, ...statements: object[]) => new kms.CfnKey(stack, 'Key', { keyPolicy: { Version: '2012-10-17', Statement: statements } });
  const allowing = (principal: unknown) => ({ Effect: 'Allow', Principal: principal, Action: 'kms:*', Resource: '*' });

  test.each<[string, string, (stack: Stack) => string]>([
    ['an L2 key', 'Stack/Key/Resource', stack => new kms.Key(stack, 'Key').keyArn],
    ['an L1 key without a policy', 'Stack/Key', stack => new kms.CfnKey(stack, 'Key').attrArn],
    ['an L1 key for log delivery', 'Stack/Key', stack => keyWith(stack, allowing({ Service: 'delivery.logs.amazonaws.com' })).attrArn],
    ['an L1 key for the account', 'Stack/Key', stack => keyWith(stack, allowing({ AWS: 'arn:aws:iam::111122223333:root' })).attrArn],
    ['an L1 key that denies it', 'Stack/Key', stack => keyWith(stack, { ...allowing({ Service: 'logs.us-east-1.amazonaws.com' }), Effect: 'Deny' }).attrArn],
  ])('causes a warning for %s', (_, path, keyArnIn) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.CfnLogGroup(stack, 'Group', { kmsKeyId: keyArnIn(stack) })));

    expect(warningsOf(stack)).toEqual([inaccessible(path)]);
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', inaccessible(path));
  });

  test('causes a warning for an L2 log group', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.LogGroup(stack, 'Group', { encryptionKey: new kms.Key(stack, 'Key') })));

    expect(warningsOf(stack)).toEqual([inaccessible('Stack/Key/Resource')]);
  });

  test.each([undefined, ENV])('causes no warning if its policy is completed later, with the environment %j', env => {
    const stack = newStack(env);
    const key = new kms.Key(stack, 'Key');
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.LogGroup(stack, 'Group', { encryptionKey: key })));
    key.grantEncryptDecrypt(new iam.ServicePrincipal(`logs.${stack.region}.amazonaws.com`));

    expect(warningsOf(stack)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => string]>([
    ['an import', stack => kms.Key.fromKeyArn(stack, 'Key', KEY_ARN).keyArn],
    ['a parameter', stack => new CfnParameter(stack, 'Key').valueAsString],
    ['a key for everybody', stack => keyWith(stack, allowing('*')).attrArn],
    ['a key for all accounts', stack => keyWith(stack, allowing({ AWS: '*' })).attrArn],
    ['a key with several principals', stack => keyWith(stack, allowing({ Service: ['events.amazonaws.com', 'logs.us-east-1.amazonaws.com'] })).attrArn],
    ['a key with a principal that is a token', stack => keyWith(stack, allowing({ Service: { Ref: 'Principal' } })).attrArn],
    ['a key with one statement, not in a list', stack => new kms.CfnKey(stack, 'Key', { keyPolicy: { Statement: allowing({ Service: 'logs.us-east-1.amazonaws.com' }) } }).attrArn],
  ])('causes no warning for %s', (_, keyArnIn) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.cloudWatchLogs(new logs.CfnLogGroup(stack, 'Group', { kmsKeyId: keyArnIn(stack) })));

    expect(warningsOf(stack)).toEqual([]);
  });
});

describe('s3: the bucket policy', () => {
  test('allows the delivery, and is a dependency of the logging configuration', () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket');
    logTo(stack, LoggingDestination.s3(bucket));

    const bucketId = logicalIdOf(stack, bucket);
    const [policyId, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(policy.Properties).toEqual({
      Bucket: { Ref: bucketId },
      PolicyDocument: { Version: '2012-10-17', Statement: deliveryToBucket(bucketId) },
    });
    expect(configurationOf(stack)).toEqual({ destination: { S3: { BucketName: { Ref: bucketId } } }, dependsOn: [policyId] });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('contains the account and region if they are known', () => {
    const stack = newStack(ENV);
    const bucket = new s3.Bucket(stack, 'Bucket');
    logTo(stack, LoggingDestination.s3(bucket));

    const [, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    const [aclCheck, write] = policy.Properties.PolicyDocument.Statement;
    expect(aclCheck.Condition).toEqual(SOURCE_OF_ENV);
    expect(write.Condition).toEqual({
      ...SOURCE_OF_ENV, StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', ...SOURCE_OF_ENV.StringEquals },
    });
    expect(write.Resource).toEqual({ 'Fn::Join': ['', [{ 'Fn::GetAtt': [logicalIdOf(stack, bucket), 'Arn'] }, `/AWSLogs/${ENV.account}/*`]] });
  });

  test('keeps the other statements of the bucket', () => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket', { enforceSSL: true });
    logTo(stack, LoggingDestination.s3(bucket));

    const [policyId, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    const [enforceSsl, ...others] = policy.Properties.PolicyDocument.Statement;
    expect(enforceSsl).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(others).toEqual(deliveryToBucket(logicalIdOf(stack, bucket)));
    expect(configurationOf(stack).dependsOn).toEqual([policyId]);
  });

  test('of an L1 is created', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(new s3.CfnBucket(stack, 'Bucket', { bucketName: 'Any.Thing' })));

    const [policyId, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual(deliveryToBucket('Bucket'));
    expect(configurationOf(stack)).toEqual({ destination: { S3: { BucketName: { Ref: 'Bucket' } } }, dependsOn: [policyId] });
  });

  test('of an L1 is extended if it exists', () => {
    const stack = newStack();
    const bucket = new s3.CfnBucket(stack, 'Bucket');
    new s3.CfnBucketPolicy(stack, 'Policy', { bucket: bucket.ref, policyDocument: { Version: '2012-10-17', Statement: [STATEMENT] } });
    logTo(stack, LoggingDestination.s3(bucket));

    const [policyId, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(policyId).toBe('Policy');
    expect(policy.Properties.PolicyDocument.Statement).toEqual([STATEMENT, ...deliveryToBucket('Bucket')]);
    expect(configurationOf(stack).dependsOn).toEqual(['Policy']);
  });

  test('of an L2 from an L1 is created', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(s3.Bucket.fromCfnBucket(new s3.CfnBucket(stack, 'Bucket'))));

    const [policyId, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual(deliveryToBucket('Bucket'));
    expect(configurationOf(stack).dependsOn).toEqual([policyId]);
  });

  test.each<[string, (stack: Stack) => s3.IBucket]>([
    ['by name', stack => s3.Bucket.fromBucketName(stack, 'Bucket', 'chat-logs')],
    ['by ARN', stack => s3.Bucket.fromBucketArn(stack, 'Bucket', 'arn:aws:s3:::chat-logs')],
  ])('of a bucket that is imported %s is not created', (_, importBucket) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(importBucket(stack)));

    expect(configurationOf(stack)).toEqual({ destination: { S3: { BucketName: 'chat-logs' } }, dependsOn: [] });
    expect(Object.keys(templateOf(stack).toJSON().Resources)).toHaveLength(1);
    expect(warningsOf(stack)).toEqual([]);
  });

  test('of a reference from another library is not created', () => {
    const stack = newStack();
    const bucket = { node: stack.node, env: stack.env, bucketRef: { bucketName: 'chat-logs', bucketArn: 'arn:aws:s3:::chat-logs' } } as s3.IBucketRef;
    logTo(stack, LoggingDestination.s3(bucket));

    expect(configurationOf(stack)).toEqual({ destination: { S3: { BucketName: 'chat-logs' } }, dependsOn: [] });
  });

  test.each(['one destination', 'two destinations'])('has no duplicate statements for two logging configurations with %s', destinations => {
    const stack = newStack();
    const bucket = new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS });
    const destination = LoggingDestination.s3(bucket);
    logTo(stack, destination, 'One');
    logTo(stack, destinations === 'one destination' ? destination : LoggingDestination.s3(bucket), 'Two');

    const template = templateOf(stack).toJSON();
    const [policyId, policy] = only(resourcesOf(template, 'AWS::S3::BucketPolicy'));
    const [keyId, key] = only(resourcesOf(template, 'AWS::KMS::Key'));
    expect(policy.Properties.PolicyDocument.Statement).toEqual(deliveryToBucket(logicalIdOf(stack, bucket)));
    expect(key.Properties.KeyPolicy.Statement.map((statement: any) => statement.Sid)).toEqual([undefined, 'AWSLogDeliveryUseKey']);
    const configurations = Object.values(resourcesOf(template, 'AWS::IVSChat::LoggingConfiguration'));
    expect(configurations.map(configuration => configuration.DependsOn)).toEqual(Array(2).fill([keyId, policyId].sort()));
  });

  test('of a bucket in another stack is in that stack, which is deployed first', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: ENV });
    const bucket = new s3.Bucket(owner, 'Bucket', { encryption: s3.BucketEncryption.KMS, enforceSSL: true });
    const user = new Stack(app, 'User', { env: ENV });
    logTo(user, LoggingDestination.s3(bucket));

    const { 'Owner.template.json': theirs, 'User.template.json': ours } = templatesOf(app);
    const [, policy] = only(resourcesOf(theirs, 'AWS::S3::BucketPolicy'));
    const [, key] = only(resourcesOf(theirs, 'AWS::KMS::Key'));
    expect(policy.Properties.PolicyDocument.Statement.map((statement: any) => statement.Sid))
      .toEqual([undefined, 'AWSLogDeliveryAclCheck', 'AWSLogDeliveryWrite']);
    expect(key.Properties.KeyPolicy.Statement[1]).toMatchObject({ Sid: 'AWSLogDeliveryUseKey', Condition: SOURCE_OF_ENV });
    const [, configuration] = only(ours.Resources);
    expect(configuration).toEqual({
      Type: 'AWS::IVSChat::LoggingConfiguration',
      Properties: { DestinationConfiguration: { S3: { BucketName: { 'Fn::ImportValue': expect.stringMatching(/^Owner:/) } } } },
    });
    expect(user.dependencies).toEqual([owner]);
  });
});

describe('s3: the key', () => {
  const kmsEncryption = (sseAlgorithm: string, kmsMasterKeyId?: string): s3.CfnBucket.BucketEncryptionProperty => ({
    serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm, kmsMasterKeyId } }],
  });
  const awsManaged = 'The bucket of the chat log is encrypted with the AWS managed key of Amazon S3 (aws/s3). Logs that are delivered to it cannot be read. '
    + 'Use BucketEncryption.S3_MANAGED or a customer managed key. [ack: cdk-ivschat:logsEncryptedWithAwsManagedKey]';
  const keyNotInApp = 'The bucket of the chat log is encrypted with a key whose policy is not defined in this app. '
    + 'Allow delivery.logs.amazonaws.com to use the key, or the log cannot be delivered: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html [ack: cdk-ivschat:logsEncryptedWithImportedKey]';

  const keyWithoutArn = 'The bucket of the chat log is encrypted with a key that is given by its ID or alias. AWS requires the ARN of the key to deliver logs. '
    + 'Set kmsMasterKeyId of the bucket to the ARN: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html [ack: cdk-ivschat:logsEncryptedWithKeyId]';

  function expectUseOfKey(stack: Stack): void {
    const template = templateOf(stack).toJSON();
    const [keyId, key] = only(resourcesOf(template, 'AWS::KMS::Key'));
    const [policyId, policy] = only(resourcesOf(template, 'AWS::S3::BucketPolicy'));
    expect(key.Properties.KeyPolicy.Statement).toHaveLength(2);
    expect(key.Properties.KeyPolicy.Statement[1]).toEqual(USE_OF_KEY);
    expect(policy.Properties.PolicyDocument.Statement).toHaveLength(2);
    expect(configurationOf(stack).dependsOn).toEqual([keyId, policyId].sort());
    expect(warningsOf(stack)).toEqual([]);
  }

  test('of an alias allows the delivery, and the alias is a dependency', () => {
    const stack = newStack();
    const alias = new kms.Alias(stack, 'Alias', { aliasName: 'chat', targetKey: new kms.Key(stack, 'Key') });
    logTo(stack, LoggingDestination.s3(new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS, encryptionKey: alias })));

    const template = templateOf(stack).toJSON();
    expect(only(resourcesOf(template, 'AWS::KMS::Key'))[1].Properties.KeyPolicy.Statement).toContainEqual(USE_OF_KEY);
    expect(configurationOf(stack).dependsOn).toContain(only(resourcesOf(template, 'AWS::KMS::Alias'))[0]);
    expect(warningsOf(stack)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => s3.BucketProps]>([
    ['KMS, with a key that the bucket creates', () => ({ encryption: s3.BucketEncryption.KMS })],
    ['KMS, with a key of the stack', stack => ({ encryption: s3.BucketEncryption.KMS, encryptionKey: new kms.Key(stack, 'Key') })],
    ['the default encryption, with a key of the stack', stack => ({ encryptionKey: new kms.Key(stack, 'Key') })],
    ['KMS and a bucket key', () => ({ encryption: s3.BucketEncryption.KMS, bucketKeyEnabled: true })],
    ['DSSE, with a key that the bucket creates', () => ({ encryption: s3.BucketEncryption.DSSE })],
    ['DSSE, with a key of the stack', stack => ({ encryption: s3.BucketEncryption.DSSE, encryptionKey: new kms.Key(stack, 'Key') })],
  ])('of %s allows the delivery', (_, props) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(new s3.Bucket(stack, 'Bucket', props(stack))));

    expectUseOfKey(stack);
  });

  test.each<[string, string, (key: kms.CfnKey) => string]>([
    ['the ARN', 'aws:kms', key => key.attrArn],
    ['the ARN', 'aws:kms:dsse', key => key.attrArn],
  ])('of an L1 bucket with %s of an L1 key, for %s, allows the delivery', (_, algorithm, keyId) => {
    const stack = newStack();
    const key = new kms.CfnKey(stack, 'Key', {
      keyPolicy: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' }] },
    });
    logTo(stack, LoggingDestination.s3(new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption(algorithm, keyId(key)) })));

    expectUseOfKey(stack);
  });

  test.each<[string, (stack: Stack) => string]>([
    ['the ID of an L1 key', stack => new kms.CfnKey(stack, 'Key', { keyPolicy: { Statement: [] } }).ref],
    ['the ID of an L2 key', stack => new kms.Key(stack, 'Key').keyId],
    ['the name of an alias', stack => new kms.CfnAlias(stack, 'Alias', { aliasName: 'alias/chat', targetKeyId: KEY_ARN }).ref],
    ['a literal ID', () => '11111111-2222-3333-4444-555555555555'],
    ['the literal name of an alias', () => 'alias/chat'],
  ])('of an L1 bucket causes a warning if it is given by %s', (_, keyIdIn) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms', keyIdIn(stack)) })));

    expect(warningsOf(stack)).toContain(keyWithoutArn);
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', keyWithoutArn);
  });

  test('of an L1 bucket allows the delivery although it is given by its ID', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms', new kms.Key(stack, 'Key').keyId) })));

    expect(only(resourcesOf(templateOf(stack).toJSON(), 'AWS::KMS::Key'))[1].Properties.KeyPolicy.Statement).toContainEqual(USE_OF_KEY);
    expect(warningsOf(stack)).toEqual([keyWithoutArn]);
  });

  test('of an imported bucket allows the delivery if it is defined in this app, and is a dependency', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    logTo(stack, LoggingDestination.s3(s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'chat-logs', encryptionKey })));

    const [keyId, key] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::KMS::Key'));
    expect(key.Properties.KeyPolicy.Statement.slice(1)).toEqual([USE_OF_KEY]);
    expect(configurationOf(stack)).toEqual({ destination: { S3: { BucketName: 'chat-logs' } }, dependsOn: [keyId] });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('of an imported bucket causes a warning if it is imported too', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(s3.Bucket.fromBucketAttributes(stack, 'Bucket', {
      bucketName: 'chat-logs', encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    })));

    expect(Object.keys(templateOf(stack).toJSON().Resources)).toHaveLength(1);
    expect(configurationOf(stack).dependsOn).toEqual([]);
    expect(warningsOf(stack)).toEqual([keyNotInApp]);
  });

  test('of an L1 bucket with an L2 key allows the delivery', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms', new kms.Key(stack, 'Key').keyArn) })));

    expectUseOfKey(stack);
  });

  test('is not changed if it has no policy in the template, which would lock out the account', () => {
    const stack = newStack();
    const key = new kms.CfnKey(stack, 'Key', {});
    logTo(stack, LoggingDestination.s3(new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms', key.attrArn) })));

    const [policyId] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(templateOf(stack).toJSON().Resources.Key).toEqual({ Type: 'AWS::KMS::Key' });
    expect(configurationOf(stack).dependsOn).toEqual([policyId]);
    expect(warningsOf(stack)).toEqual([keyNotInApp]);
  });

  test('in another stack allows the delivery, and that stack is deployed first', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: ENV });
    const key = new kms.Key(owner, 'Key');
    const user = new Stack(app, 'User', { env: ENV });
    logTo(user, LoggingDestination.s3(new s3.Bucket(user, 'Bucket', { encryptionKey: key })));

    const { 'Owner.template.json': theirs, 'User.template.json': ours } = templatesOf(app);
    expect(theirs.Resources[logicalIdOf(owner, key)].Properties.KeyPolicy.Statement[1]).toEqual({ ...USE_OF_KEY, Condition: SOURCE_OF_ENV });
    const [policyId] = only(resourcesOf(ours, 'AWS::S3::BucketPolicy'));
    expect(only(resourcesOf(ours, 'AWS::IVSChat::LoggingConfiguration'))[1].DependsOn).toEqual([policyId]);
    expect(user.dependencies).toEqual([owner]);
    expect(warningsOf(user)).toEqual([]);
  });

  test.each<[string, (stack: Stack) => s3.IBucketRef]>([
    ['of an L2 is an import', stack => new s3.Bucket(stack, 'Bucket', { encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN) })],
    ['of an L2 is an import, for DSSE', stack => new s3.Bucket(stack, 'Bucket', {
      encryption: s3.BucketEncryption.DSSE, encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY_ARN),
    })],
    ['of an L1 is a literal', stack => new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms', KEY_ARN) })],
    ['of an L1 is an alias', stack => new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: kmsEncryption('aws:kms', 'arn:aws:kms:us-east-1:111122223333:alias/aws/s3-mine'),
    })],
    ['of an L1 is a parameter', stack => new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: kmsEncryption('aws:kms', new CfnParameter(stack, 'Key').valueAsString),
    })],
  ])('causes a warning if that %s', (_, newBucket) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(newBucket(stack)));

    expect(warningsOf(stack)).toEqual([keyNotInApp]);
    const [policyId, policy] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(policy.Properties.PolicyDocument.Statement).toHaveLength(2);
    expect(configurationOf(stack).dependsOn).toEqual([policyId]);
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', keyNotInApp);
  });

  test.each<[string, (stack: Stack) => s3.IBucketRef]>([
    ['of an L2, for KMS', stack => new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.KMS_MANAGED })],
    ['of an L2, for DSSE', stack => new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.DSSE_MANAGED })],
    ['of an L1 without one', stack => new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms') })],
    ['of an L1 by its alias', stack => new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('aws:kms', 'alias/aws/s3') })],
    ['of an L1 by the ARN of its alias', stack => new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: kmsEncryption('aws:kms:dsse', 'arn:aws:kms:us-east-1:111122223333:alias/aws/s3'),
    })],
  ])('causes a warning if it is the AWS managed key %s', (_, newBucket) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(newBucket(stack)));

    expect(warningsOf(stack)).toEqual([awsManaged]);
    const [policyId] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(configurationOf(stack).dependsOn).toEqual([policyId]);
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', awsManaged);
  });

  test.each<[string, (stack: Stack) => s3.IBucketRef]>([
    ['an L2 with the default encryption', stack => new s3.Bucket(stack, 'Bucket')],
    ['an L2 encrypted with S3', stack => new s3.Bucket(stack, 'Bucket', { encryption: s3.BucketEncryption.S3_MANAGED })],
    ['an L1 encrypted with S3', stack => new s3.CfnBucket(stack, 'Bucket', { bucketEncryption: kmsEncryption('AES256') })],
    ['an L1 with a bucket key alone', stack => new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: { serverSideEncryptionConfiguration: [{ bucketKeyEnabled: true }] },
    })],
    ['an L1 with a token for the encryption', stack => new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: Lazy.any({ produce: () => kmsEncryption('aws:kms') }),
    })],
    ['an L1 with a token for the rules', stack => new s3.CfnBucket(stack, 'Bucket', {
      bucketEncryption: { serverSideEncryptionConfiguration: Lazy.any({ produce: () => kmsEncryption('aws:kms').serverSideEncryptionConfiguration }) },
    })],
  ])('causes no warning for %s', (_, newBucket) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(newBucket(stack)));

    expect(warningsOf(stack)).toEqual([]);
    const [policyId] = only(resourcesOf(templateOf(stack).toJSON(), 'AWS::S3::BucketPolicy'));
    expect(configurationOf(stack).dependsOn).toEqual([policyId]);
  });
});

describe('s3: the name of an import', () => {
  test.each(['abc', 'b'.repeat(63), 'chat-logs.example.com'])('accepts %j', name => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(s3.Bucket.fromBucketName(stack, 'Bucket', name)));

    expect(configurationOf(stack).destination).toEqual({ S3: { BucketName: name } });
  });

  test.each(['Chat-Logs', 'chat_logs'])('fails for %j, which the CDK accepts', name => {
    const stack = newStack();
    const error = thrownBy(() => logTo(stack, LoggingDestination.s3(s3.Bucket.fromBucketName(stack, 'Bucket', name))));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      name: 'DestinationNameInvalid',
      message: `bucket must have a name of 3 to 63 lowercase letters, digits, hyphens and dots, got "${name}": pass the name, not an ARN or a URL`,
    });
  });

  test.each(['', 'ab', 'b'.repeat(64), 'my bucket', 'arn:aws:s3:::chat-logs'])('fails for %j, as the CDK does', name => {
    const stack = newStack();
    const bucket = { node: stack.node, env: stack.env, bucketRef: { bucketName: name, bucketArn: `arn:aws:s3:::${name}` } } as s3.IBucketRef;

    expect(thrownBy(() => logTo(stack, LoggingDestination.s3(bucket))).name).toBe('DestinationNameInvalid');
    expect(() => s3.Bucket.fromBucketName(stack, 'Bucket', name)).toThrow();
  });

  test('can be a token', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(s3.Bucket.fromBucketName(stack, 'Bucket', new CfnParameter(stack, 'Name').valueAsString)));

    expect(configurationOf(stack).destination).toEqual({ S3: { BucketName: { Ref: 'Name' } } });
  });
});

describe('firehose', () => {
  const TAG = { Key: 'LogDeliveryEnabled', Value: 'true' };

  /** Returns the tags of all resources with tags, by type. */
  function tagsOf(stack: Stack): Record<string, any> {
    const tagged = Object.values<any>(templateOf(stack).toJSON().Resources).filter(resource => resource.Properties?.Tags);
    return Object.fromEntries(tagged.map(resource => [resource.Type, resource.Properties.Tags]));
  }

  test('sends to a stream, and tags only the stream', () => {
    const stack = newStack();
    const stream = new firehose.DeliveryStream(stack, 'Stream', {
      destination: new firehose.S3Bucket(new s3.Bucket(stack, 'Backing')), encryption: firehose.StreamEncryption.customerManagedKey(),
    });
    logTo(stack, LoggingDestination.firehose(stream));

    templateOf(stack).resourceCountIs('AWS::KMS::Key', 1);
    templateOf(stack).resourceCountIs('AWS::Logs::LogGroup', 1);
    expect(tagsOf(stack)).toEqual({ 'AWS::KinesisFirehose::DeliveryStream': [TAG] });
    expect(configurationOf(stack)).toEqual({
      destination: { Firehose: { DeliveryStreamName: { Ref: logicalIdOf(stack, stream) } } }, dependsOn: [],
    });
  });

  test('sends to an L1, and tags it once for two logging configurations', () => {
    const stack = newStack();
    const stream = new firehose.CfnDeliveryStream(stack, 'Stream', { tags: [{ key: 'team', value: 'chat' }] });
    const configuration = logTo(stack, LoggingDestination.firehose(stream));
    logTo(stack, LoggingDestination.firehose(stream), 'Second');

    expect(tagsOf(stack)).toEqual({ 'AWS::KinesisFirehose::DeliveryStream': [TAG, { Key: 'team', Value: 'chat' }] });
    expect(templateOf(stack).toJSON().Resources[logicalIdOf(stack, configuration)].Properties)
      .toEqual({ DestinationConfiguration: { Firehose: { DeliveryStreamName: { Ref: 'Stream' } } } });
  });

  test('tags a stream of another stack', () => {
    const app = new App();
    const owner = new Stack(app, 'Owner', { env: ENV });
    const stream = new firehose.CfnDeliveryStream(owner, 'Stream');
    const user = new Stack(app, 'User', { env: ENV });
    logTo(user, LoggingDestination.firehose(stream));

    const { 'Owner.template.json': theirs, 'User.template.json': ours } = templatesOf(app);
    expect(theirs.Resources.Stream.Properties.Tags).toEqual([TAG]);
    expect(only(ours.Resources)[1]).not.toHaveProperty('Properties.Tags');
  });

  test.each([
    ['by name', (stack: Stack) => firehose.DeliveryStream.fromDeliveryStreamName(stack, 'Stream', 'chat')],
    ['by ARN', (stack: Stack) => firehose.DeliveryStream.fromDeliveryStreamArn(stack, 'Stream', 'arn:aws:firehose:us-east-1:111122223333:deliverystream/chat')],
  ])('sends to an import %s', (_, importStream) => {
    const stack = newStack();
    logTo(stack, LoggingDestination.firehose(importStream(stack)));

    expect(configurationOf(stack)).toEqual({ destination: { Firehose: { DeliveryStreamName: 'chat' } }, dependsOn: [] });
    expect(tagsOf(stack)).toEqual({});
  });

  const withSource = (type: string) => `The delivery stream of the chat log has the type ${type}, so it only reads from its source and does not accept the records of the log. `
    + 'Use a stream without a source (DirectPut). [ack: cdk-ivschat:deliveryStreamWithSource]';

  test('warns for an L2 stream with a Kinesis data stream as its source', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.firehose(new firehose.DeliveryStream(stack, 'Stream', {
      source: new firehose.KinesisStreamSource(new kinesis.Stream(stack, 'Source')), destination: new firehose.S3Bucket(new s3.Bucket(stack, 'Backing')),
    })));

    expect(warningsOf(stack)).toEqual([withSource('KinesisStreamAsSource')]);
    Annotations.fromStack(stack).hasWarning('/Stack/ChatLog', withSource('KinesisStreamAsSource'));
  });

  test.each(['KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'])('warns for an L1 stream of the type %s', deliveryStreamType => {
    const stack = newStack();
    logTo(stack, LoggingDestination.firehose(new firehose.CfnDeliveryStream(stack, 'Stream', { deliveryStreamType })));

    expect(warningsOf(stack)).toEqual([withSource(deliveryStreamType)]);
  });

  test.each(['DirectPut', undefined, Lazy.string({ produce: () => 'KinesisStreamAsSource' })])('does not warn for the type %s', deliveryStreamType => {
    const stack = newStack();
    logTo(stack, LoggingDestination.firehose(new firehose.CfnDeliveryStream(stack, 'Stream', { deliveryStreamType })));

    expect(warningsOf(stack)).toEqual([]);
  });

  test.each(['s', 's'.repeat(64), 'Chat_log-1.x'])('accepts the name %j', name => {
    const stack = newStack();
    logTo(stack, LoggingDestination.firehose(firehose.DeliveryStream.fromDeliveryStreamName(stack, 'Stream', name)));

    expect(configurationOf(stack).destination.Firehose.DeliveryStreamName).toBe(name);
  });

  test.each(['s'.repeat(65), 'my stream', 'chat/log', 'arn:aws:firehose:us-east-1:111122223333:deliverystream/chat'])('fails for the name %j', name => {
    const stack = newStack();
    const stream = firehose.DeliveryStream.fromDeliveryStreamName(stack, 'Stream', name);

    expect(thrownBy(() => logTo(stack, LoggingDestination.firehose(stream)))).toMatchObject({
      name: 'DestinationNameInvalid',
      message: `deliveryStream must have a name of 1 to 64 letters, digits, underscores, hyphens and dots, got "${name}": pass the name, not an ARN or a URL`,
    });
  });
});

describe('a destination that is known to be in another environment', () => {
  const elsewhere: [string, string, string, string, (stack: Stack) => LoggingDestination][] = [
    ['a log group', 'region', 'us-west-2', ENV.region, stack => LoggingDestination.cloudWatchLogs(
      logs.LogGroup.fromLogGroupArn(stack, 'Import', 'arn:aws:logs:us-west-2:111122223333:log-group:chat:*'))],
    ['a log group', 'account', '444455556666', ENV.account, stack => LoggingDestination.cloudWatchLogs(
      logs.LogGroup.fromLogGroupArn(stack, 'Import', 'arn:aws:logs:us-east-1:444455556666:log-group:chat:*'))],
    ['a bucket', 'region', 'us-west-2', ENV.region, stack => LoggingDestination.s3(
      s3.Bucket.fromBucketAttributes(stack, 'Import', { bucketName: 'chat-logs', region: 'us-west-2' }))],
    ['a bucket', 'account', '444455556666', ENV.account, stack => LoggingDestination.s3(
      s3.Bucket.fromBucketAttributes(stack, 'Import', { bucketName: 'chat-logs', account: '444455556666' }))],
    ['a bucket of another stack', 'region', 'us-west-2', ENV.region, stack => LoggingDestination.s3(
      new s3.Bucket(new Stack(stack.node.scope!, 'Other', { env: { ...ENV, region: 'us-west-2' } }), 'Bucket', { bucketName: 'chat-logs' }))],
    ['a delivery stream of another stack', 'region', 'us-west-2', ENV.region, stack => LoggingDestination.firehose(
      new firehose.CfnDeliveryStream(new Stack(stack.node.scope!, 'Other', { env: { ...ENV, region: 'us-west-2' } }), 'Stream'))],
    ['a delivery stream', 'region', 'us-west-2', ENV.region, stack => LoggingDestination.firehose(
      firehose.DeliveryStream.fromDeliveryStreamArn(stack, 'Import', 'arn:aws:firehose:us-west-2:111122223333:deliverystream/chat'))],
  ];

  test.each(elsewhere)('fails for %s in another %s', (_, part, theirs, ours, newDestination) => {
    const stack = newStack(ENV);
    const destination = newDestination(stack);
    const error = thrownBy(() => logTo(stack, destination));

    expect(error).toBeInstanceOf(ValidationError);
    expect(error).toMatchObject({
      name: 'OtherEnvironment',
      message: `destination must be in the same account and region as this construct, got ${part} ${theirs} instead of ${ours}: use one in ${part} ${ours}`,
    });
    expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toEqual([]);
  });

  test('is accepted if the environment of the logging configuration is not known', () => {
    const stack = newStack();
    logTo(stack, LoggingDestination.s3(s3.Bucket.fromBucketAttributes(stack, 'Bucket', { bucketName: 'chat-logs', region: 'us-west-2' })));

    expect(configurationOf(stack).destination).toEqual({ S3: { BucketName: 'chat-logs' } });
  });
});
