import { LocalRuntime } from '../support/deployed/local-runtime';

let runtime: LocalRuntime;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
});

afterAll(async () => {
  await runtime.stop();
});

test.each([
  ['dynamodb', 'DynamoDB_20120810.DescribeTable', { TableName: 'scores' }, 'ResourceNotFoundException'],
  ['sqs', 'AmazonSQS.GetQueueUrl', { QueueName: 'jobs' }, 'QueueDoesNotExist'],
] as const)('the service %s, which the local runtime loads with the first request, works in Jest', async (service, target, input, error) => {
  const response = await fetch(runtime.local.endpoints[service], {
    method: 'POST',
    headers: {
      'authorization': `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
    },
    body: JSON.stringify(input),
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain(error);
});
