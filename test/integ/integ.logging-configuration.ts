/** One room logs to all three kinds of destination. */
import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { RemovalPolicy } from 'aws-cdk-lib';
import { DeliveryStream, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { ChatRoom, LoggingConfiguration, LoggingDestination } from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('LoggingConfiguration');
const removalPolicy = RemovalPolicy.DESTROY;

const logGroup = new LogGroup(stack, 'LogGroup', { removalPolicy });
// Delivery fails if the key policy is wrong.
const bucket = new Bucket(stack, 'Bucket', {
  encryption: BucketEncryption.KMS,
  encryptionKey: new Key(stack, 'Key', { removalPolicy }),
  enforceSSL: true,
  removalPolicy,
  autoDeleteObjects: true,
});
const stream = new DeliveryStream(stack, 'Stream', {
  destination: new S3Bucket(new Bucket(stack, 'StreamBucket', { removalPolicy, autoDeleteObjects: true })),
});

const toLogGroup = new LoggingConfiguration(stack, 'ToLogGroup', {
  loggingConfigurationName: 'integ-log-group',
  destination: LoggingDestination.cloudWatchLogs(logGroup),
});
const toBucket = new LoggingConfiguration(stack, 'ToBucket', { destination: LoggingDestination.s3(bucket) });
const toStream = new LoggingConfiguration(stack, 'ToStream', { destination: LoggingDestination.firehose(stream) });
const loggingConfigurations = [toLogGroup, toBucket, toStream];
const room = new ChatRoom(stack, 'Room', { loggingConfigurations });

function expectActive(configuration: LoggingConfiguration, expected: object): void {
  integ.assertions.awsApiCall('ivschat', 'GetLoggingConfiguration', { identifier: configuration.loggingConfigurationArn })
    .expect(ExpectedResult.objectLike({ state: 'ACTIVE', ...expected }));
}

expectActive(toLogGroup, { name: 'integ-log-group', destinationConfiguration: { cloudWatchLogs: { logGroupName: logGroup.logGroupName } } });
expectActive(toBucket, { destinationConfiguration: { s3: { bucketName: bucket.bucketName } } });
expectActive(toStream, { destinationConfiguration: { firehose: { deliveryStreamName: stream.deliveryStreamName } } });
getRoom(integ, room.roomArn).expect(ExpectedResult.objectLike({
  loggingConfigurationIdentifiers: Match.arrayWith(loggingConfigurations.map(configuration => configuration.loggingConfigurationArn)),
}));
