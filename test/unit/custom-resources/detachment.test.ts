import { App, CfnParameter, CfnResource, NestedStack, RemovalPolicy, Stack, type Stage } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, type IConstruct } from 'constructs';
import { ChatRoom, ChatRoomSettings, FallbackResult, LoggingConfiguration, MessageReviewHandler } from '../../../src';
import {
  agnosticArn, statementsFor, customResourcesOf, DETACHMENT_POLICY, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN,
  logicalId, newFunction, newLoggingConfiguration, newReview, onlyResource, ROOM_ARN, customPropertiesOf, dependsOn,
} from '../../support/custom-resources/template';
import { allow, statementsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';
import { thrownBy } from '../../support/thrown-by';

const TYPE = 'Custom::IVSChatDetachment';
const ROOM = 'AWS::IVSChat::Room';
const SETTINGS = 'Custom::IVSChatRoomSettings';
const detachOnDelete = true;
const TagKey = 'cdk-ivschat:detach-on-delete';
const TAG = { Key: TagKey, Value: 'true' };

function newSettings(stack: Stack, props: Partial<ConstructorParameters<typeof ChatRoomSettings>[2]>): ChatRoomSettings {
  return new ChatRoomSettings(stack, 'Settings', { room: ChatRoom.fromRoomArn(stack, 'Imported', ROOM_ARN), ...props });
}

const arnOf = (construct: IConstruct) => ({ 'Fn::GetAtt': [logicalId(construct), 'Arn'] });

describe('the detachment', () => {
  const definition = (properties: object, policyId: string) => ({
    Type: TYPE,
    Properties: { ServiceToken: { 'Fn::GetAtt': [FRAMEWORK, 'Arn'] }, ServiceTimeout: '300', ...properties },
    DependsOn: [DETACHMENT_POLICY, LOG_POLICY, policyId].sort(),
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  });

  test('of a handler is a custom resource', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    newReview(stack, { handler, detachOnDelete });

    expect(resourcesOf(templateOf(stack).toJSON(), TYPE)).toEqual({
      Moderator841247A4DetachmentECAB0C59: definition({ MessageReviewHandlerUri: arnOf(handler), FunctionArn: arnOf(handler), TagKey }, 'Moderator841247A4DetachmentPolicy38F0C999'),
    });
  });

  test('of a logging configuration is a custom resource', () => {
    const stack = newStack();
    const log = newLoggingConfiguration(stack, detachOnDelete);

    expect(resourcesOf(templateOf(stack).toJSON(), TYPE)).toEqual({
      ChatLog7021A630Detachment33B30C66: definition({ LoggingConfigurationArn: arnOf(log), TagKey }, 'ChatLog7021A630DetachmentPolicy40251B73'),
    });
  });

  test.each<[string, (stack: Stack) => IConstruct, string]>([
    ['handler', stack => { const handler = newFunction(stack); newReview(stack, { handler, detachOnDelete }); return handler; }, 'lambda:ListTags'],
    ['logging configuration', stack => newLoggingConfiguration(stack, detachOnDelete), 'ivschat:ListTagsForResource'],
  ])('of a %s allows its handler to read its tags, to list rooms and to update all of them', (_, add, action) => {
    const stack = newStack();
    const subject = add(stack);

    const template = templateOf(stack).toJSON();
    const shared = [allow('ivschat:ListRooms', '*'), allow('ivschat:UpdateRoom', agnosticArn('room/*'))];
    const own = [allow(action, arnOf(subject))];
    expect(statementsFor(template, onlyResource(template, TYPE).resource)).toEqual(own);
    expect(template.Resources[DETACHMENT_POLICY].Properties.PolicyDocument.Statement).toEqual(shared);
    expect(statementsOf(template).filter(({ Action }) => /ivschat:|ListTags/.test(String(Action)))).toEqual(expect.arrayContaining([...own, ...shared]));
    expect(statementsOf(template).filter(({ Action }) => /ivschat:|ListTags/.test(String(Action)))).toHaveLength(3);
  });

  test('puts a tag on the function or the logging configuration', () => {
    const stack = newStack();
    const [marked, plain] = ['Marked', 'Plain'].map(id => newFunction(stack, id));
    newReview(stack, { handler: marked, detachOnDelete });
    new MessageReviewHandler(stack, 'PlainReview', { handler: plain });
    const logs = [true, false].map(detach => newLoggingConfiguration(stack, detach, `Log${detach}`));

    const tagsOf = ({ Resources: resources }: any, construct: IConstruct) => resources[logicalId(construct)].Properties.Tags;
    const template = templateOf(stack).toJSON();
    expect([...[marked, plain], ...logs].map(each => tagsOf(template, each))).toEqual([[TAG], undefined, [TAG], undefined]);
  });

  test('of an alias puts a tag of the alias on its function', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    const aliases = ['live', 'beta'].map(aliasName => new lambda.Alias(stack, aliasName, { aliasName, version: handler.currentVersion }));
    aliases.forEach((alias, index) => new MessageReviewHandler(stack, `Review${index}`, { handler: alias, detachOnDelete }));
    (aliases[0].node.defaultChild as lambda.CfnAlias).overrideLogicalId('Renamed');

    const template = templateOf(stack).toJSON();
    const properties = Object.values(resourcesOf(template, TYPE)).map(customPropertiesOf);
    expect(properties.map(each => each.MessageReviewHandlerUri)).toEqual(aliases.map(alias => ({ Ref: logicalId(alias) })));
    expect(properties.map(each => each.FunctionArn)).toEqual([arnOf(handler), arnOf(handler)]);
    const keys = properties.map(each => each.TagKey);
    expect(keys[0]).not.toBe(keys[1]);
    for (const key of keys) expect(key).toMatch(/^cdk-ivschat:detach-on-delete:[0-9A-F]{8}$/);
    expect(template.Resources[logicalId(handler)].Properties.Tags).toEqual(keys.sort().map(Key => ({ Key, Value: 'true' })));
  });

  test.each([false, undefined])('is not created if detachOnDelete is %s', off => {
    const stack = newStack();
    const review = newReview(stack, { detachOnDelete: off });
    const log = newLoggingConfiguration(stack, off);
    new ChatRoom(stack, 'Room', { messageReviewHandler: review, loggingConfigurations: [log] });

    const template = templateOf(stack).toJSON();
    expect(customResourcesOf(template)).toEqual({});
    expect(onlyResource(template, ROOM).resource.DependsOn).toEqual([logicalId(review)]);
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))).toEqual([logicalId(stack.node.findChild('Moderator'))]);
    expect(JSON.stringify(template)).not.toContain(TagKey);
  });

  test('is created for each handler and each logging configuration', () => {
    const stack = newStack();
    for (const id of ['One', 'Two']) {
      new MessageReviewHandler(stack, `${id}Review`, { handler: newFunction(stack, id), detachOnDelete });
      newLoggingConfiguration(stack, detachOnDelete, `${id}Log`);
    }

    const properties = Object.values(resourcesOf(templateOf(stack).toJSON(), TYPE)).map(customPropertiesOf);
    expect(new Set(properties.map(each => JSON.stringify(each))).size).toBe(4);
  });

  test('follows the removal policies of the function or the logging configuration', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    newReview(stack, { handler, detachOnDelete });
    const log = newLoggingConfiguration(stack, detachOnDelete);
    for (const subject of [handler, log]) subject.applyRemovalPolicy(RemovalPolicy.RETAIN);

    for (const resource of Object.values(resourcesOf(templateOf(stack).toJSON(), TYPE))) {
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
  });

  test('does not change node.defaultChild of the handler and the logging configuration', () => {
    const stack = newStack();

    expect(newReview(stack, { detachOnDelete }).node.defaultChild).toBeInstanceOf(lambda.CfnPermission);
    expect(newLoggingConfiguration(stack, detachOnDelete).node.defaultChild).toMatchObject({ cfnResourceType: 'AWS::IVSChat::LoggingConfiguration' });
  });
});

