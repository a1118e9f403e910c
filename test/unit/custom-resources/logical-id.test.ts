import { App, CfnParameter, type CfnResource, Fn, NestedStack, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ChatRoom, ChatRoomSettings, MessageReviewHandler } from '../../../src';
import { customResourcesOf, newFunction, newLoggingConfiguration, onlyResource, ROOM_ARN, ROOM_ID } from '../../support/custom-resources/template';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const override = (construct: Construct, logicalId: string) => (construct.node.defaultChild as CfnResource).overrideLogicalId(logicalId);

/** Adds a custom resource in a scope, for a subject with the logical ID `Subject`, if it is a resource. Returns the subject. */
const KINDS: [string, (scope: Construct, id: string) => Construct | void][] = [
  ['rate', (scope, id) => new ChatRoom(scope, id, { maximumMessageRatePerSecond: 50 })],
  ['settings', (scope, id) => {
    new ChatRoomSettings(scope, id, { room: ChatRoom.fromRoomArn(scope, `${id}Room`, ROOM_ARN), maximumMessageLength: 300 });
  }],
  ['detachment of a handler', (scope, id) => {
    const handler = newFunction(scope, `${id}Function`);
    new MessageReviewHandler(scope, id, { handler, detachOnDelete: true });
    return handler;
  }],
  ['detachment of a logging configuration', (scope, id) => newLoggingConfiguration(scope, true, id)],
];

/** Returns the logical IDs of the custom resources in a stack and of their own policies. */
function idsIn(stack: Stack): string[] {
  const template = templateOf(stack).toJSON();
  const policies = Object.keys(resourcesOf(template, 'AWS::IAM::Policy')).filter(id => !id.startsWith('IVSChatCustomResources'));
  return [...Object.keys(customResourcesOf(template)), ...policies];
}

describe.each(KINDS)('the logical IDs of the %s and its policy', (_, add) => {
  test('are the same if the construct is renamed or moved, and the subject keeps its logical ID', () => {
    const [before, renamed, moved] = [newStack(ENV), newStack(ENV), newStack(ENV)];
    const subjects = [add(before, 'One'), add(renamed, 'Two'), add(new Construct(moved, 'Scope'), 'One')];
    for (const subject of subjects) if (subject) override(subject, 'Subject');

    expect(idsIn(before)).toHaveLength(2);
    expect(idsIn(renamed)).toEqual(idsIn(before));
    expect(idsIn(moved)).toEqual(idsIn(before));
  });

  test('are the same in a stack, a nested stack and a stage', () => {
    const app = new App();
    const parent = new Stack(app, 'Parent', { env: ENV });
    const subjects = [add(parent, 'One'), add(new NestedStack(parent, 'Nested'), 'One')];
    for (const subject of subjects) if (subject) override(subject, 'Subject');

    const ids = Object.values(templatesOf(app)).map(template => Object.keys(customResourcesOf(template)));
    expect(ids[0]).toHaveLength(1);
    expect(ids[1]).toEqual(ids[0]);
  });

  test('are alphanumeric and have at most 255 characters', () => {
    const stack = newStack(ENV);
    const subject = add(stack, 'One');
    if (subject) override(subject, 'S'.repeat(255));

    for (const id of idsIn(stack)) expect(id).toMatch(/^[A-Za-z0-9]{1,255}$/);
  });
});

test('subjects whose logical IDs differ in the last of 255 characters have different logical IDs', () => {
  const stack = newStack();
  for (const last of ['A', 'B']) override(new ChatRoom(stack, last, { maximumMessageRatePerSecond: 50 }), `${'S'.repeat(254)}${last}`);

  expect(new Set(idsIn(stack)).size).toBe(4);
});

test('handlers with the same function share a detachment, an alias has its own', () => {
  const idsFor = (use: (fn: lambda.Function) => lambda.IFunctionRef[]) => {
    const stack = newStack();
    use(newFunction(stack)).forEach((handler, index) => new MessageReviewHandler(stack, `Review${index}`, { handler, detachOnDelete: true }));
    return idsIn(stack);
  };
  const l1 = (fn: lambda.Function) => fn.node.defaultChild as lambda.CfnFunction;
  const alias = (fn: lambda.Function) => new lambda.Alias(fn, 'Live', { aliasName: 'live', version: fn.currentVersion });

  const ids = idsFor(fn => [fn]);
  expect(ids).toHaveLength(2);
  expect(idsFor(fn => [fn, l1(fn)])).toEqual(ids);
  expect(idsFor(fn => [l1(fn), fn, fn])).toEqual(ids);
  expect(idsFor(fn => [fn, alias(fn)])).toEqual(expect.arrayContaining(ids));
  expect(idsFor(fn => [fn, alias(fn)])).toHaveLength(4);
});

test('the logical IDs for a room that is a token depend on the expression', () => {
  const idFor = (roomArn: (stack: Stack) => string, id = 'Settings') => {
    const stack = newStack(ENV);
    new ChatRoomSettings(stack, id, { room: ChatRoom.fromRoomArn(stack, 'Imported', roomArn(stack)), maximumMessageLength: 300 });
    return onlyResource(templateOf(stack).toJSON(), 'Custom::IVSChatRoomSettings').id;
  };
  const parameter = (name: string) => (stack: Stack) => new CfnParameter(stack, name).valueAsString;

  expect(idFor(parameter('One'), 'Renamed')).toBe(idFor(parameter('One')));
  expect(new Set([idFor(parameter('One')), idFor(parameter('Two')), idFor(() => Fn.importValue('One')), idFor(() => ROOM_ARN)]).size).toBe(4);
  expect(idFor(() => ROOM_ARN)).toMatch(new RegExp(`^Room${ROOM_ID}Settings[0-9A-F]{8}$`));
});
