import { ExpectedError } from '../../src/expected-error';
import { Fault, traceOf } from '../../src/faults';
import { custom, functionOf, DeploymentHarness, ROLE, stackOf } from '../support/deployment-harness';

let harness: DeploymentHarness;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
});

afterEach(async () => {
  await harness.stop();
});

const ROOM = { Type: 'AWS::IVSChat::Room' };
const named = (Name: string, more: object = {}) => ({ ...ROOM, Properties: { Name }, ...more });
const roomNames = () => harness.controlPlane.listRooms().map(({ name }) => name).sort();
const described = () => harness.deployment.describe().map(({ name, status }) => [name, status]);
/** Passes the checks of CloudFormation and fails those of the service. */
const REFUSED = { ...ROOM, Properties: { LoggingConfigurationIdentifiers: ['arn:aws:ivschat:us-east-1:111122223333:logging-configuration/nowhere00000'] } };

describe('a stack', () => {
  test('is created in dependency order and deleted in reverse order', async () => {
    const { outputs, resources } = await harness.deployment.deploy(stackOf({
      Last: named('last', { DependsOn: 'Middle' }),
      Middle: { ...ROOM, Properties: { Name: { 'Fn::Join': ['-', ['after', { 'Fn::GetAtt': ['First', 'Id'] }]] } } },
      First: named('first'),
    }, { Outputs: { Arn: { Value: { Ref: 'First' } }, Account: { Value: { Ref: 'AWS::AccountId' } } } }));

    const arn = resources.First.physicalId;
    expect(arn).toMatch(/^arn:aws:ivschat:us-east-1:111122223333:room\/[a-zA-Z0-9]{12}$/);
    expect(outputs).toEqual({ Arn: arn, Account: '111122223333' });
    expect(harness.resourceEvents).toEqual(['created First', 'created Middle', 'created Last']);
    expect(harness.data('resource')[0]).toEqual({ stack: 'Chat', logicalId: 'First', type: 'AWS::IVSChat::Room', event: 'created', physicalId: arn });
    expect(roomNames()).toEqual([`after-${arn.slice(-12)}`, 'first', 'last']);

    await harness.deployment.destroy('Chat');
    expect(harness.resourceEvents.slice(3)).toEqual(['deleted Last', 'deleted Middle', 'deleted First']);
    expect(roomNames()).toEqual([]);
    expect(described()).toEqual([]);
    await expect(harness.deployment.destroy('Chat')).rejects.toThrow('The stack Chat does not exist.');
  });

  test('is described with the resources so far while it is deployed', async () => {
    const progress: string[][] = [];
    harness.liveLog.listen(({ data }) => {
      if (data?.event === 'created') progress.push(Object.keys(harness.deployment.describe()[0].resources));
    });
    await harness.deployment.deploy(stackOf({ First: named('first'), Last: named('last', { DependsOn: 'First' }) }));
    expect(progress).toEqual([['First'], ['First', 'Last']]);
  });

  test('has the same ids in every run, and different ids from other stacks', async () => {
    const deploy = async (on: DeploymentHarness, name: string) =>
      (await on.deployment.deploy(stackOf({ Room: ROOM }, {}, { name }))).resources.Room.physicalId;
    const other = await DeploymentHarness.start();
    const first = await deploy(harness, 'Chat');
    expect(await deploy(harness, 'Other')).not.toBe(first);
    expect(await deploy(other, 'Chat')).toBe(first);
    await other.deployment.destroy('Chat');
    expect(await deploy(other, 'Chat')).toBe(first);
    await other.stop();
  });

  test('an update changes, adds, and finally deletes resources', async () => {
    await harness.deployment.deploy(stackOf({ Same: named('same'), Changed: named('before'), Gone: named('gone') }));
    const before = harness.deployment.describe()[0].resources;
    const { resources } = await harness.deployment.deploy(stackOf({ Same: named('same'), Changed: named('after'), New: named('new', { DependsOn: 'Changed' }) }));

    expect(roomNames()).toEqual(['after', 'new', 'same']);
    expect(resources.Changed.physicalId).toBe(before.Changed.physicalId);
    expect(Object.keys(resources)).toEqual(['Same', 'Changed', 'New']);
    expect(harness.resourceEvents.slice(3)).toEqual(['updated Changed', 'created New', 'deleted Gone']);
  });

  test('a changed value updates the resources that refer to it', async () => {
    const stack = (name: string) => stackOf({ Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name } }, Room: { ...ROOM, Properties: { Name: { Ref: 'Group' } } } });
    await harness.deployment.deploy(stack('one'));
    await harness.deployment.deploy(stack('two'));
    expect(roomNames()).toEqual(['two']);
    expect(harness.data('resource').slice(2)).toMatchObject([
      { event: 'replaced', logicalId: 'Group', physicalId: 'two' }, { event: 'updated', logicalId: 'Room' }, { event: 'deleted', logicalId: 'Group', physicalId: 'one' },
    ]);
  });

  test('fails to create: all resources are deleted, and no other is started', async () => {
    await expect(harness.deployment.deploy(stackOf({ First: named('first'), Bad: { ...REFUSED, DependsOn: 'First' }, Never: named('never', { DependsOn: 'Bad' }) })))
      .rejects.toThrow(/^The stack Chat could not be created and was rolled back: Bad \(AWS::IVSChat::Room\): /);
    expect(roomNames()).toEqual([]);
    expect(described()).toEqual([]);
    expect(JSON.stringify(harness.liveLog.recent)).not.toContain('Never');
  });

  test('fails to create: resources that wait for a running one are not started', async () => {
    let hasFailed = () => {};
    const failed = new Promise<void>(resolve => {
      hasFailed = resolve;
    });
    harness.functions.scripts.set('provider', async ({ LogicalResourceId, RequestType }) => {
      if (RequestType === 'Delete') return { PhysicalResourceId: LogicalResourceId };
      if (LogicalResourceId === 'Fast') return { Status: 'FAILED', Reason: 'no' };
      await failed;
      return { PhysicalResourceId: LogicalResourceId };
    });
    harness.liveLog.listen(({ kind, level }) => {
      if (kind === 'custom-resource' && level === 'error') setImmediate(hasFailed);
    });
    await expect(harness.deployment.deploy(stackOf({
      Role: ROLE, Function: functionOf('provider'), Fast: custom(), Slow: custom(), After: custom({}, { DependsOn: 'Slow' }),
    }))).rejects.toThrow('Fast (Custom::Thing): no');
    expect(harness.calls.filter(call => call.startsWith('Create'))).toEqual(['Create Fast', 'Create Slow']);
  });

  test('fails to create: the next deployment has the ids of the first', async () => {
    await expect(harness.deployment.deploy(stackOf({ Room: REFUSED }))).rejects.toThrow('was rolled back');
    const { resources } = await harness.deployment.deploy(stackOf({ Room: ROOM }));
    const other = await DeploymentHarness.start();
    expect((await other.deployment.deploy(stackOf({ Room: ROOM }))).resources.Room.physicalId).toBe(resources.Room.physicalId);
    await other.stop();
  });

  test('fails to update: a replacement is deleted, even with DeletionPolicy Retain', async () => {
    const group = (LogGroupName: string) => ({ Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain', Properties: { LogGroupName } });
    await harness.deployment.deploy(stackOf({ Group: group('one') }));
    await expect(harness.deployment.deploy(stackOf({ Group: group('two'), Bad: { ...REFUSED, DependsOn: 'Group' } }))).rejects.toThrow('was rolled back');
    expect(harness.data('resource').at(-1)).toMatchObject({ event: 'deleted', logicalId: 'Group', physicalId: 'two' });
  });

  test('fails to create: a resource with Retain is kept, one with RetainExceptOnCreate is deleted', async () => {
    await expect(harness.deployment.deploy(stackOf({
      Kept: named('kept', { DeletionPolicy: 'Retain' }),
      Gone: named('gone', { DeletionPolicy: 'RetainExceptOnCreate' }),
      Bad: { ...REFUSED, DependsOn: ['Kept', 'Gone'] },
    }))).rejects.toThrow('was rolled back');
    expect(roomNames()).toEqual(['kept']);
    await harness.deployment.deploy(stackOf({ Kept: named('again') }));
    expect(roomNames()).toEqual(['again', 'kept']);
  });

  test('fails to update: changed, replaced, added and removed resources are rolled back', async () => {
    const group = (LogGroupName: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } });
    await harness.deployment.deploy(stackOf({ Changed: named('before'), Group: group('one'), Gone: named('gone') }, { Outputs: { Name: { Value: { Ref: 'Group' } } } }));
    const before = harness.deployment.describe()[0];
    await expect(harness.deployment.deploy(stackOf({
      Changed: named('after'), Group: group('two'), New: named('new'), Bad: { ...REFUSED, DependsOn: ['Changed', 'Group', 'New'] },
    }))).rejects.toThrow(/^The stack Chat could not be updated and was rolled back: Bad/);

    expect(roomNames()).toEqual(['before', 'gone']);
    expect(harness.deployment.describe()).toEqual([{
      ...before,
      status: 'UPDATE_ROLLBACK_COMPLETE',
      resources: { ...before.resources, Changed: { ...before.resources.Changed, status: 'UPDATE_COMPLETE' } },
    }]);
    await harness.deployment.deploy(stackOf({ Group: group('two') }));
    expect(roomNames()).toEqual([]);
  });

  test('fails to update with an invalid property: the resource is left as it is', async () => {
    await harness.deployment.deploy(stackOf({ Room: named('lobby') }));
    const call = jest.spyOn(harness.controlPlane, 'call');
    await expect(harness.deployment.deploy(stackOf({ Room: { ...ROOM, Properties: { Name: 'hall', Tags: 'x' } } })))
      .rejects.toThrow('The stack Chat could not be updated and was rolled back: Room (AWS::IVSChat::Room): Properties validation failed: Tags must be a list, got "x".');
    expect(call).not.toHaveBeenCalled();
  });

  test('fails to resolve an output: the stack is rolled back', async () => {
    await expect(harness.deployment.deploy(stackOf({ Room: ROOM }, { Outputs: { It: { Value: ['a'] } } }))).rejects.toThrow('The output It: Value must be a string, number or boolean.');
    expect(roomNames()).toEqual([]);
  });

  test('fails to change the type of a resource', async () => {
    await harness.deployment.deploy(stackOf({ It: ROOM }));
    await expect(harness.deployment.deploy(stackOf({ It: { Type: 'AWS::Logs::LogGroup' } }))).rejects.toThrow('The type of It cannot change from AWS::IVSChat::Room to AWS::Logs::LogGroup: use another logical id.');
    expect(described()).toEqual([['Chat', 'UPDATE_ROLLBACK_COMPLETE']]);
  });

  test('DeletionPolicy Retain keeps resources that are removed from the template, or deleted with the stack', async () => {
    await harness.deployment.deploy(stackOf({ One: named('one', { DeletionPolicy: 'Retain' }), Two: named('two', { DeletionPolicy: 'RetainExceptOnCreate' }), Three: named('three') }));
    await harness.deployment.deploy(stackOf({ Two: named('two', { DeletionPolicy: 'RetainExceptOnCreate' }), Three: named('three') }));
    await harness.deployment.destroy('Chat');
    expect(roomNames()).toEqual(['one', 'two']);
  });

  test('fails for a stack of another environment', async () => {
    await expect(harness.deployment.deploy(stackOf({ Room: ROOM }, {}, { environment: { account: '111122223333', region: 'eu-west-1' } })))
      .rejects.toThrow('The stack Chat must be in 111122223333/us-east-1, the environment of this runtime, got 111122223333/eu-west-1');
  });

  test('concurrent deployments run one after the other', async () => {
    const deploy = async (name: string) => harness.deployment.deploy(stackOf({ Room: named(name) }));
    await Promise.all([deploy('one'), deploy('two'), deploy('three'), harness.deployment.destroy('Chat'), deploy('four')]);
    expect(roomNames()).toEqual(['four']);
  });

  test('a stack with 450 resources', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `Room${index}`);
    await harness.deployment.deploy(stackOf(Object.fromEntries(ids.map((id, index) => [id, named(id, index > 0 ? { DependsOn: 'Room0' } : {})]))));
    expect(roomNames()).toHaveLength(450);
    await harness.deployment.destroy('Chat');
    expect(roomNames()).toEqual([]);
  });
});

