import { DeploymentHarness, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const deployed = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));

test('destinations have names and ARNs', async () => {
  const { outputs } = await deployed({
    Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/chat' } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Policy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Bucket' } } },
    Stream: { Type: 'AWS::KinesisFirehose::DeliveryStream', Properties: { DeliveryStreamName: 'chat' } },
  }, outputsOf({
    group: { 'Fn::GetAtt': ['Group', 'Arn'] },
    bucket: { Ref: 'Bucket' },
    bucketArn: { 'Fn::GetAtt': ['Bucket', 'Arn'] },
    host: { 'Fn::GetAtt': ['Bucket', 'RegionalDomainName'] },
    stream: { 'Fn::GetAtt': ['Stream', 'Arn'] },
  }));
  expect(outputs).toEqual({
    group: 'arn:aws:logs:us-east-1:111122223333:log-group:/chat:*',
    bucket: expect.stringMatching(/^chat-bucket-[0-9a-z]{12}$/),
    bucketArn: `arn:aws:s3:::${outputs.bucket}`,
    host: `${outputs.bucket}.s3.us-east-1.amazonaws.com`,
    stream: 'arn:aws:firehose:us-east-1:111122223333:deliverystream/chat',
  });
  expect(harness.notices).toEqual([{ output: 'host', notice: 'dead-address', of: 'Bucket' }]);
  await expect(harness.deployment.deploy(stackOf({ Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/chat' } } }, {}, { name: 'Twin' })))
    .rejects.toThrow('/chat already exists.');
});
