import { DeploymentHarness, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const deploy = async (resources: Record<string, object>, more: object = {}) => harness.deployment.deploy(stackOf(resources, more));
const guardrail = (properties: object = {}) => ({
  Type: 'AWS::Bedrock::Guardrail', Properties: { Name: 'chat', BlockedInputMessaging: 'No', BlockedOutputsMessaging: 'No', ...properties },
});
const version = (description: string) => ({
  Type: 'AWS::Bedrock::GuardrailVersion', Properties: { GuardrailIdentifier: { 'Fn::GetAtt': ['Guardrail', 'GuardrailId'] }, Description: description },
});

test('Ref of a guardrail is its ARN, Ref of a version its id and number', async () => {
  const { outputs } = await deploy({ Guardrail: guardrail({ ContentPolicyConfig: { FiltersConfig: [] } }), Version: version('one') }, outputsOf({
    arn: { Ref: 'Guardrail' },
    sameArn: { 'Fn::GetAtt': ['Guardrail', 'GuardrailArn'] },
    id: { 'Fn::GetAtt': ['Guardrail', 'GuardrailId'] },
    draft: { 'Fn::GetAtt': ['Guardrail', 'Version'] },
    version: { Ref: 'Version' },
    number: { 'Fn::GetAtt': ['Version', 'Version'] },
    arnOfVersion: { 'Fn::GetAtt': ['Version', 'GuardrailArn'] },
  }));
  expect(outputs.id).toMatch(/^[0-9a-z]{12}$/);
  const arn = `arn:aws:bedrock:us-east-1:111122223333:guardrail/${outputs.id}`;
  expect(outputs).toEqual({ arn, sameArn: arn, id: outputs.id, draft: 'DRAFT', version: `${outputs.id}|1`, number: '1', arnOfVersion: arn });
  expect(harness.notices).toEqual([{ logicalId: 'Guardrail', notice: 'stand-in' }]);
});

test('an update keeps the id and the versions, and a replaced version has the next number', async () => {
  const outputs = outputsOf({ arn: { Ref: 'Guardrail' }, version: { 'Fn::GetAtt': ['Version', 'Version'] } });
  const first = await deploy({ Guardrail: guardrail(), Version: version('one') }, outputs);
  const second = await deploy({ Guardrail: guardrail({ BlockedInputMessaging: 'Never' }), Version: version('two') }, outputs);
  expect(second.outputs).toEqual({ arn: first.outputs.arn, version: '2' });
});

test('fails for a version of an unknown guardrail', async () => {
  await expect(deploy({ Version: { Type: 'AWS::Bedrock::GuardrailVersion', Properties: { GuardrailIdentifier: 'abc' } } }))
    .rejects.toThrow('The guardrail identifier or version provided in the request does not exist.');
});

test('fails without a message', async () => {
  await expect(deploy({ Guardrail: guardrail({ BlockedInputMessaging: '' }) })).rejects.toThrow('BlockedInputMessaging must have 1 to 500 characters, got 0');
});
