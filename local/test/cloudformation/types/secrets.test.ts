import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';

let harness: DeploymentHarness;
beforeEach(async () => harness = await DeploymentHarness.start());
afterEach(async () => harness.stop());

const secret = (properties: object) => ({ Type: 'AWS::SecretsManager::Secret', Properties: properties });
const reference = (rest: string) => ({ 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, `:SecretString:${rest}}}`]] });

async function valuesOf(properties: object, variables: Record<string, unknown>): Promise<Record<string, string>> {
  await harness.deployment.deploy(stackOf({ Role: ROLE, Secret: secret(properties), Function: functionOf('f', { Environment: { Variables: variables } }) }));
  return [...harness.functions.definitions.values()][0].environment;
}

test('a member of a generated secret, in the form of the CDK', async () => {
  const values = await valuesOf(
    { GenerateSecretString: { SecretStringTemplate: '{"user":"ada"}', GenerateStringKey: 'key', PasswordLength: 40, ExcludeCharacters: 'abc' } },
    { KEY: reference('key::'), USER: reference('user'), PART: { 'Fn::Join': ['', ['pre-', reference('user::')]] } },
  );
  expect(values).toEqual({ KEY: expect.stringMatching(/^[A-Zd-z0-9]{40}$/), USER: 'ada', PART: 'pre-ada' });
  expect(harness.notices).toEqual([{ logicalId: 'Secret', notice: 'stand-in' }]);
});

test('a whole secret, by its name', async () => {
  await harness.deployment.deploy(stackOf({
    Role: ROLE,
    Secret: secret({ Name: 'prod/key', SecretString: 'hello' }),
    Function: {
      ...functionOf('f', { Environment: { Variables: { KEY: '{{resolve:secretsmanager:prod/key:SecretString}}' } } }), DependsOn: 'Secret',
    },
  }));
  expect([...harness.functions.definitions.values()][0].environment).toEqual({ KEY: 'hello' });
});

test('a password is the same in each run, and a change of the secret changes no other resource', async () => {
  const first = await valuesOf({ GenerateSecretString: {} }, { KEY: reference('') });
  expect(first.KEY).toMatch(/^[A-Za-z0-9]{32}$/);
  const second = await valuesOf({ GenerateSecretString: {}, Description: 'more' }, { KEY: reference('') });
  expect(second).toEqual(first);
  expect(harness.resourceEvents.filter(event => event.startsWith('updated'))).toEqual([]);
});

test('an unknown member is reported and stays as it is', async () => {
  const { KEY } = await valuesOf({ SecretString: '{"a":"b"}' }, { KEY: reference('missing') });
  expect(KEY).toMatch(/^\{\{resolve:secretsmanager:arn:.*:SecretString:missing\}\}$/);
  expect(harness.notices).toEqual(expect.arrayContaining([expect.objectContaining({ notice: 'dynamic-reference', path: 'Environment.Variables.KEY' })]));
});

test('fails for a template that is not an object', async () => {
  await expect(valuesOf({ GenerateSecretString: { SecretStringTemplate: '[]', GenerateStringKey: 'key' } }, {})).rejects.toThrow('SecretStringTemplate must be a JSON object, got [].');
});
