import { DeploymentHarness, stackOf } from '../../support/deployment-harness';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

test.each<[string, string, string]>([
  ['a type that Amazon IVS Chat does not have', 'AWS::IVSChat::Rooom', 'Type must be AWS::IVSChat::LoggingConfiguration or AWS::IVSChat::Room, got AWS::IVSChat::Rooom: correct it.'],
  ['a name without a service', 'Room', 'Type must be a resource type such as AWS::IVSChat::Room, got Room: correct it.'],
  ['two parts', 'AWS::Room', 'Type must be a resource type such as AWS::IVSChat::Room, got AWS::Room: correct it.'],
  ['other characters', 'AWS::S3::Buck et', 'Type must be a resource type such as AWS::IVSChat::Room, got AWS::S3::Buck et: correct it.'],
  ['a custom resource without a name', 'Custom::', 'Type must be a resource type such as AWS::IVSChat::Room, got Custom::: correct it.'],
])('fails for %s before anything is created', async (_name, Type, message) => {
  const stack = stackOf({ Topic: { Type: 'AWS::SNS::Topic' }, Lobby: { Type, DependsOn: 'Topic' } });
  await expect(harness.deployment.deploy(stack)).rejects.toThrow(`Lobby (${Type}): ${message}`);
  expect(harness.notices).toEqual([]);
});

test('a type of another publisher is a stand-in', async () => {
  await harness.deployment.deploy(stackOf({ Cluster: { Type: 'MongoDB::Atlas::Cluster' }, Module: { Type: 'Acme::S3::Bucket::MODULE' } }));
  expect(harness.notices).toEqual(['Cluster', 'Module'].map(logicalId => ({ logicalId, notice: 'stand-in' })));
});