describe('in the same stack', () => {
  test('rooms and settings depend on the detachment of their handler', () => {
    const stack = newStack(ENV);
    const messageReviewHandler = newReview(stack, { detachOnDelete, fallbackResult: FallbackResult.DENY });
    for (const id of ['One', 'Two']) new ChatRoom(stack, id, { messageReviewHandler });
    newSettings(stack, { messageReviewHandler });

    const template = templateOf(stack).toJSON();
    const { id } = onlyResource(template, TYPE);
    const users = [...Object.values(resourcesOf(template, ROOM)), onlyResource(template, SETTINGS).resource];
    expect(users.map(user => dependsOn(user, id) && dependsOn(user, logicalId(messageReviewHandler)))).toEqual([true, true, true]);
  });

  test('rooms and settings depend on the detachments of their logging configurations and no others', () => {
    const stack = newStack(ENV);
    const logs = ['One', 'Two', 'Other'].map(id => newLoggingConfiguration(stack, detachOnDelete, `${id}Log`));
    new ChatRoom(stack, 'Room', { loggingConfigurations: logs.slice(0, 2) });
    newSettings(stack, { loggingConfigurations: logs.slice(0, 2) });

    const template = templateOf(stack).toJSON();
    const detachments = Object.keys(resourcesOf(template, TYPE));
    for (const type of [ROOM, SETTINGS]) {
      const { resource } = onlyResource(template, type);
      expect(detachments.map(id => dependsOn(resource, id))).toEqual([true, true, false]);
    }
  });

  test('a room with a rate has no other dependencies', () => {
    const stack = newStack();
    const messageReviewHandler = newReview(stack, { detachOnDelete });
    new ChatRoom(stack, 'Room', {
      messageReviewHandler, loggingConfigurations: [newLoggingConfiguration(stack, detachOnDelete)], maximumMessageRatePerSecond: 50,
    });

    const template = templateOf(stack).toJSON();
    expect([...onlyResource(template, ROOM).resource.DependsOn].sort())
      .toEqual([...Object.keys(resourcesOf(template, TYPE)), logicalId(messageReviewHandler)].sort());
  });

  test('a room without them does not depend on detachments', () => {
    const stack = newStack();
    newReview(stack, { detachOnDelete });
    newLoggingConfiguration(stack, detachOnDelete);
    new ChatRoom(stack, 'Room', {
      messageReviewHandler: MessageReviewHandler.none(),
      loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Imported', LOGGING_ARN)],
    });

    expect(onlyResource(templateOf(stack).toJSON(), ROOM).resource.DependsOn).toBeUndefined();
  });

  test('the review function can be granted permission on a room and on an imported room with settings', () => {
    const stack = newStack(ENV);
    const handler = newFunction(stack);
    const messageReviewHandler = newReview(stack, { handler, detachOnDelete });
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler, maximumMessageRatePerSecond: 50 });
    room.grantModerate(handler);
    const imported = ChatRoom.fromRoomId(stack, 'ImportedRoom', 'AbCdEfGhIjKl');
    newSettings(stack, { room: imported, messageReviewHandler });
    imported.grantModerate(handler);

    expect(Object.keys(resourcesOf(templateOf(stack).toJSON(), ROOM))).toEqual([logicalId(room)]);
  });
});

