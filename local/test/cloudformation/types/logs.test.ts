import { DeploymentHarness, functionOf, ROLE, stackOf } from '../../support/deployment-harness';
import { outputsOf } from '../../support/template-outputs';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const GROUP = { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/chat' } };
const PERMISSION = {
  Type: 'AWS::Lambda::Permission',
  Properties: {
    FunctionName: { 'Fn::GetAtt': ['Archive', 'Arn'] }, Action: 'lambda:InvokeFunction', Principal: 'logs.amazonaws.com', SourceArn: { 'Fn::GetAtt': ['Group', 'Arn'] },
  },
};
const filter = (properties: object = {}) => ({
  Type: 'AWS::Logs::SubscriptionFilter',
  DependsOn: ['Permission'],
  Properties: { DestinationArn: { 'Fn::GetAtt': ['Archive', 'Arn'] }, FilterPattern: '', LogGroupName: { Ref: 'Group' }, ...properties },
});
const stack = (resources: Record<string, object>, more: object = {}) =>
  stackOf({ Role: ROLE, Archive: functionOf('archive'), Group: GROUP, Permission: PERMISSION, ...resources }, more);
const deploy = async (...args: Parameters<typeof stack>) => harness.deployment.deploy(stack(...args));

/** Writes a log event, and returns the number of functions that receive it. */
async function received(): Promise<number> {
  harness.functions.asynchronousEvents.length = 0;
  await harness.subscriptions.deliver('/chat', 'stream', [{ timestamp: 1, message: '{"n":1}' }]);
  return harness.functions.asynchronousEvents.length;
}

test('a filter is created, updated and deleted', async () => {
  const { outputs } = await deploy({ Filter: filter() }, outputsOf({ name: { Ref: 'Filter' } }));
  expect(outputs.name).toMatch(/^Chat-Filter-[0-9A-Z]{12}$/);
  expect(harness.notices).toEqual([]);
  expect(await received()).toBe(1);
  await deploy({ Filter: filter({ FilterPattern: '{ $.n = 2 }' }) });
  expect(await received()).toBe(0);
  await deploy({ Filter: filter({ FilterPattern: '{ $.n = 1 }' }) });
  expect(await received()).toBe(1);
  await deploy({ Filter: filter({ FilterName: 'renamed' }) });
  expect(await received()).toBe(1);
  await deploy({});
  expect(await received()).toBe(0);
});

test('a failed update restores the filter', async () => {
  await deploy({ Filter: filter() });
  await expect(deploy({ Filter: filter({ FilterPattern: 'ERROR' }) })).rejects.toThrow('FilterPattern must be empty or a JSON pattern');
  expect(await received()).toBe(1);
});

test('fails without a permission for CloudWatch Logs', async () => {
  const other = { ...PERMISSION, Properties: { ...PERMISSION.Properties, Principal: 'ivschat.amazonaws.com' } };
  await expect(deploy({ Permission: other, Filter: filter() })).rejects.toThrow('Could not execute the lambda function.');
});

test.each([
  ['another log group', { LogGroupName: '/elsewhere' }, [{ notice: 'missing-destination', destination: '/elsewhere' }]],
  ['the log of a function', { LogGroupName: '/aws/lambda/archive' }, [{ notice: 'ignored', properties: ['LogGroupName'] }]],
  ['properties without an effect', { EmitSystemFields: ['@aws.account'], Distribution: 'Random' }, [{ notice: 'ignored', properties: ['EmitSystemFields'] }]],
])('%s is reported', async (_what, properties, notices) => {
  await deploy({ Filter: filter(properties) });
  expect(harness.notices).toEqual(notices.map(notice => ({ logicalId: 'Filter', ...notice })));
});
