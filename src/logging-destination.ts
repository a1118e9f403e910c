import { ArnFormat, Stack, Tags } from 'aws-cdk-lib';
import type { IDeliveryStreamRef } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import type { IBucketRef } from 'aws-cdk-lib/aws-s3';
import type { IEnvironmentAware, ResourceEnvironment } from 'aws-cdk-lib/interfaces';
import type { Construct, IConstruct, IDependable } from 'constructs';
import { BUCKET_NAME, DELIVERY_STREAM_NAME, LOG_GROUP_NAME } from './private/limits';
import { allowLogDelivery } from './private/log-delivery';
import { validateDestinationName, validateSameEnvironment } from './private/validation';

/** One of the names, and what must exist before the logging configuration. */
interface BoundDestination {
  readonly logGroupName?: string;
  readonly bucketName?: string;
  readonly deliveryStreamName?: string;
  readonly dependables?: IDependable[];
}

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
      validateDestinationName(scope, 'logGroup', logGroupName, LOG_GROUP_NAME);
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
      validateDestinationName(scope, 'bucket', bucketName, BUCKET_NAME);
      return { bucketName, dependables: allowLogDelivery(scope, bucket) };
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
      validateDestinationName(scope, 'deliveryStream', deliveryStreamName, DELIVERY_STREAM_NAME);
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

/** `DeliveryStream.fromDeliveryStreamArn` takes the environment of its stack, whatever the ARN says. */
function environmentIn(scope: IConstruct, arn: string): ResourceEnvironment {
  const { account, region } = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME);
  return { account: account!, region: region! };
}
