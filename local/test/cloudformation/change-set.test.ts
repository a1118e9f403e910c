import * as fc from 'fast-check';
import { createChangeSet, decide, type ChangeSet, type ConditionalChange } from '../../src/cloudformation/change-set';
import type { Properties, ResourceType } from '../../src/cloudformation/resource-type';
import type { StackResource } from '../../src/cloudformation/stack-resource';
import { ExpectedError } from '../../src/expected-error';
import { stackOf } from '../support/deployment-harness';
import { plan as planOf } from '../support/plan-template';

const UNUSED = async () => {
  throw new Error('A change set must not execute anything');
};
const OPEN = { type: 'object', open: true, properties: {} } as const;
const BASIC: ResourceType = { schema: OPEN, create: UNUSED, delete: UNUSED };
const UPDATABLE: ResourceType = { ...BASIC, immutable: ['Name'], update: UNUSED };
const TYPES: Record<string, ResourceType> = {
  'Test::Basic': BASIC,
  'Test::Updatable': UPDATABLE,
  'Test::Checked': { ...UPDATABLE, schema: { type: 'object', properties: { Name: { type: 'string' }, Size: { type: 'integer', minimum: 1 } } } },
  'Test::Custom': { ...UPDATABLE, immutable: [], updateMayReplace: true },
  'Test::Nested': { ...UPDATABLE, alwaysUpdated: true },
  'Test::Folder': { ...UPDATABLE, fingerprint: ({ Code }: Properties) => typeof Code === 'string' ? `${Code} of today` : undefined },
};

type Template = Record<string, { readonly Type: string; readonly Properties?: object }>;

function existing(logicalId: string, type: string, properties: Properties, more: Partial<StackResource> = {}): StackResource {
  return {
    stackName: 'Chat',
    stackId: 'id',
    logicalId,
    type,
    properties,
    seed: logicalId,
    source: stackOf({}),
    dependencies: [],
    state: { physicalId: `${logicalId}-id`, attributes: { Arn: `${logicalId}-arn` } },
    status: 'CREATE_COMPLETE',
    ...more,
  };
}

function changeSet(template: Template, resources: StackResource[] = []): ChangeSet {
  return createChangeSet({
    plan: planOf({ Resources: template }),
    source: stackOf({}),
    resources: new Map(resources.map(resource => [resource.logicalId, resource])),
    typeOf: type => TYPES[type],
    importValue: exportName => `value of ${exportName}`,
  });
}

/** Actions by logical id; a conditional one with what is possible. */
function actions({ changes, removals }: ChangeSet): Record<string, unknown> {
  const planned = [...changes].map(([id, change]) => [id, change.action === 'conditional' ? change.possible : change.action]);
  return Object.fromEntries([...planned, ...[...removals].map(([id, { action }]) => [id, action])]);
}

/** The action for one existing resource. */
const actionOf = (type: string, before: Properties, after: object, more: Partial<StackResource> = {}) =>
  actions(changeSet({ It: { Type: type, Properties: after } }, [existing('It', type, before, more)])).It;

test('resources are created, kept, updated, replaced, deleted and retained', () => {
  const all = changeSet({
    New: { Type: 'Test::Basic' },
    Kept: { Type: 'Test::Updatable', Properties: { Size: 1 } },
    Updated: { Type: 'Test::Updatable', Properties: { Size: 2 } },
    Replaced: { Type: 'Test::Updatable', Properties: { Name: 'after' } },
  }, [
    existing('Kept', 'Test::Updatable', { Size: 1 }),
    existing('Updated', 'Test::Updatable', { Size: 1 }),
    existing('Replaced', 'Test::Updatable', { Name: 'before' }),
    existing('Gone', 'Test::Basic', {}),
    existing('Retained', 'Test::Basic', {}, { deletionPolicy: 'RetainExceptOnCreate' }),
  ]);
  expect(actions(all)).toEqual({ New: 'create', Kept: 'keep', Updated: 'update', Replaced: 'replace', Gone: 'delete', Retained: 'retain' });
});

