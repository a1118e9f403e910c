import { Stack, Token } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ResourceWithPolicies, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket, type IBucket, type IBucketRef } from 'aws-cdk-lib/aws-s3';
import type { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct, IDependable } from 'constructs';
import { warn } from './errors';
import { referencedConstruct } from './referenced-construct';

/** AWS delivers the logs of several services under this name. */
const DELIVERY_SERVICE = 'delivery.logs.amazonaws.com';

/**
 * Lets AWS deliver logs to a bucket, as far as the policies of the bucket and of its key are in this app.
 *
 * @returns what must exist before the logging configuration
 */
export function allowLogDelivery(scope: IConstruct, bucket: IBucketRef): IDependable[] {
  return [...allowDeliveryToBucket(bucket), ...allowDeliveryWithKey(scope, bucket)];
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