describe('exports', () => {
  const exporter = (value = 'room-arn', name = 'Chat:Arn') => stackOf({ Room: ROOM }, { Outputs: { It: { Value: value, Export: { Name: { 'Fn::Sub': name } } } } }, { name: 'Exporter' });
  const importer = stackOf({ Room: { ...ROOM, Properties: { Name: { 'Fn::ImportValue': { 'Fn::Join': [':', ['Chat', 'Arn']] } } } } }, {}, { name: 'Importer' });

  test('can be imported by other stacks', async () => {
    await harness.deployment.deploy(exporter());
    await harness.deployment.deploy(importer);
    expect(roomNames()).toEqual(['', 'room-arn']);
  });

  test('cannot be changed or deleted while they are imported', async () => {
    await harness.deployment.deploy(exporter());
    await harness.deployment.deploy(importer);
    await expect(harness.deployment.destroy('Exporter')).rejects.toThrow('The stack Exporter cannot be deleted: Importer imports its export Chat:Arn.');
    await expect(harness.deployment.deploy(exporter('other'))).rejects.toThrow('The export Chat:Arn cannot be changed or deleted, because the stack Importer imports it.');
    await expect(harness.deployment.deploy(exporter('room-arn', 'Other'))).rejects.toThrow('cannot be changed or deleted');

    await harness.deployment.destroy('Importer');
    await harness.deployment.deploy(exporter('other'));
    await harness.deployment.destroy('Exporter');
    expect(described()).toEqual([]);
  });

  test('fails to import an unknown one, and to export an existing one', async () => {
    await expect(harness.deployment.deploy(importer)).rejects.toThrow('No stack exports Chat:Arn.');
    await harness.deployment.deploy(exporter());
    await expect(harness.deployment.deploy({ ...exporter(), name: 'Twin' })).rejects.toThrow('The export Chat:Arn already exists in the stack Exporter: use another name.');
  });
});

