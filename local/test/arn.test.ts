import { parseArn, resourceLabel, resourceName } from '../src/arn';

test('an ARN has six parts, of which the last may contain colons', () => {
  expect(parseArn('arn:aws-cn:lambda:eu-west-1:111122223333:function:name:1'))
    .toEqual({ partition: 'aws-cn', service: 'lambda', region: 'eu-west-1', account: '111122223333', resource: 'function:name:1' });
  expect(parseArn('arn:aws:s3:::bucket')).toEqual({ partition: 'aws', service: 's3', region: '', account: '', resource: 'bucket' });
});

test.each(['', 'name', 'function:name', 'arn:aws:s3::bucket', 'urn:aws:s3:::bucket'])('fails to parse "%s"', text => {
  expect(parseArn(text)).toBeUndefined();
  expect(resourceLabel(text)).toBe(text);
});

test('the name of a resource is the last part of its path', () => {
  expect(resourceName('arn:aws:iam::111122223333:role/service/backend')).toBe('backend');
});