describe('in other stacks', () => {
  const apps: [string, () => { app: Stage; stack: (name: string) => Stack }][] = [
    ['stacks', () => {
      const app = new App();
      return { app, stack: memoize(name => new Stack(app, name, { env: ENV })) };
    }],
    ['nested stacks', () => {
      const app = new App();
      const parent = new Stack(app, 'Parent', { env: ENV });
      return { app, stack: memoize(name => new NestedStack(parent, name)) };
    }],
    ['a stack and its nested stacks', () => {
      const app = new App();
      const parent = new Stack(app, 'A', { env: ENV });
      return { app, stack: memoize(name => name === 'A' ? parent : new NestedStack(parent, name)) };
    }],
  ];
  // In both orders.
  const arrangements = ['AA', 'BB', 'AB', 'BA'].map(([ofHandler, ofRoom]) => ({ ofHandler, ofRoom }));

  describe.each(apps)('in %s', (_, newApp) => {
    test.each(arrangements)('function and handler in $ofHandler, room and settings in $ofRoom', ({ ofHandler, ofRoom }) => {
      const { app, stack } = newApp();
      const messageReviewHandler = newReview(stack(ofHandler), { detachOnDelete });
      new ChatRoom(stack(ofRoom), 'Room', { messageReviewHandler, maximumMessageRatePerSecond: 50 });
      newSettings(stack(ofRoom), { messageReviewHandler });

      expectDependsWithinStack(Object.values(templatesOf(app)), ofHandler === ofRoom);
    });

    test.each(['A', 'B', 'C'])('logging configuration in B, room and settings in %s', ofRoom => {
      const { app, stack } = newApp();
      stack('A');
      const loggingConfigurations = [newLoggingConfiguration(stack('B'), detachOnDelete)];
      new ChatRoom(stack(ofRoom), 'Room', { loggingConfigurations, maximumMessageRatePerSecond: 50 });
      newSettings(stack(ofRoom), { loggingConfigurations });

      expectDependsWithinStack(Object.values(templatesOf(app)), ofRoom === 'B');
    });
  });

  /** Expects that room and settings depend on the detachment if it is in their stack, and only then. */
  function expectDependsWithinStack(templates: any[], isSameStack: boolean): void {
    const [withDetachment] = templates.filter(template => Object.keys(resourcesOf(template, TYPE)).length > 0);
    const [withRoom] = templates.filter(template => Object.keys(resourcesOf(template, ROOM)).length > 0);
    const { id } = onlyResource(withDetachment, TYPE);
    expect([ROOM, SETTINGS].map(type => dependsOn(onlyResource(withRoom, type).resource, id))).toEqual([isSameStack, isSameStack]);
    expect(withDetachment === withRoom).toBe(isSameStack);
  }

  test('the stack of a room depends on the stack of the function, and so on the detachment', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map(id => new Stack(app, id, { env: ENV }));
    new ChatRoom(b, 'Room', { messageReviewHandler: newReview(a, { detachOnDelete }) });

    templatesOf(app);
    expect(a.dependencies).toEqual([]);
    expect(b.dependencies).toEqual([a]);
  });
});

