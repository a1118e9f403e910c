import { ArnFormat, Stack, Tags, Token } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ResourceWithPolicies, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IDeliveryStreamRef } from 'aws-cdk-lib/aws-kinesisfirehose';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import type { ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import { CfnBucket, type IBucket, type IBucketRef } from 'aws-cdk-lib/aws-s3';
import type { IEnvironmentAware, ResourceEnvironment } from 'aws-cdk-lib/interfaces';
import type { Construct, IConstruct, IDependable } from 'constructs';
import { warn } from './private/errors';
import * as limits from './private/limits';
import { referencedConstruct } from './private/referenced-construct';
import { validateDestinationName, validateSameEnvironment } from './private/validation';

/** One of the names, and what must exist before the logging configuration. */
interface BoundDestination {
  readonly logGroupName?: string;
  readonly bucketName?: string;
  readonly deliveryStreamName?: string;
  readonly dependables?: IDependable[];
}

/** AWS delivers the logs of several services under this name. */
const DELIVERY_SERVICE = 'delivery.logs.amazonaws.com';

/**
 * Where a logging configuration sends the chat log: exactly one of CloudWatch Logs, Amazon S3 and Amazon Data Firehose.
 *
 * The destination must be in the account and region of the logging configuration. It may be an L2, an L1 or an import.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-logging.html
 */
export class LoggingDestination {
  /**
   * Sends the chat log to a log group of CloudWatch Logs, after some 10 seconds.
   *
   * AWS itself writes the resource policy that lets it deliver, when the logging configuration is created. The role that
   * deploys needs `logs:CreateLogDelivery`, `logs:PutResourcePolicy`, `logs:DescribeResourcePolicies` and
   * `logs:DescribeLogGroups`. An account has few such policies: a name that begins with `/aws/vendedlogs/` shares one.
   *
   * @param logGroup the log group
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
   */
  public static cloudWatchLogs(logGroup: ILogGroupRef): LoggingDestination {
    return new LoggingDestination(logGroup, scope => {
      const { logGroupName } = logGroup.logGroupRef;
      validateDestinationName(scope, 'logGroup', logGroupName, limits.LOG_GROUP_NAME_PATTERN,
        '1 to 512 letters, digits and any of . - _ / #');
      return { logGroupName };
    });
  }

  /**
   * Sends the chat log to an Amazon S3 bucket as compressed files, after some 5 minutes.
   *
   * For a bucket of this app the statements that let AWS deliver go into the bucket's own policy and, if it is encrypted
   * with a customer managed key of this app, into the policy of the key; the logging configuration waits for both. AWS
   * writes to the policy of an imported bucket itself, for which the role that deploys needs `logs:CreateLogDelivery`,
   * `s3:GetBucketPolicy` and `s3:PutBucketPolicy`.
   *
   * Nobody can read logs that are encrypted with the AWS managed key of Amazon S3, which is a warning.
   *
   * @param bucket the bucket
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
   */
  public static s3(bucket: IBucketRef): LoggingDestination {
    return new LoggingDestination(bucket, scope => {
      const { bucketName } = bucket.bucketRef;
      validateDestinationName(scope, 'bucket', bucketName, limits.BUCKET_NAME_PATTERN,
        '3 to 63 lower-case letters, digits, hyphens and dots');
      return { bucketName, dependables: [...allowDeliveryToBucket(bucket), ...allowDeliveryWithKey(scope, bucket)] };
    });
  }

  /**
   * Sends the chat log to a stream of Amazon Data Firehose, after some 10 seconds.
   *
   * AWS delivers only to a stream with the tag `LogDeliveryEnabled`. It sets the tag itself; a stream of this app gets it
   * in the template too, because the next update of its tags would remove it. The role that deploys needs
   * `logs:CreateLogDelivery`, `firehose:TagDeliveryStream` and `iam:CreateServiceLinkedRole`.
   *
   * @param deliveryStream the delivery stream
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-Firehose.html
   */
  public static firehose(deliveryStream: IDeliveryStreamRef): LoggingDestination {
    return new LoggingDestination(deliveryStream, scope => {
      const { deliveryStreamArn, deliveryStreamName } = deliveryStream.deliveryStreamRef;
      validateSameEnvironment(scope, 'destination', { env: environmentIn(scope, deliveryStreamArn) });
      validateDestinationName(scope, 'deliveryStream', deliveryStreamName, limits.DELIVERY_STREAM_NAME_PATTERN,
        '1 to 64 letters, digits, underscores, hyphens and dots');
      // An L2 stream has its key, role and log group below it, which the tag is not for.
      Tags.of(deliveryStream).add('LogDeliveryEnabled', 'true', {
        includeResourceTypes: ['AWS::KinesisFirehose::DeliveryStream'],
      });
      return { deliveryStreamName };
    });
  }

  private constructor(
    private readonly resource: IEnvironmentAware,
    private readonly binder: (scope: Construct) => BoundDestination,
  ) {}

  /** @internal */
  public _bind(scope: Construct): BoundDestination {
    validateSameEnvironment(scope, 'destination', this.resource);
    return this.binder(scope);
  }
}

/**
 * Two writers of one bucket policy overwrite each other: the stack that owns it, and AWS, which adds these statements
 * when they are missing. So they are put into the policy of the stack, first.
 */
function allowDeliveryToBucket(bucket: IBucketRef): IDependable[] {
  const policied = ResourceWithPolicies.of(bucket);
  if (policied === undefined) return [];
  const { bucketArn } = bucket.bucketRef;
  const results = [
    new PolicyStatement({
      sid: 'AWSLogDeliveryAclCheck',
      ...deliveryPrincipal(bucket),
      // Without ListBucket the check works and leaves an AccessDenied in CloudTrail.
      actions: ['s3:GetBucketAcl', 's3:ListBucket'],
      resources: [bucketArn],
    }),
    new PolicyStatement({
      sid: 'AWSLogDeliveryWrite',
      ...deliveryPrincipal(bucket, { 's3:x-amz-acl': 'bucket-owner-full-control' }),
      actions: ['s3:PutObject'],
      resources: [`${bucketArn}/AWSLogs/${Stack.of(bucket).account}/*`],
    }),
  ].map(statement => policied.addToResourcePolicy(statement));
  return results.flatMap(result => result.statementAdded && result.policyDependable ? [result.policyDependable] : []);
}

/** `DeliveryStream.fromDeliveryStreamArn` takes the environment of its stack, whatever the ARN says. */
function environmentIn(scope: IConstruct, arn: string): ResourceEnvironment {
  const { account, region } = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME);
  return { account: account!, region: region! };
}

