import { ExpectedError } from '../../src/expected-error';
import { DeploymentHarness, functionOf, ROLE, stackOf } from '../support/deployment-harness';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:111122223333:function:review';
const room = (Name: unknown, more: object = {}) => ({ Type: 'AWS::IVSChat::Room', Properties: { Name }, ...more });
const group = (LogGroupName: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } });
/** An alias whose physical id is the same whether its function is named by name or ARN, which replaces it. */
const alias = (FunctionName: string, FunctionVersion: string) => ({
  Role: ROLE, Review: functionOf('review'), Alias: { Type: 'AWS::Lambda::Alias', DependsOn: 'Review', Properties: { FunctionName, FunctionVersion, Name: 'live' } },
});
/** Passes the checks of CloudFormation and fails those of the service. */
const bad = (...DependsOn: string[]) => ({
  Type: 'AWS::IVSChat::Room', DependsOn, Properties: { LoggingConfigurationIdentifiers: ['arn:aws:ivschat:us-east-1:111122223333:logging-configuration/nowhere00000'] },
});

const roomNames = () => harness.controlPlane.listRooms().map(({ name }) => name).sort();
const status = () => harness.deployment.describe()[0]?.status;
const deploy = async (resources: Record<string, object>) => harness.deployment.deploy(stackOf(resources));

/** Deploys an update that fails after all of its other changes, and returns the events of the update and its rollback. */
async function rolledBack(before: Record<string, object>, after: Record<string, object>, breakRollback = () => {}): Promise<unknown[]> {
  await deploy(before);
  const { length } = harness.resourceEvents;
  const off = harness.liveLog.listen(({ data }) => {
    if (data?.event === 'failed') breakRollback();
  });
  await expect(deploy({ ...after, Bad: bad(...Object.keys(after)) })).rejects.toThrow(/^The stack Chat could not be updated and (was|could not be) rolled back.*: Bad/);
  off();
  return harness.resourceEvents.slice(length);
}

/** Makes calls of an operation fail that match. */
function failing(operation: string): void {
  const { call } = harness.controlPlane;
  jest.spyOn(harness.controlPlane, 'call').mockImplementation(async (name, ...more) => {
    if (name === operation) throw new ExpectedError('stuck');
    return call.call(harness.controlPlane, name, ...more);
  });
}

describe('a created resource', () => {
  test('is deleted', async () => {
    expect(await rolledBack({ Old: room('old') }, { Old: room('old'), New: room('new') })).toEqual(['created New', 'failed Bad', 'deleted New']);
    expect([roomNames(), status()]).toEqual([['old'], 'UPDATE_ROLLBACK_COMPLETE']);
  });

  test('stays behind if it cannot be deleted', async () => {
    expect(await rolledBack({ Old: room('old') }, { Old: room('old'), New: room('new') }, () => failing('DeleteRoom')))
      .toEqual(['created New', 'failed Bad', 'delete-failed New']);
    expect([roomNames(), status()]).toEqual([['new', 'old'], 'UPDATE_ROLLBACK_COMPLETE']);
    expect(harness.data('resource').at(-1)).toMatchObject({ logicalId: 'New', reason: 'stuck' });
  });

  test('of a new stack that cannot be deleted makes the rollback fail', async () => {
    failing('DeleteRoom');
    await expect(deploy({ New: room('new'), Bad: bad('New') })).rejects.toThrow('could not be rolled back completely: Bad');
    expect([roomNames(), status()]).toEqual([['new'], 'ROLLBACK_FAILED']);
  });
});

describe('an updated resource', () => {
  test('has its previous properties', async () => {
    expect(await rolledBack({ It: room('before') }, { It: room('after') })).toEqual(['updated It', 'failed Bad', 'rolled-back It']);
    expect([roomNames(), status()]).toEqual([['before'], 'UPDATE_ROLLBACK_COMPLETE']);
  });

  test('that cannot be rolled back is updated by the next deployment', async () => {
    expect(await rolledBack({ It: room('before') }, { It: room('after') }, () => failing('UpdateRoom'))).toEqual(['updated It', 'failed Bad', 'rollback-failed It']);
    expect([roomNames(), status()]).toEqual([['after'], 'UPDATE_ROLLBACK_FAILED']);
    jest.restoreAllMocks();
    await deploy({ It: room('before') });
    expect([roomNames(), status()]).toEqual([['before'], 'UPDATE_COMPLETE']);
  });
});

describe('a replaced resource', () => {
  test('is kept, and its replacement is deleted', async () => {
    expect(await rolledBack({ It: group('one') }, { It: group('two') })).toEqual(['replaced It', 'failed Bad', 'deleted It']);
    expect(harness.data('resource').at(-1)).toMatchObject({ event: 'deleted', physicalId: 'two' });
    expect(harness.deployment.describe()[0].resources.It.physicalId).toBe('one');
  });

  test('with the same physical id is restored', async () => {
    await rolledBack(alias('review', '1'), alias(FUNCTION_ARN, '2'));
    expect([...harness.functions.aliases]).toEqual([[`${FUNCTION_ARN}:live`, '1']]);
    expect(status()).toBe('UPDATE_ROLLBACK_COMPLETE');
  });

  test('with the same physical id that cannot be restored makes the rollback fail', async () => {
    await rolledBack(alias('review', '1'), alias(FUNCTION_ARN, '2'), () => {
      jest.spyOn(harness.functions, 'putAlias').mockImplementationOnce(() => {
        throw new ExpectedError('stuck');
      });
    });
    expect([[...harness.functions.aliases.values()], status()]).toEqual([['2'], 'UPDATE_ROLLBACK_FAILED']);
    await deploy(alias('review', '1'));
    expect([[...harness.functions.aliases.values()], status()]).toEqual([['1'], 'UPDATE_COMPLETE']);
  });
});

test('a resource that is changed because of a replaced one is rolled back with it', async () => {
  const user = room({ Ref: 'Group' });
  expect(await rolledBack({ Group: group('one'), User: user }, { Group: group('two'), User: user }))
    .toEqual(['replaced Group', 'updated User', 'failed Bad', 'rolled-back User', 'deleted Group']);
  expect(roomNames()).toEqual(['one']);
});

test('a kept resource has its previous policies', async () => {
  await rolledBack({ It: room('it') }, { It: room('it', { DeletionPolicy: 'Retain' }) });
  await harness.deployment.destroy('Chat');
  expect(roomNames()).toEqual([]);
});

test('a resource that was to be removed is kept', async () => {
  expect(await rolledBack({ It: room('it'), Gone: room('gone') }, { It: room('it') })).toEqual(['failed Bad']);
  expect(roomNames()).toEqual(['gone', 'it']);
});

test('an invalid template changes nothing, and is reported without a resource', async () => {
  await deploy({ It: room('it') });
  await expect(deploy({ It: room({ Ref: 'Nowhere' }) })).rejects.toThrow('could not be updated and was rolled back: It: Name refers to Nowhere');
  expect(harness.data('resource').at(-1)).toMatchObject({ event: 'failed', logicalId: undefined });
  expect(roomNames()).toEqual(['it']);
});
