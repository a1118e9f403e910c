import { ArnFormat, Stack, Tags } from 'aws-cdk-lib';
import { CfnDeliveryStream, type IDeliveryStreamRef } from 'aws-cdk-lib/aws-kinesisfirehose';
import type { ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import type { IBucketRef } from 'aws-cdk-lib/aws-s3';
import type { IEnvironmentAware, ResourceEnvironment } from 'aws-cdk-lib/interfaces';
import type { Construct, IConstruct, IDependable } from 'constructs';
import { validateDestinationResource } from './private/argument-types';
import { warn } from './private/errors';
import { BUCKET_NAME, DELIVERY_STREAM_NAME, LOG_GROUP_NAME } from './private/limits';
import { allowLogDelivery } from './private/logging/log-delivery';
import { checkLogGroupAtSynthesis } from './private/logging/log-group';
import { l1Of } from './private/referenced-construct';
import { isLiteral, validateDestinationName, validateSameEnvironment } from './private/validation';

/** Exactly one of the names, and the dependencies of the logging configuration. */
interface BoundDestination {
  readonly logGroupName?: string;
  readonly bucketName?: string;
  readonly deliveryStreamName?: string;
  readonly dependables?: IDependable[];
}

/**
 * Destination of a chat log: CloudWatch Logs, Amazon S3 or Amazon Data Firehose.
 *
 * The destination can be an L2, an L1 or an import. It must be in the account and region of the logging configuration.
 *
 * @see https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/chat-logging.html
 */
export class LoggingDestination {
  /**
   * Sends the chat log to a log group of CloudWatch Logs, within about 10 seconds.
   *
   * AWS writes the resource policy of the log group together with the logging configuration. The deployment role needs
   * `logs:CreateLogDelivery`, `logs:PutResourcePolicy`, `logs:DescribeResourcePolicies` and `logs:DescribeLogGroups`.
   *
   * If the log group has a customer managed key, the key policy must allow CloudWatch Logs to use the key. Synthesis warns if
   * it does not, and if the class of the log group is not suitable.
   *
   * @param logGroup the log group
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html
   */
  public static cloudWatchLogs(logGroup: ILogGroupRef): LoggingDestination {
    validateDestinationResource('logGroup', logGroup);
    return new LoggingDestination(logGroup, scope => {
      const { logGroupName } = logGroup.logGroupRef;
      validateDestinationName(scope, 'logGroup', logGroupName, LOG_GROUP_NAME);
      checkLogGroupAtSynthesis(scope, logGroup);
      return { logGroupName };
    });
  }

  /**
   * Sends the chat log to an Amazon S3 bucket as compressed files, within about 5 minutes.
   *
   * For a bucket defined in this app, the statements that allow the delivery are added to the bucket policy and, if the
   * bucket is encrypted with a customer managed key defined in this app, to the key policy. The logging configuration
   * depends on both. For an imported bucket, AWS changes the bucket policy, and the deployment role needs
   * `logs:CreateLogDelivery`, `s3:GetBucketPolicy` and `s3:PutBucketPolicy`.
   *
   * Synthesis warns if the bucket is encrypted with the AWS managed key of Amazon S3, because such logs cannot be read, and if
   * an L1 bucket has the ID of a key instead of its ARN.
   *
   * @param bucket the bucket
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-S3.html
   */
  public static s3(bucket: IBucketRef): LoggingDestination {
    validateDestinationResource('bucket', bucket);
    return new LoggingDestination(bucket, scope => {
      const { bucketName } = bucket.bucketRef;
      validateDestinationName(scope, 'bucket', bucketName, BUCKET_NAME);
      return { bucketName, dependables: allowLogDelivery(scope, bucket) };
    });
  }

  /**
   * Sends the chat log to a stream of Amazon Data Firehose, within about 10 seconds.
   *
   * AWS delivers only to streams with the tag `LogDeliveryEnabled`, and sets this tag. A stream defined in this app also gets
   * the tag in the template, because otherwise the next update of its tags would remove it. The deployment role needs
   * `logs:CreateLogDelivery`, `firehose:TagDeliveryStream` and `iam:CreateServiceLinkedRole`.
   *
   * Synthesis warns if the stream has a source such as a Kinesis data stream, because it then accepts no other records.
   *
   * @param deliveryStream the delivery stream
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-Firehose.html
   */
  public static firehose(deliveryStream: IDeliveryStreamRef): LoggingDestination {
    validateDestinationResource('deliveryStream', deliveryStream);
    return new LoggingDestination(deliveryStream, scope => {
      const { deliveryStreamArn, deliveryStreamName } = deliveryStream.deliveryStreamRef;
      validateSameEnvironment(scope, 'destination', { env: environmentFromArn(scope, deliveryStreamArn) });
      validateDestinationName(scope, 'deliveryStream', deliveryStreamName, DELIVERY_STREAM_NAME);
      warnIfStreamHasSource(scope, deliveryStream);
      // An L2 stream also contains a key, a role and a log group, which must not get the tag.
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

/** @see https://docs.aws.amazon.com/firehose/latest/dev/writing-with-kinesis-streams.html */
function warnIfStreamHasSource(scope: IConstruct, deliveryStream: IDeliveryStreamRef): void {
  const resource = l1Of(deliveryStream);
  if (!CfnDeliveryStream.isCfnDeliveryStream(resource)) return;
  const { deliveryStreamType } = resource;
  if (!isLiteral(deliveryStreamType) || deliveryStreamType === 'DirectPut') return;
  warn(scope, 'deliveryStreamWithSource',
    `The delivery stream of the chat log has the type ${deliveryStreamType}, so it only reads from its source and does not accept the records of the log. Use a stream without a source (DirectPut).`);
}

/** The environment of an imported delivery stream is always that of its stack, so it is read from the ARN. */
function environmentFromArn(scope: IConstruct, arn: string): ResourceEnvironment {
  const { account, region } = Stack.of(scope).splitArn(arn, ArnFormat.SLASH_RESOURCE_NAME);
  return { account: account!, region: region! };
}