test.each<[string, unknown, string, Properties, object, Partial<StackResource>?]>([
  ['a removed property', 'update', 'Test::Updatable', { Size: 1 }, {}],
  ['a removed immutable property', 'replace', 'Test::Updatable', { Name: 'x' }, {}],
  ['a type without update', 'replace', 'Test::Basic', { Size: 1 }, { Size: 2 }],
  ['a number as a string', 'keep', 'Test::Checked', { Size: 1 }, { Size: '1' }],
  ['a nested stack without a change', 'update', 'Test::Nested', {}, {}],
  ['an update that could not be rolled back', 'update', 'Test::Updatable', { Size: 1 }, { Size: 1 }, { status: 'UPDATE_FAILED' }],
  ['a folder without a change', 'keep', 'Test::Folder', { Code: 'src' }, { Code: 'src' }, { fingerprint: 'src of today' }],
  ['a folder whose files have changed', 'update', 'Test::Folder', { Code: 'src' }, { Code: 'src' }, { fingerprint: 'src of yesterday' }],
])('%s: %s', (_name, expected, type, before, after, more = {}) => {
  expect(actionOf(type, before, after, more)).toBe(expected);
});

describe('a property that refers to a resource', () => {
  const withReference = (type: string, before: Properties, after: object, reference: object, property: string) => {
    const { changes } = changeSet(
      { It: { Type: type, Properties: after }, User: { Type: 'Test::Updatable', Properties: { [property]: reference } } },
      [existing('It', type, before), existing('User', 'Test::Updatable', { [property]: 'Ref' in reference ? 'It-id' : 'It-arn' })],
    );
    const user = changes.get('User')!;
    return user.action === 'conditional' ? user.possible : user.action;
  };
  const REF = { Ref: 'It' };
  const ARN = { 'Fn::GetAtt': ['It', 'Arn'] };

  test.each<[string, unknown, string, Properties, object, object, string]>([
    ['is known if the resource is kept', 'keep', 'Test::Updatable', { Size: 1 }, { Size: 1 }, ARN, 'Size'],
    ['is known if it is the Ref of an updated resource', 'keep', 'Test::Updatable', { Size: 1 }, { Size: 2 }, REF, 'Size'],
    ['is unknown if it is an attribute of an updated resource', ['keep', 'update'], 'Test::Updatable', { Size: 1 }, { Size: 2 }, ARN, 'Size'],
    ['is unknown if the resource is replaced', ['keep', 'update'], 'Test::Basic', { Size: 1 }, { Size: 2 }, REF, 'Size'],
    ['is unknown if an update may replace the resource', ['keep', 'update'], 'Test::Custom', { Size: 1 }, { Size: 2 }, REF, 'Size'],
    ['may replace the user if the property is immutable', ['keep', 'replace'], 'Test::Basic', { Size: 1 }, { Size: 2 }, REF, 'Name'],
  ])('%s: %j', (_name, expected, type, before, after, reference, property) => {
    expect(withReference(type, before, after, reference, property)).toEqual(expected);
  });

  test('is unknown for a new resource; another change makes the update certain', () => {
    const { changes } = changeSet(
      { New: { Type: 'Test::Basic' }, User: { Type: 'Test::Updatable', Properties: { Name: { Ref: 'New' }, Size: 2 } } },
      [existing('User', 'Test::Updatable', { Name: 'x', Size: 1 })],
    );
    expect(changes.get('User')).toMatchObject({ action: 'conditional', possible: ['update', 'replace'], unknown: ['Name'] });
  });

  test('is unknown; files that may have changed make an update possible', () => {
    const { changes } = changeSet(
      { New: { Type: 'Test::Basic' }, User: { Type: 'Test::Folder', Properties: { Name: { Ref: 'New' }, Code: 'src' } } },
      [existing('User', 'Test::Folder', { Name: 'x', Code: 'src' }, { fingerprint: 'src of yesterday' })],
    );
    expect(changes.get('User')).toMatchObject({ possible: ['keep', 'update', 'replace'] });
  });

  test('is unknown along a chain of resources', () => {
    const { changes } = changeSet({
      First: { Type: 'Test::Basic', Properties: { Size: 2 } },
      Second: { Type: 'Test::Basic', Properties: { Size: { Ref: 'First' } } },
      Third: { Type: 'Test::Updatable', Properties: { Size: { Ref: 'Second' } } },
    }, [existing('First', 'Test::Basic', { Size: 1 }), existing('Second', 'Test::Basic', { Size: 'First-id' }), existing('Third', 'Test::Updatable', { Size: 'Second-id' })]);
    expect([changes.get('Second'), changes.get('Third')]).toMatchObject([{ possible: ['keep', 'replace'] }, { possible: ['keep', 'update'] }]);
  });
});

