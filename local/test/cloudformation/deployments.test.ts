import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { custom, functionOf, Machine, ROLE, stackOf } from '../support/deployment-harness';

let machine: Machine;

beforeEach(async () => {
  machine = await Machine.start();
});

afterEach(async () => {
  await machine.stop();
});

const ROOM = { Type: 'AWS::IVSChat::Room' };
const named = (Name: string, more: object = {}) => ({ ...ROOM, Properties: { Name }, ...more });
const roomNames = () => machine.controlPlane.listRooms().map(({ name }) => name).sort();
const described = () => machine.deployment.describe().map(({ name, status }) => [name, status]);
/** Passes CloudFormation's checks and none of the service's. */
const REFUSED = { ...ROOM, Properties: { LoggingConfigurationIdentifiers: ['arn:aws:ivschat:us-east-1:111122223333:logging-configuration/nowhere00000'] } };

describe('one stack', () => {
  test('is created in the order of its dependencies, and deleted the other way round', async () => {
    const { outputs, resources } = await machine.deployment.deploy(stackOf({
      Last: named('last', { DependsOn: 'Middle' }),
      Middle: { ...ROOM, Properties: { Name: { 'Fn::Join': ['-', ['after', { 'Fn::GetAtt': ['First', 'Id'] }]] } } },
      First: named('first'),
    }, { Outputs: { Arn: { Value: { Ref: 'First' } }, Account: { Value: { Ref: 'AWS::AccountId' } } } }));

    const arn = resources.First.physicalId;
    expect(arn).toMatch(/^arn:aws:ivschat:us-east-1:111122223333:room\/[a-zA-Z0-9]{12}$/);
    expect(outputs).toEqual({ Arn: arn, Account: '111122223333' });
    expect(machine.lines('resource').map(line => line.split(': ').slice(1, 2).join())).toEqual([
      'First (AWS::IVSChat::Room) created', 'Middle (AWS::IVSChat::Room) created', 'Last (AWS::IVSChat::Room) created',
    ]);
    expect(roomNames()).toEqual([`after-${arn.slice(-12)}`, 'first', 'last']);

    await machine.deployment.destroy('Chat');
    expect(machine.lines('resource').slice(3).map(line => line.split(' ')[1])).toEqual(['Last', 'Middle', 'First']);
    expect(roomNames()).toEqual([]);
    expect(described()).toEqual([]);
    await expect(machine.deployment.destroy('Chat')).rejects.toThrow('There is no stack Chat.');
  });

  test('gives the same ids in every run, and others to other stacks', async () => {
    const deploy = async (on: Machine, name: string) =>
      (await on.deployment.deploy(stackOf({ Room: ROOM }, {}, { name }))).resources.Room.physicalId;
    const other = await Machine.start();
    const first = await deploy(machine, 'Chat');
    expect(await deploy(machine, 'Other')).not.toBe(first);
    expect(await deploy(other, 'Chat')).toBe(first);
    await other.deployment.destroy('Chat');
    expect(await deploy(other, 'Chat')).toBe(first);
    await other.stop();
  });

  test('an update changes what has changed, adds what is new and removes what is gone, this last', async () => {
    await machine.deployment.deploy(stackOf({ Same: named('same'), Changed: named('before'), Gone: named('gone') }));
    const before = machine.deployment.describe()[0].resources;
    const { resources } = await machine.deployment.deploy(stackOf({ Same: named('same'), Changed: named('after'), New: named('new', { DependsOn: 'Changed' }) }));

    expect(roomNames()).toEqual(['after', 'new', 'same']);
    expect(resources.Changed.physicalId).toBe(before.Changed.physicalId);
    expect(Object.keys(resources)).toEqual(['Same', 'Changed', 'New']);
    expect(machine.lines('resource').slice(3).map(line => line.split(' ').slice(1, 4).join(' '))).toEqual([
      'Changed (AWS::IVSChat::Room) updated:', 'New (AWS::IVSChat::Room) created:', 'Gone (AWS::IVSChat::Room) deleted:',
    ]);
  });

  test('a value that changes changes those who use it', async () => {
    const stack = (name: string) => stackOf({ Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name } }, Room: { ...ROOM, Properties: { Name: { Ref: 'Group' } } } });
    await machine.deployment.deploy(stack('one'));
    await machine.deployment.deploy(stack('two'));
    expect(roomNames()).toEqual(['two']);
    expect(machine.lines('resource').slice(2).map(line => line.split(' ').slice(1).join(' '))).toEqual([
      'Group (AWS::Logs::LogGroup) replaced: two',
      expect.stringMatching(/^Room \(AWS::IVSChat::Room\) updated/),
      'Group (AWS::Logs::LogGroup) deleted: one',
    ]);
  });

  test('fails to create: everything goes, and nothing more is begun', async () => {
    await expect(machine.deployment.deploy(stackOf({ First: named('first'), Bad: { ...REFUSED, DependsOn: 'First' }, Never: named('never', { DependsOn: 'Bad' }) })))
      .rejects.toThrow(/^The stack Chat could not be created and was rolled back: Bad \(AWS::IVSChat::Room\): /);
    expect(roomNames()).toEqual([]);
    expect(described()).toEqual([]);
    expect(machine.lines().join('\n')).not.toContain('Never');
  });

  test('fails to create: what waits for something else is not begun any more either', async () => {
    let hasFailed = () => {};
    const failed = new Promise<void>(resolve => {
      hasFailed = resolve;
    });
    machine.functions.scripts.set('provider', async ({ LogicalResourceId, RequestType }) => {
      if (RequestType === 'Delete') return { PhysicalResourceId: LogicalResourceId };
      if (LogicalResourceId === 'Fast') return { Status: 'FAILED', Reason: 'no' };
      await failed;
      return { PhysicalResourceId: LogicalResourceId };
    });
    machine.liveLog.listen(({ kind, level }) => {
      if (kind === 'custom-resource' && level === 'error') setImmediate(hasFailed);
    });
    await expect(machine.deployment.deploy(stackOf({
      Role: ROLE, Function: functionOf('provider'), Fast: custom(), Slow: custom(), After: custom({}, { DependsOn: 'Slow' }),
    }))).rejects.toThrow('Fast (Custom::Thing): no');
    expect(machine.calls.filter(call => call.startsWith('Create'))).toEqual(['Create Fast', 'Create Slow']);
  });

  test('fails to create: the next attempt gives the ids the first would have given', async () => {
    await expect(machine.deployment.deploy(stackOf({ Room: REFUSED }))).rejects.toThrow('was rolled back');
    const { resources } = await machine.deployment.deploy(stackOf({ Room: ROOM }));
    const other = await Machine.start();
    expect((await other.deployment.deploy(stackOf({ Room: ROOM }))).resources.Room.physicalId).toBe(resources.Room.physicalId);
    await other.stop();
  });

  test('fails to update: what has taken the place of another resource goes, even with Retain', async () => {
    const group = (LogGroupName: string) => ({ Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain', Properties: { LogGroupName } });
    await machine.deployment.deploy(stackOf({ Group: group('one') }));
    await expect(machine.deployment.deploy(stackOf({ Group: group('two'), Bad: { ...REFUSED, DependsOn: 'Group' } }))).rejects.toThrow('was rolled back');
    expect(machine.lines('resource').at(-1)).toBe('Chat: Group (AWS::Logs::LogGroup) deleted: two');
  });

  test('fails to create: Retain stays, RetainExceptOnCreate does not', async () => {
    await expect(machine.deployment.deploy(stackOf({
      Kept: named('kept', { DeletionPolicy: 'Retain' }),
      Gone: named('gone', { DeletionPolicy: 'RetainExceptOnCreate' }),
      Bad: { ...REFUSED, DependsOn: ['Kept', 'Gone'] },
    }))).rejects.toThrow('was rolled back');
    expect(roomNames()).toEqual(['kept']);
    await machine.deployment.deploy(stackOf({ Kept: named('again') }));
    expect(roomNames()).toEqual(['again', 'kept']);
  });

  test('fails to update: what was changed, replaced, added and removed is as before', async () => {
    const group = (LogGroupName: string) => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName } });
    await machine.deployment.deploy(stackOf({ Changed: named('before'), Group: group('one'), Gone: named('gone') }, { Outputs: { Name: { Value: { Ref: 'Group' } } } }));
    const before = machine.deployment.describe()[0];
    await expect(machine.deployment.deploy(stackOf({
      Changed: named('after'), Group: group('two'), New: named('new'), Bad: { ...REFUSED, DependsOn: ['Changed', 'Group', 'New'] },
    }))).rejects.toThrow(/^The stack Chat could not be updated and was rolled back: Bad/);

    expect(roomNames()).toEqual(['before', 'gone']);
    expect(machine.deployment.describe()).toEqual([{
      ...before,
      status: 'UPDATE_ROLLBACK_COMPLETE',
      resources: { ...before.resources, Changed: { ...before.resources.Changed, status: 'UPDATE_COMPLETE' } },
    }]);
    await machine.deployment.deploy(stackOf({ Group: group('two') }));
    expect(roomNames()).toEqual([]);
  });

  test('fails because of an output: that is rolled back too', async () => {
    await expect(machine.deployment.deploy(stackOf({ Room: ROOM }, { Outputs: { It: { Value: ['a'] } } }))).rejects.toThrow('The output It is no text.');
    expect(roomNames()).toEqual([]);
  });

  test('fails to become another type', async () => {
    await machine.deployment.deploy(stackOf({ It: ROOM }));
    await expect(machine.deployment.deploy(stackOf({ It: { Type: 'AWS::Logs::LogGroup' } }))).rejects.toThrow('It is AWS::IVSChat::Room and cannot become AWS::Logs::LogGroup');
    expect(described()).toEqual([['Chat', 'UPDATE_ROLLBACK_COMPLETE']]);
  });

  test('DeletionPolicy Retain keeps what is removed from the template, and with the stack', async () => {
    await machine.deployment.deploy(stackOf({ One: named('one', { DeletionPolicy: 'Retain' }), Two: named('two', { DeletionPolicy: 'RetainExceptOnCreate' }), Three: named('three') }));
    await machine.deployment.deploy(stackOf({ Two: named('two', { DeletionPolicy: 'RetainExceptOnCreate' }), Three: named('three') }));
    await machine.deployment.destroy('Chat');
    expect(roomNames()).toEqual(['one', 'two']);
  });

  test('fails in another environment than this machine\'s', async () => {
    await expect(machine.deployment.deploy(stackOf({ Room: ROOM }, {}, { environment: { account: '111122223333', region: 'eu-west-1' } })))
      .rejects.toThrow('The stack Chat is for 111122223333/eu-west-1, and everything here is in 111122223333/us-east-1');
  });

  test('deployments take turns', async () => {
    const deploy = async (name: string) => machine.deployment.deploy(stackOf({ Room: named(name) }));
    await Promise.all([deploy('one'), deploy('two'), deploy('three'), machine.deployment.destroy('Chat'), deploy('four')]);
    expect(roomNames()).toEqual(['four']);
  });

  test('450 resources', async () => {
    const ids = Array.from({ length: 450 }, (_, index) => `Room${index}`);
    await machine.deployment.deploy(stackOf(Object.fromEntries(ids.map((id, index) => [id, named(id, index > 0 ? { DependsOn: 'Room0' } : {})]))));
    expect(roomNames()).toHaveLength(450);
    await machine.deployment.destroy('Chat');
    expect(roomNames()).toEqual([]);
  });
});