/** The key is read from the L1, which tells it for an L2 and an L1 alike. */
function allowDeliveryWithKey(scope: IConstruct, bucket: IBucketRef): IDependable[] {
  const resource = CfnBucket.isCfnBucket(bucket) ? bucket : bucket.node.defaultChild;
  if (!CfnBucket.isCfnBucket(resource)) return [];
  const keyId = kmsKeyIdOf(resource);
  if (keyId === undefined) return [];
  if (keyId === '' || keyId.endsWith('alias/aws/s3')) {
    warn(scope, 'logsEncryptedWithAwsManagedKey',
      'The bucket of the chat log is encrypted with the AWS managed key of Amazon S3, with which log delivery cannot be read by anyone. Use BucketEncryption.S3_MANAGED, or a customer managed key.');
    return [];
  }
  const l1Key = referencedConstruct(keyId);
  const key = [(bucket as Partial<IBucket>).encryptionKey, l1Key?.node.scope, l1Key].find(hasPolicyOfThisApp);
  const result = key && ResourceWithPolicies.of(key)!.addToResourcePolicy(new PolicyStatement({
    sid: 'AWSLogDeliveryUseKey',
    ...deliveryPrincipal(key),
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
  }));
  if (!result?.statementAdded) {
    warn(scope, 'logsEncryptedWithImportedKey',
      `The bucket of the chat log is encrypted with a key whose policy is not in this app. Allow ${DELIVERY_SERVICE} there to use it, or no log arrives: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html`);
    return [];
  }
  return [key!];
}

/** A key without a policy has one of AWS's, which lets the account manage it and would be replaced by ours. */
function hasPolicyOfThisApp(key: IConstruct | undefined): key is IConstruct & IEnvironmentAware {
  if (key === undefined || (CfnKey.isCfnKey(key) && key.keyPolicy === undefined)) return false;
  return ResourceWithPolicies.of(key as IConstruct & IEnvironmentAware) !== undefined;
}

/** The key of a bucket that is encrypted with AWS KMS; empty for the AWS managed key. */
function kmsKeyIdOf(bucket: CfnBucket): string | undefined {
  const encryption = bucket.bucketEncryption;
  if (encryption === undefined || Token.isUnresolved(encryption)) return undefined;
  const rules = (encryption as CfnBucket.BucketEncryptionProperty).serverSideEncryptionConfiguration;
  if (Token.isUnresolved(rules)) return undefined;
  for (const rule of rules as CfnBucket.ServerSideEncryptionRuleProperty[]) {
    const byDefault = rule.serverSideEncryptionByDefault as CfnBucket.ServerSideEncryptionByDefaultProperty | undefined;
    if (byDefault?.sseAlgorithm?.startsWith('aws:kms')) return byDefault.kmsMasterKeyId ?? '';
  }
  return undefined;
}

/**
 * Who delivers, and for whom: only for this account and region, so that nobody else's logs arrive here.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
 */
function deliveryPrincipal(resource: IConstruct, stringEquals?: Record<string, string>) {
  const stack = Stack.of(resource);
  return {
    effect: Effect.ALLOW,
    principals: [new ServicePrincipal(DELIVERY_SERVICE)],
    conditions: {
      StringEquals: { ...stringEquals, 'aws:SourceAccount': stack.account },
      ArnLike: { 'aws:SourceArn': stack.formatArn({ service: 'logs', resource: '*' }) },
    },
  };
}