test('a failed custom resource is rolled back after its function', async () => {
  const order: string[] = [];
  const put = harness.functions.put.bind(harness.functions);
  harness.functions.put = async definition => {
    const arn = await put(definition);
    // Gives a custom resource that does not wait for its function the time to be first.
    await new Promise(resolve => setImmediate(resolve));
    order.push(`put ${definition.environment.VERSION}`);
    return arn;
  };
  harness.functions.scripts.set('provider', event => {
    const version = event.ResourceProperties.Version;
    order.push(`${event.RequestType} ${version}`);
    return version === '2' ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'it' } : { PhysicalResourceId: 'it' };
  });
  const stack = (VERSION: string) => stackOf({
    Role: ROLE,
    Function: functionOf('provider', { Environment: { Variables: { VERSION } } }),
    Thing: custom({ Version: VERSION }),
  });
  await harness.deployment.deploy(stack('1'));
  await expect(harness.deployment.deploy(stack('2'))).rejects.toThrow('was rolled back');
  expect(order).toEqual(['put 1', 'Create 1', 'put 2', 'Update 2', 'put 1', 'Update 1']);
});

describe('a fault of ivschat-local', () => {
  const boom = new TypeError('boom');
  const failing = () => harness.liveLog.recent.filter(({ trace }) => trace !== undefined).map(({ kind, level, text }) => ({ kind, level, text }));

  test('in a resource type is shown with its stack trace, and the next deployment works', async () => {
    const call = jest.spyOn(harness.controlPlane, 'call').mockRejectedValueOnce(boom);
    const error = await harness.deployment.deploy(stackOf({ Room: ROOM })).then(() => undefined, (reason: unknown) => reason);
    expect(error).toBeInstanceOf(Fault);
    expect((error as Fault).message).toBe('The stack Chat could not be created and was rolled back: Room (AWS::IVSChat::Room): fault of ivschat-local: TypeError: boom');
    expect((error as Fault).cause).toBe(boom);
    expect(failing()).toEqual([{ kind: 'resource', level: 'error', text: 'Chat: Room (AWS::IVSChat::Room): fault of ivschat-local: TypeError: boom' }]);
    expect(harness.liveLog.recent.at(-1)!.trace).toBe(traceOf(boom));

    expect(described()).toEqual([]);
    await harness.deployment.deploy(stackOf({ Room: named('works') }));
    expect(roomNames()).toEqual(['works']);
    call.mockRestore();
  });

  test('in a rollback is shown with its stack trace, and the next deployment works', async () => {
    await harness.deployment.deploy(stackOf({ Room: named('before') }));
    const { call } = harness.controlPlane;
    let updates = 0;
    jest.spyOn(harness.controlPlane, 'call').mockImplementation(async (operation, ...more) => {
      if (operation === 'UpdateRoom' && ++updates === 2) throw boom;
      return call.call(harness.controlPlane, operation, ...more);
    });
    await expect(harness.deployment.deploy(stackOf({ Room: named('after'), Bad: { ...REFUSED, DependsOn: 'Room' } }))).rejects.toThrow('could not be rolled back completely: Bad');
    expect(failing()).toEqual([{ kind: 'resource', level: 'error', text: 'Chat: Room (AWS::IVSChat::Room) could not be rolled back: fault of ivschat-local: TypeError: boom' }]);
    expect(described()).toEqual([['Chat', 'UPDATE_ROLLBACK_FAILED']]);

    await harness.deployment.deploy(stackOf({ Room: named('before') }));
    expect(roomNames()).toEqual(['before']);
  });

  test('in a deletion is shown with its stack trace, and the deployment succeeds', async () => {
    await harness.deployment.deploy(stackOf({ Room: named('kept'), Gone: named('gone') }));
    jest.spyOn(harness.controlPlane, 'call').mockRejectedValueOnce(boom);
    await harness.deployment.deploy(stackOf({ Room: named('kept') }));
    expect(failing()).toEqual([{
      kind: 'resource', level: 'warning', text: 'Chat: Gone (AWS::IVSChat::Room) could not be deleted and stays behind: fault of ivschat-local: TypeError: boom',
    }]);
    expect(described()).toEqual([['Chat', 'UPDATE_COMPLETE']]);
  });

  test('a mistake in a template is an expected error', async () => {
    await expect(harness.deployment.deploy(stackOf({ Room: named('no spaces, please') }))).rejects.toBeInstanceOf(ExpectedError);
    expect(failing()).toEqual([]);
  });
});
