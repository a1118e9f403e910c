import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { custom, functionOf, DeploymentHarness, ROLE, stackOf } from '../../support/deployment-harness';

let harness: DeploymentHarness;
let directory: string;

beforeEach(async () => {
  harness = await DeploymentHarness.start();
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'nested-'));
});

afterEach(async () => {
  await harness.stop();
  fs.rmSync(directory, { recursive: true });
});

const ROOM = { Type: 'AWS::IVSChat::Room' };
const named = (Name: string, more: object = {}) => ({ ...ROOM, Properties: { Name }, ...more });
const roomNames = () => harness.controlPlane.listRooms().map(({ name }) => name).sort();
const described = () => harness.deployment.describe().map(({ name, status }) => [name, status]);
/** Passes the checks of CloudFormation and fails those of the service. */
const REFUSED = { ...ROOM, Properties: { LoggingConfigurationIdentifiers: ['arn:aws:ivschat:us-east-1:111122223333:logging-configuration/nowhere00000'] } };

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
  const { outputs, resources } = await harness.deployment.deploy(outer('one'));
  expect(outputs.Arn).toBe(harness.controlPlane.listRooms()[0].arn);
  expect(resources.Nested.physicalId).toMatch(/^arn:aws:cloudformation:us-east-1:111122223333:stack\/Chat-Nested-[0-9A-Z]{12}\//);
  inner({ More: named('more') });
  await harness.deployment.deploy(outer('one'));
  expect(roomNames()).toEqual(['more', 'one']);
  inner({});
  await harness.deployment.deploy(outer('two'));
  expect(roomNames()).toEqual(['two']);
  await harness.deployment.destroy('Chat');
  expect(roomNames()).toEqual([]);
  expect(described()).toEqual([]);
});

test('fails to create: its parent is rolled back', async () => {
  inner({ Bad: REFUSED });
  await expect(harness.deployment.deploy(outer('one'))).rejects.toThrow(
    /^The stack Chat could not be created and was rolled back: Nested \(AWS::CloudFormation::Stack\): The stack Chat-Nested-[0-9A-Z]{12} could not be created/,
  );
  expect(roomNames()).toEqual([]);
  expect(described()).toEqual([]);
});

test('is rolled back with its parent: removed resources were not deleted yet', async () => {
  inner({ More: named('more') });
  await harness.deployment.deploy(outer('one'));
  const before = harness.controlPlane.listRooms().find(({ name }) => name === 'more')!.arn;
  inner({ Other: named('other') });
  await expect(harness.deployment.deploy(outer('two', { Bad: { ...REFUSED, DependsOn: 'Nested' } }))).rejects.toThrow('Bad (AWS::IVSChat::Room)');
  expect(roomNames()).toEqual(['more', 'one']);
  expect(harness.controlPlane.listRooms().find(({ name }) => name === 'more')!.arn).toBe(before);
});

test('is rolled back with its parent: outputs, exports and imports', async () => {
  const other = (name: string, exported: string) => stackOf({ Room: ROOM }, { Outputs: { It: { Value: 'x', Export: { Name: exported } } } }, { name });
  const outputs = (value: string) => ({ It: { Value: value, Export: { Name: 'Inner' } } });
  const nested = () => harness.deployment.describe().find(({ name }) => name.startsWith('Chat-Nested'))!;
  const write = (template: object) => fs.writeFileSync(path.join(directory, 'inner.json'), JSON.stringify({ Parameters: { Name: { Type: 'String' } }, ...template }));
  const parent = (more = {}) => stackOf({
    Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: '0123abcd.json', Parameters: { Name: 'one' } } }, ...more,
  }, {}, { asset: () => ({ file: path.join(directory, 'inner.json') }) });

  await harness.deployment.deploy(other('Other', 'Theirs'));
  write({ Resources: { Room: named('inner') }, Outputs: outputs('before') });
  await harness.deployment.deploy(parent());
  write({ Resources: { Room: { ...ROOM, Properties: { Name: { 'Fn::ImportValue': 'Theirs' } } } }, Outputs: outputs('after') });
  await expect(harness.deployment.deploy(parent({ Bad: { ...REFUSED, DependsOn: 'Nested' } }))).rejects.toThrow('was rolled back');

  expect(nested().outputs).toEqual({ It: 'before' });
  await harness.deployment.destroy('Other');
  const user = stackOf({ Room: { ...ROOM, Properties: { Name: { 'Fn::ImportValue': 'Inner' } } } }, {}, { name: 'User' });
  await harness.deployment.deploy(user);
  expect(roomNames()).toEqual(['before', 'inner']);
});

test('fails to update: its parent is rolled back', async () => {
  inner({});
  await harness.deployment.deploy(outer('one'));
  inner({ Bad: REFUSED });
  await expect(harness.deployment.deploy(outer('two', { Room: named('outer') }))).rejects.toThrow('could not be updated and was rolled back');
  expect(roomNames()).toEqual(['one']);
  expect(described().map(([, status]) => status)).toEqual(['UPDATE_ROLLBACK_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE']);
});

test('fails to update and to roll back: so does its parent', async () => {
  let broken = false;
  harness.functions.scripts.set('provider', ({ RequestType }) => broken && RequestType === 'Update'
    ? { Status: 'FAILED', Reason: 'broken', PhysicalResourceId: 'it' }
    : { PhysicalResourceId: 'it' });
  const resources = (Number: number) => ({ Role: ROLE, Function: functionOf('provider'), Thing: custom({ Number }) });
  inner(resources(1));
  await harness.deployment.deploy(outer('one'));
  broken = true;
  inner(resources(2));
  await expect(harness.deployment.deploy(outer('one'))).rejects.toThrow(/^The stack Chat could not be updated and could not be rolled back completely/);
  expect(described().map(([, status]) => status)).toEqual(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_FAILED']);
  broken = false;
  await harness.deployment.deploy(outer('one'));
  expect(described().map(([, status]) => status)).toEqual(['UPDATE_COMPLETE', 'UPDATE_COMPLETE']);
});

test('fails if its template is not an asset', async () => {
  const stack = outer('one');
  await expect(harness.deployment.deploy({ ...stack, asset: () => undefined })).rejects.toThrow('/assets/0123abcd.json must be an asset of the app: it does not exist on this machine.');
});
