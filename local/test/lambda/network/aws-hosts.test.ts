import { isServedElsewhere, isServedInOtherRegion, servedHosts } from '../../../src/lambda/network/aws-hosts';

test('the hosts of the region, and the global one of AWS STS, are served', () => {
  expect(servedHosts('eu-west-1')).toEqual([
    'bedrock-runtime.eu-west-1.amazonaws.com', 'cognito-idp.eu-west-1.amazonaws.com', 'comprehend.eu-west-1.amazonaws.com',
    'dynamodb.eu-west-1.amazonaws.com', 'ivs.eu-west-1.amazonaws.com', 'ivschat.eu-west-1.amazonaws.com', 'ivsrealtime.eu-west-1.amazonaws.com',
    'lambda.eu-west-1.amazonaws.com', 'sqs.eu-west-1.amazonaws.com', 'sts.eu-west-1.amazonaws.com', 'sts.amazonaws.com',
  ]);
});

test.each([
  ['lambda.us-west-2.amazonaws.com', true],
  ['sqs.us-west-2.amazonaws.com', true],
  ['s3.us-west-2.amazonaws.com', false],
  ['sts.amazonaws.com', false],
  ['bucket.lambda.us-west-2.amazonaws.com', false],
  ['169.254.169.254', false],
])('whether %s is served in another region', (host, expected) => {
  expect(isServedInOtherRegion(host)).toBe(expected);
});

test.each([
  ['dynamodb.us-west-2.amazonaws.com', true],
  ['bedrock-runtime.us-west-2.amazonaws.com', true],
  ['sqs.us-west-2.amazonaws.com', false],
])('whether another emulator serves %s', (host, expected) => {
  expect(isServedElsewhere(host, { BEDROCK_RUNTIME: 'http://127.0.0.1:8001', DYNAMODB: 'http://127.0.0.1:8000' })).toBe(expected);
});