describe('exports', () => {
  const exporter = (value = 'room-arn', name = 'Chat:Arn') => stackOf({ Room: ROOM }, { Outputs: { It: { Value: value, Export: { Name: { 'Fn::Sub': name } } } } }, { name: 'Exporter' });
  const importer = stackOf({ Room: { ...ROOM, Properties: { Name: { 'Fn::ImportValue': { 'Fn::Join': [':', ['Chat', 'Arn']] } } } } }, {}, { name: 'Importer' });

  test('are found by other stacks', async () => {
    await machine.deployment.deploy(exporter());
    await machine.deployment.deploy(importer);
    expect(roomNames()).toEqual(['', 'room-arn']);
  });

  test('cannot go or change while they are used', async () => {
    await machine.deployment.deploy(exporter());
    await machine.deployment.deploy(importer);
    await expect(machine.deployment.destroy('Exporter')).rejects.toThrow('The stack Exporter cannot be deleted: Importer imports its export Chat:Arn.');
    await expect(machine.deployment.deploy(exporter('other'))).rejects.toThrow('The export Chat:Arn cannot change or go: the stack Importer imports it.');
    await expect(machine.deployment.deploy(exporter('room-arn', 'Other'))).rejects.toThrow('cannot change or go');

    await machine.deployment.destroy('Importer');
    await machine.deployment.deploy(exporter('other'));
    await machine.deployment.destroy('Exporter');
    expect(described()).toEqual([]);
  });

  test('fails for one that is not there, and for one that is there already', async () => {
    await expect(machine.deployment.deploy(importer)).rejects.toThrow('No stack exports Chat:Arn.');
    await machine.deployment.deploy(exporter());
    await expect(machine.deployment.deploy({ ...exporter(), name: 'Twin' })).rejects.toThrow('The export Chat:Arn is already there: it is the stack Exporter\'s.');
  });
});

