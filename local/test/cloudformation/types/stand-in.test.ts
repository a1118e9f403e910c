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

test('an unknown type is a stand-in, which is reported', async () => {
  const stack = { Secret: { Type: 'AWS::SecretsManager::Secret' }, Table: { Type: 'AWS::DynamoDB::Table' }, Topic: { Type: 'AWS::SNS::Topic' }, Meta: { Type: 'AWS::CDK::Metadata' } };
  const { outputs } = await deployed(stack, outputsOf({
    secret: { Ref: 'Secret' },
    table: { Ref: 'Table' },
    tableArn: { 'Fn::GetAtt': ['Table', 'Arn'] },
    topic: { Ref: 'Topic' },
    any: { 'Fn::GetAtt': ['Table', 'Anything'] },
    endpoint: { 'Fn::GetAtt': ['Table', 'Endpoint'] },
    id: { 'Fn::GetAtt': ['Table', 'TableUUID'] },
    url: { 'Fn::GetAtt': ['Secret', 'SecretUrl'] },
    name: { 'Fn::GetAtt': ['Secret', 'SecretName'] },
  }));
  expect(outputs).toEqual({
    secret: expect.stringMatching(/^arn:aws:secretsmanager:us-east-1:111122223333:secret\/Chat-Secret-/),
    table: expect.stringMatching(/^Chat-Table-[0-9A-Z]{12}$/),
    tableArn: `arn:aws:dynamodb:us-east-1:111122223333:table/${outputs.table}`,
    topic: expect.stringMatching(/^arn:aws:sns:us-east-1:111122223333:Chat-Topic-/),
    any: expect.stringMatching(/^Anything-[0-9A-Z]{12}$/),
    endpoint: `${outputs.table.toLowerCase()}.dynamodb.invalid`,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    url: expect.stringMatching(/^https:\/\/chat-secret-[0-9a-z]{12}\.secretsmanager\.invalid\/$/),
    name: expect.stringMatching(/^Chat-Secret-[0-9A-Z]{12}$/),
  });
  expect(harness.notices).toEqual(['Secret', 'Table', 'Topic'].map(logicalId => ({ logicalId, notice: 'stand-in' })));
});
