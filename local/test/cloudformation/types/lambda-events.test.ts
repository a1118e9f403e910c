import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const FUNCTION = { Role: ROLE, Function: functionOf('archive') };
const deploy = async (resources: Record<string, object>) => harness.deployment.deploy(stackOf({ ...FUNCTION, ...resources }));

describe('AWS::Lambda::EventInvokeConfig', () => {
  const config = (properties: object) => ({
    Config: { Type: 'AWS::Lambda::EventInvokeConfig', Properties: { FunctionName: { Ref: 'Function' }, Qualifier: '$LATEST', ...properties } },
  });

  test('is created, updated and deleted', async () => {
    await deploy(config({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: '60' }));
    expect([...harness.functions.eventInvokeConfigs]).toEqual([['archive:$LATEST', { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 }]]);
    await deploy(config({ MaximumRetryAttempts: 1 }));
    expect([...harness.functions.eventInvokeConfigs]).toEqual([['archive:$LATEST', { maximumRetryAttempts: 1 }]]);
    await deploy({});
    expect([...harness.functions.eventInvokeConfigs]).toEqual([]);
  });

  test.each([
    ['three retries', { MaximumRetryAttempts: 3 }, 'MaximumRetryAttempts must be a whole number from 0 to 2, got 3'],
    ['an age of less than a minute', { MaximumEventAgeInSeconds: 59 }, 'MaximumEventAgeInSeconds must be a whole number from 60 to 21600, got 59'],
  ])('fails for %s', async (_what, properties, message) => {
    await expect(deploy(config(properties))).rejects.toThrow(message);
  });
});