describe('a nested stack', () => {
  let directory: string;

  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nested-'));
  });

  afterEach(() => {
    fs.rmSync(directory, { recursive: true });
  });

  const inner = (resources: object) => {
    fs.writeFileSync(path.join(directory, 'inner.json'), JSON.stringify({
      Parameters: { Name: { Type: 'String' } },
      Resources: { Room: { ...ROOM, Properties: { Name: { Ref: 'Name' } } }, ...resources },
      Outputs: { Arn: { Value: { Ref: 'Room' } } },
    }));
  };
  const outer = (name: string, more: Record<string, object> = {}) => stackOf({
    Nested: {
      Type: 'AWS::CloudFormation::Stack',
      Properties: {
        TemplateURL: { 'Fn::Join': ['', ['https://s3.', { Ref: 'AWS::Region' }, '.', { Ref: 'AWS::URLSuffix' }, '/assets/0123abcd.json']] },
        Parameters: { Name: name },
      },
    },
    ...more,
  }, { Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Nested', 'Outputs.Arn'] } } } }, {
    asset: key => key === '0123abcd.json' ? { file: path.join(directory, 'inner.json') } : undefined,
  });

  test('is created, updated even if only its template has changed, and deleted', async () => {
    inner({});
    const { outputs, resources } = await machine.deployment.deploy(outer('one'));
    expect(outputs.Arn).toBe(machine.controlPlane.listRooms()[0].arn);
    expect(resources.Nested.physicalId).toMatch(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/Chat-Nested-[0-9A-Z]{12}\//);
    inner({ More: named('more') });
    await machine.deployment.deploy(outer('one'));
    expect(roomNames()).toEqual(['more', 'one']);
    inner({});
    await machine.deployment.deploy(outer('two'));
    expect(roomNames()).toEqual(['two']);
    await machine.deployment.destroy('Chat');
    expect(roomNames()).toEqual([]);
    expect(described()).toEqual([]);
  });

  test('fails to create, and takes its parent with it', async () => {
    inner({ Bad: REFUSED });
    await expect(machine.deployment.deploy(outer('one'))).rejects.toThrow(
      /^The stack Chat could not be created and was rolled back: Nested \(AWS::CloudFormation::Stack\): The stack Chat-Nested-[0-9A-Z]{12} could not be created/,
    );
    expect(roomNames()).toEqual([]);
    expect(described()).toEqual([]);
  });

  test('goes back with its parent: what it had removed was still there', async () => {
    inner({ More: named('more') });
    await machine.deployment.deploy(outer('one'));
    const before = machine.controlPlane.listRooms().find(({ name }) => name === 'more')!.arn;
    inner({ Other: named('other') });
    await expect(machine.deployment.deploy(outer('two', { Bad: { ...REFUSED, DependsOn: 'Nested' } }))).rejects.toThrow('Bad (AWS::IVSChat::Room)');
    expect(roomNames()).toEqual(['more', 'one']);
    expect(machine.controlPlane.listRooms().find(({ name }) => name === 'more')!.arn).toBe(before);
  });

  test('goes back with its parent: outputs, exports and imports too', async () => {
    const other = (name: string, exported: string) => stackOf({ Room: ROOM }, { Outputs: { It: { Value: 'x', Export: { Name: exported } } } }, { name });
    const outputs = (value: string) => ({ It: { Value: value, Export: { Name: 'Inner' } } });
    const nested = () => machine.deployment.describe().find(({ name }) => name.startsWith('Chat-Nested'))!;
    const write = (template: object) => fs.writeFileSync(path.join(directory, 'inner.json'), JSON.stringify({ Parameters: { Name: { Type: 'String' } }, ...template }));
    const parent = (more = {}) => stackOf({
      Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: '0123abcd.json', Parameters: { Name: 'one' } } }, ...more,
    }, {}, { asset: () => ({ file: path.join(directory, 'inner.json') }) });

    await machine.deployment.deploy(other('Other', 'Theirs'));
    write({ Resources: { Room: named('inner') }, Outputs: outputs('before') });
    await machine.deployment.deploy(parent());
    write({ Resources: { Room: { ...ROOM, Properties: { Name: { 'Fn::ImportValue': 'Theirs' } } } }, Outputs: outputs('after') });
    await expect(machine.deployment.deploy(parent({ Bad: { ...REFUSED, DependsOn: 'Nested' } }))).rejects.toThrow('was rolled back');

    expect(nested().outputs).toEqual({ It: 'before' });
    await machine.deployment.destroy('Other');
    const user = stackOf({ Room: { ...ROOM, Properties: { Name: { 'Fn::ImportValue': 'Inner' } } } }, {}, { name: 'User' });
    await machine.deployment.deploy(user);
    expect(roomNames()).toEqual(['before', 'inner']);
  });

  test('fails to update by itself', async () => {
    inner({});
    await machine.deployment.deploy(outer('one'));
    inner({ Bad: REFUSED });
    await expect(machine.deployment.deploy(outer('two', { Room: named('outer') }))).rejects.toThrow('could not be updated and was rolled back');
    expect(roomNames()).toEqual(['one']);
    expect(described().map(([, status]) => status)).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
  });

  test('fails to update and on its way back: its parent is no better off', async () => {
    let broken = false;
    machine.functions.scripts.set('provider', ({ RequestType }) => broken && RequestType === 'Update'
      ? { Status: 'FAILED', Reason: 'broken', PhysicalResourceId: 'it' }
      : { PhysicalResourceId: 'it' });
    const resources = (Number: number) => ({ Role: ROLE, Function: functionOf('provider'), Thing: custom({ Number }) });
    inner(resources(1));
    await machine.deployment.deploy(outer('one'));
    broken = true;
    inner(resources(2));
    await expect(machine.deployment.deploy(outer('one'))).rejects.toThrow(/^The stack Chat could not be updated and could not be rolled back completely/);
    expect(described().map(([, status]) => status)).toEqual(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED']);
    broken = false;
    await machine.deployment.deploy(outer('one'));
    expect(described().map(([, status]) => status)).toEqual(['UPDATE_COMPLETE', 'UPDATE_COMPLETE']);
  });

  test('fails for a template that is not here', async () => {
    const stack = outer('one');
    await expect(machine.deployment.deploy({ ...stack, asset: () => undefined })).rejects.toThrow('/assets/0123abcd.json is not on this machine.');
  });
});

test('a failed custom resource rolls the function back before itself', async () => {
  const order: string[] = [];
  const put = machine.functions.put.bind(machine.functions);
  machine.functions.put = async definition => {
    const arn = await put(definition);
    // Later than a custom resource that does not wait for it would be.
    await new Promise(resolve => setImmediate(resolve));
    order.push(`put ${definition.environment.VERSION}`);
    return arn;
  };
  machine.functions.scripts.set('provider', event => {
    const version = event.ResourceProperties.Version;
    order.push(`${event.RequestType} ${version}`);
    return version === '2' ? { Status: 'FAILED', Reason: 'no', PhysicalResourceId: 'it' } : { PhysicalResourceId: 'it' };
  });
  const stack = (VERSION: string) => stackOf({
    Role: ROLE,
    Function: functionOf('provider', { Environment: { Variables: { VERSION } } }),
    Thing: custom({ Version: VERSION }),
  });
  await machine.deployment.deploy(stack('1'));
  await expect(machine.deployment.deploy(stack('2'))).rejects.toThrow('was rolled back');
  expect(order).toEqual(['put 1', 'Create 1', 'put 2', 'Update 2', 'put 1', 'Update 1']);
});
