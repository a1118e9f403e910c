import { Reference, Stack, Token, Tokenization } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ResourceWithPolicies, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnBucket, type IBucket, type IBucketRef } from 'aws-cdk-lib/aws-s3';
import type { IEnvironmentAware } from 'aws-cdk-lib/interfaces';
import type { IConstruct, IDependable } from 'constructs';
import { warn } from '../errors';
import { l1Of, referencedConstruct } from '../referenced-construct';

/** The principal that delivers the logs of AWS services. */
const DELIVERY_SERVICE = 'delivery.logs.amazonaws.com';

const S3_PAGE = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html';

/**
 * Allows AWS to deliver logs to a bucket, if the policies of the bucket and of its key are defined in this app.
 *
 * @returns the dependencies of the logging configuration
 */
export function allowLogDelivery(scope: IConstruct, bucket: IBucketRef): IDependable[] {
  return [...allowDeliveryToBucket(bucket), ...allowDeliveryWithKey(scope, bucket)];
}

/**
 * AWS adds these statements to the bucket policy if they are missing, and the next deployment of the stack that owns the
 * policy removes them. Therefore they are part of the template, and exist before AWS looks for them.
 */
function allowDeliveryToBucket(bucket: IBucketRef): IDependable[] {
  const withPolicy = ResourceWithPolicies.of(bucket);
  if (withPolicy === undefined) return [];
  const { bucketArn } = bucket.bucketRef;
  const results = [
    new PolicyStatement({
      sid: 'AWSLogDeliveryAclCheck',
      ...deliveryPrincipal(bucket),
      // Without ListBucket the check succeeds, but CloudTrail records an AccessDenied.
      actions: ['s3:GetBucketAcl', 's3:ListBucket'],
      resources: [bucketArn],
    }),
    new PolicyStatement({
      sid: 'AWSLogDeliveryWrite',
      ...deliveryPrincipal(bucket, { 's3:x-amz-acl': 'bucket-owner-full-control' }),
      actions: ['s3:PutObject'],
      resources: [`${bucketArn}/AWSLogs/${Stack.of(bucket).account}/*`],
    }),
  ].map(statement => withPolicy.addToResourcePolicy(statement));
  return results.flatMap(result => result.statementAdded && result.policyDependable ? [result.policyDependable] : []);
}

/** Reads the key from the L1, which has it for an L2 bucket as well. An import has no L1, but can have a key. */
function allowDeliveryWithKey(scope: IConstruct, bucket: IBucketRef): IDependable[] {
  const { encryptionKey } = bucket as Partial<IBucket>;
  const resource = l1Of(bucket);
  if (!CfnBucket.isCfnBucket(resource)) return encryptionKey ? allowUseOfKey(scope, [encryptionKey]) : [];
  const keyId = kmsKeyIdOf(resource);
  if (keyId === undefined) return [];
  if (keyId === '' || keyId.endsWith('alias/aws/s3')) {
    warn(scope, 'logsEncryptedWithAwsManagedKey',
      'The bucket of the chat log is encrypted with the AWS managed key of Amazon S3 (aws/s3). Logs that are delivered to it cannot be read. Use BucketEncryption.S3_MANAGED or a customer managed key.');
    return [];
  }
  if (!isKeyArn(keyId)) {
    warn(scope, 'logsEncryptedWithKeyId',
      `The bucket of the chat log is encrypted with a key that is given by its ID or alias. AWS requires the ARN of the key to deliver logs. Set kmsMasterKeyId of the bucket to the ARN: ${S3_PAGE}`);
  }
  const l1Key = referencedConstruct(keyId);
  return allowUseOfKey(scope, [encryptionKey, l1Key?.node.scope, l1Key]);
}

/**
 * Adds the statement to the first key with a policy in this app.
 *
 * It has no condition on the encryption context, which is different for a bucket with an S3 Bucket Key: the ARN of the bucket
 * instead of that of the object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
function allowUseOfKey(scope: IConstruct, keys: (IConstruct | undefined)[]): IDependable[] {
  const key = keys.find(hasPolicyInApp);
  const result = key && ResourceWithPolicies.of(key)!.addToResourcePolicy(new PolicyStatement({
    sid: 'AWSLogDeliveryUseKey',
    ...deliveryPrincipal(key),
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
  }));
  if (!result?.statementAdded) {
    warn(scope, 'logsEncryptedWithImportedKey',
      `The bucket of the chat log is encrypted with a key whose policy is not defined in this app. Allow ${DELIVERY_SERVICE} to use the key, or the log cannot be delivered: ${S3_PAGE}`);
    return [];
  }
  return [key!];
}

/** A key without a policy in the template has the default policy, which ours would replace and so lock out the account. */
function hasPolicyInApp(key: IConstruct | undefined): key is IConstruct & IEnvironmentAware {
  if (key === undefined || (CfnKey.isCfnKey(key) && key.keyPolicy === undefined)) return false;
  return ResourceWithPolicies.of(key as IConstruct & IEnvironmentAware) !== undefined;
}

/** Returns the key of a bucket that is encrypted with AWS KMS. It is empty for the AWS managed key. */
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

/** The `Ref` of a key is its ID, and that of an alias its name. Other tokens, such as parameters, can be ARNs. */
function isKeyArn(keyId: string): boolean {
  if (!Token.isUnresolved(keyId)) return keyId.startsWith('arn:');
  const token = Tokenization.reverse(keyId, { failConcat: false });
  if (!Reference.isReference(token)) return true;
  return !(token.displayName === 'Ref' && (CfnKey.isCfnKey(token.target) || CfnAlias.isCfnAlias(token.target)));
}

/**
 * Allows deliveries for this account and region only, so that other accounts cannot write logs to the bucket.
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
