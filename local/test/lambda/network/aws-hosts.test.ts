import { isServedInOtherRegion, servedHosts } from '../../../src/lambda/network/aws-hosts';

test('the hosts of the region, and the global one of AWS STS, are served', () => {
  expect(servedHosts('eu-west-1')).toEqual([
    'ivschat.eu-west-1.amazonaws.com', 'lambda.eu-west-1.amazonaws.com', 'sts.eu-west-1.amazonaws.com', 'sts.amazonaws.com',
  ]);
});

test.each([
  ['lambda.us-west-2.amazonaws.com', true],
  ['s3.us-west-2.amazonaws.com', false],
  ['sts.amazonaws.com', false],
  ['bucket.lambda.us-west-2.amazonaws.com', false],
  ['169.254.169.254', false],
])('whether %s is served in another region', (host, expected) => {
  expect(isServedInOtherRegion(host)).toBe(expected);
});
