import { ListTagsCommand } from '@aws-sdk/client-lambda';
import { LambdaHarness } from '../support/lambda-harness';

const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:Function';

let harness: LambdaHarness;
beforeEach(async () => {
  harness = await LambdaHarness.start();
});
afterEach(async () => harness.close());

const listTags = async (Resource = ARN) => (await harness.client().send(new ListTagsCommand({ Resource }))).Tags;

test('ListTags returns the current tags of a function', async () => {
  await harness.put('exports.handler = async () => 1;', { tags: { team: 'chat', empty: '' } });
  expect(await listTags()).toEqual({ team: 'chat', empty: '' });
  expect(harness.authorized).toMatchObject([{ action: 'lambda:ListTags', resource: ARN }]);

  await harness.put('exports.handler = async () => 1;');
  expect(await listTags()).toEqual({});
});

test.each([
  ['an unknown function', ARN.replace(/Function$/, 'Other'), 'ResourceNotFoundException', 404],
  ['a version', `${ARN}:1`, 'InvalidParameterValueException', 400],
])('ListTags fails for %s', async (_, resource, name, status) => {
  await harness.put('exports.handler = async () => 1;');
  harness.functions.publishVersion('Function');
  await expect(listTags(resource)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
});