test('the imports of known properties; with a nested stack they are unknown', () => {
  const user = { Type: 'Test::Updatable', Properties: { Size: { 'Fn::ImportValue': 'Shared' } } };
  const before = [existing('User', 'Test::Updatable', { Size: 'value of Shared' })];
  const known = changeSet({ User: user }, before);
  expect([actions(known), known.imports]).toEqual([{ User: 'keep' }, new Set(['Shared'])]);
  const unknown = changeSet({ User: user, Nested: { Type: 'Test::Nested' } }, before);
  expect([actions(unknown), unknown.imports]).toEqual([{ User: ['keep', 'update'], Nested: 'create' }, new Set()]);
});

test('fails for a resource of another type', () => {
  const create = () => changeSet({ It: { Type: 'Test::Basic' } }, [existing('It', 'Test::Updatable', {})]);
  expect(create).toThrow(ExpectedError);
  expect(create).toThrow('The type of It cannot change from Test::Updatable to Test::Basic: use another logical id.');
});

test('an invalid property counts as changed, and fails only when its resource is reached', () => {
  expect(actionOf('Test::Checked', { Size: 1 }, { Size: 'x' })).toBe('update');
  expect(actionOf('Test::Checked', { Size: 1 }, { Size: { 'Fn::Select': [2, ['a']] } })).toEqual(['keep', 'update']);
});

test('what a conditional change turns out to be is always among what was possible', () => {
  const value = fc.constantFrom('It-id', 'a', 'b');
  const properties = fc.record({ Name: value, Size: value, Code: value }, { requiredKeys: [] });
  fc.assert(fc.property(
    fc.constantFrom(...Object.keys(TYPES).filter(type => type !== 'Test::Checked')), properties, properties, fc.subarray(['Name', 'Size', 'Code']), value,
    fc.constantFrom(undefined, 'a of today', 'old'), fc.constantFrom('CREATE_COMPLETE', 'UPDATE_FAILED'),
    (type, before, after, references, replacement, fingerprint, status) => {
      const unknown = Object.fromEntries(references.map(name => [name, { Ref: 'Target' }]));
      const { changes } = changeSet(
        { Target: { Type: 'Test::Basic', Properties: { Size: 2 } }, It: { Type: type, Properties: { ...after, ...unknown } } },
        [existing('Target', 'Test::Basic', { Size: 1 }), existing('It', type, before, { fingerprint, status })],
      );
      const known = { ...after, ...Object.fromEntries(references.map(name => [name, replacement])) };
      const actual = actionOf(type, before, known, { fingerprint, status });
      const change = changes.get('It')!;
      if (change.action === 'conditional') expect(decide(change, known, TYPES[type], stackOf({}))).toBe(actual);
      else expect(change.action).toBe(actual);
    },
  ), { numRuns: 1000 });
});

test('an action that was not possible is a fault', () => {
  const change: ConditionalChange = {
    action: 'conditional',
    planned: planOf({ Resources: { It: { Type: 'Test::Basic' } } }).resources.get('It')!,
    before: existing('It', 'Test::Basic', { Size: 1 }),
    possible: ['keep'],
    unknown: ['Size'],
  };
  expect(() => decide(change, { Size: 2 }, BASIC, stackOf({}))).toThrow('The change of It must be one of keep, got replace');
});