describe('detachOnDelete', () => {
  const l1 = (fn: lambda.Function) => fn.node.defaultChild as lambda.CfnFunction;
  const aliasOf = (version: lambda.IVersion, scope: Stack) => new lambda.Alias(scope, 'Live', { aliasName: 'live', version });

  test.each<[string, (stack: Stack) => lambda.IFunctionRef]>([
    ['a function', newFunction],
    ['its L1', stack => l1(newFunction(stack))],
    ['an alias', stack => aliasOf(newFunction(stack).currentVersion, stack)],
    ['an import of its ARN', stack => lambda.Function.fromFunctionArn(stack, 'Imported', newFunction(stack).functionArn)],
  ])('can be used with %s', (_, handlerIn) => {
    const stack = newStack();
    const review = newReview(stack, { handler: handlerIn(stack), detachOnDelete });

    const { resource } = onlyResource(templateOf(stack).toJSON(), TYPE);
    expect(customPropertiesOf(resource).MessageReviewHandlerUri).toEqual(stack.resolve(review.handlerUri));
  });

  const VERSION = 'detachOnDelete must be used with a function or an alias, got a function version: pass the function or an alias, because each new '
    + 'version is another handler';
  const IMPORT = 'detachOnDelete must be used with a function that is defined in the same stack, got an imported function: remove detachOnDelete, because '
    + 'deleting the stack does not delete the function';
  const otherStack = (path: string) => `detachOnDelete must be used with a function that is defined in the same stack, got ${path}: create the `
    + 'MessageReviewHandler in the stack of the function, which other stacks can share';
  const other = (stack: Stack) => new Stack(stack.node.scope!, 'Other', { env: ENV });
  const imported = (stack: Stack, arn: string) => lambda.Function.fromFunctionArn(stack, 'Imported', arn);

  test.each<[string, string, string, (stack: Stack) => lambda.IFunctionRef]>([
    ['currentVersion', 'DetachOnDeleteOfVersion', VERSION, stack => newFunction(stack).currentVersion],
    ['a Version', 'DetachOnDeleteOfVersion', VERSION, stack => new lambda.Version(stack, 'Version', { lambda: newFunction(stack) })],
    ['an imported version', 'DetachOnDeleteOfVersion', VERSION, stack => lambda.Version.fromVersionArn(stack, 'Version', `${FUNCTION_ARN}:7`)],
    ['a function imported by the ARN of a version', 'DetachOnDeleteOfVersion', VERSION, stack => imported(stack, `${FUNCTION_ARN}:7`)],
    ['an imported function', 'DetachOnDeleteOfImport', IMPORT, stack => imported(stack, FUNCTION_ARN)],
    ['an imported alias', 'DetachOnDeleteOfImport', IMPORT, stack => imported(stack, `${FUNCTION_ARN}:live`)],
    ['an imported alias whose name starts with a digit', 'DetachOnDeleteOfImport', IMPORT, stack => imported(stack, `${FUNCTION_ARN}:2nd`)],
    ['a function with a token as its ARN', 'DetachOnDeleteOfImport', IMPORT, stack => imported(stack, new CfnParameter(stack, 'Arn').valueAsString)],
    ['an alias of an imported function', 'DetachOnDeleteOfImport', IMPORT, stack => aliasOf(lambda.Version.fromVersionArn(stack, 'Version', `${FUNCTION_ARN}:7`), stack)],
    ['a function in another stack', 'DetachOnDeleteOfOtherStack', otherStack('Other/Moderator/Resource'), stack => newFunction(other(stack))],
    ['a function in a nested stack', 'DetachOnDeleteOfOtherStack', otherStack('Stack/Nested/Moderator/Resource'), stack => newFunction(new NestedStack(stack, 'Nested'))],
    ['an alias in another stack', 'DetachOnDeleteOfOtherStack', otherStack('Other/Live/Resource'), stack => aliasOf(newFunction(stack).currentVersion, other(stack))],
    ['an alias of a function in another stack', 'DetachOnDeleteOfOtherStack', otherStack('Other/Moderator/Resource'), stack => aliasOf(newFunction(other(stack)).currentVersion, stack)],
  ])('fails with %s, without creating a resource', (_, name, message, handlerIn) => {
    const stack = newStack(ENV);
    const handler = handlerIn(stack);
    const before = stack.node.findAll().filter(CfnResource.isCfnResource).length;

    expect(thrownBy(() => newReview(stack, { handler, detachOnDelete }))).toMatchObject({ name, message });
    expect(stack.node.findAll().filter(CfnResource.isCfnResource)).toHaveLength(before);
    newReview(new Construct(stack, 'Off'), { handler });
  });
});

test('a room with the L1 of a logging configuration depends on its detachment', () => {
  const stack = newStack();
  const log = newLoggingConfiguration(stack, detachOnDelete);
  new ChatRoom(stack, 'Room', { loggingConfigurations: [log.node.defaultChild as any] });

  const template = templateOf(stack).toJSON();
  expect(dependsOn(onlyResource(template, ROOM).resource, onlyResource(template, TYPE).id)).toBe(true);
});

test('detachOnDelete does not change the properties of a room', () => {
  const [on, off] = [true, false].map(detach => {
    const stack = newStack();
    new ChatRoom(stack, 'Room', {
      messageReviewHandler: newReview(stack, { detachOnDelete: detach }), loggingConfigurations: [newLoggingConfiguration(stack, detach)],
    });
    return templateOf(stack).toJSON();
  });

  const propertiesOf = (template: any): CfnRoom => onlyResource(template, ROOM).resource.Properties;
  expect(propertiesOf(on)).toEqual(propertiesOf(off));
});

function memoize(create: (name: string) => Stack): (name: string) => Stack {
  const stacks = new Map<string, Stack>();
  return name => stacks.get(name) ?? stacks.set(name, create(name)).get(name)!;
}
