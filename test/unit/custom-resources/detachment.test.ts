import { Annotations, App, CfnParameter, NestedStack, Stack, type Stage } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { ChatRoom, ChatRoomSettings, FallbackResult, LoggingConfiguration, MessageReviewHandler } from '../../../src';
import {
  agnosticArn, statementsFor, customResourcesOf, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN, logicalId, newFunction, newLoggingConfiguration,
  newReview, onlyResource, ROOM_ARN, customPropertiesOf, dependsOn,
} from '../../support/custom-resources/template';
import { allow, statementsOf, warningsOf } from '../../support/grants';
import { ENV, newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const TYPE = 'Custom::IVSChatDetachment';
const ROOM = 'AWS::IVSChat::Room';
const SETTINGS = 'Custom::IVSChatRoomSettings';
const detachOnDelete = true;

function newSettings(stack: Stack, props: Partial<ConstructorParameters<typeof ChatRoomSettings>[2]>): ChatRoomSettings {
  return new ChatRoomSettings(stack, 'Settings', { room: ChatRoom.fromRoomArn(stack, 'Imported', ROOM_ARN), ...props });
}

describe('the detachment', () => {
  const arnOf = (construct: IConstruct) => ({ 'Fn::GetAtt': [logicalId(construct), 'Arn'] });
  const definition = (properties: object, policyId: string) => ({
    Type: TYPE,
    Properties: { ServiceToken: { 'Fn::GetAtt': [FRAMEWORK, 'Arn'] }, ServiceTimeout: '300', ...properties },
    DependsOn: [LOG_POLICY, policyId].sort(),
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  });

  test('of a handler is a custom resource', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    newReview(stack, { handler, detachOnDelete });

    expect(resourcesOf(templateOf(stack).toJSON(), TYPE)).toEqual({
      ReviewDetachment5C9EE81A: definition({ MessageReviewHandlerUri: arnOf(handler) }, 'ReviewDetachmentPolicy406C899A'),
    });
  });

  test('of a logging configuration is a custom resource', () => {
    const stack = newStack();
    const log = newLoggingConfiguration(stack, detachOnDelete);

    expect(resourcesOf(templateOf(stack).toJSON(), TYPE)).toEqual({
      ChatLogDetachment5B64461C: definition({ LoggingConfigurationArn: arnOf(log) }, 'ChatLogDetachmentPolicy39E9F24A'),
    });
  });

  test.each<[string, (stack: Stack) => unknown]>([
    ['handler', stack => newReview(stack, { detachOnDelete })],
    ['logging configuration', stack => newLoggingConfiguration(stack, detachOnDelete)],
  ])('of a %s allows its handler to list rooms and to update all of them', (_, add) => {
    const stack = newStack();
    add(stack);

    const template = templateOf(stack).toJSON();
    const statements = [allow('ivschat:ListRooms', '*'), allow('ivschat:UpdateRoom', agnosticArn('room/*'))];
    expect(statementsFor(template, onlyResource(template, TYPE).resource)).toEqual(statements);
    expect(statementsOf(template).filter(({ Action }) => String(Action).includes('ivschat:'))).toEqual(statements);
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
  // All combinations of the same and different stacks, in both orders.
  const arrangements = ['AAA', 'BBB', 'AAB', 'BBA', 'ABA', 'BAB', 'ABB', 'BAA', 'ABC', 'CBA']
    .map(([ofFunction, ofHandler, ofRoom]) => ({ ofFunction, ofHandler, ofRoom }));

  describe.each(apps)('in %s', (_, newApp) => {
    test.each(arrangements)('function in $ofFunction, handler in $ofHandler, room and settings in $ofRoom', ({ ofFunction, ofHandler, ofRoom }) => {
      const { app, stack } = newApp();
      const messageReviewHandler = newReview(stack(ofHandler), { handler: newFunction(stack(ofFunction)), detachOnDelete });
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

  test('the stack of a function does not depend on the stack of its handler', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map(id => new Stack(app, id, { env: ENV }));
    const messageReviewHandler = newReview(a, { handler: newFunction(b), detachOnDelete });
    new ChatRoom(b, 'Room', { messageReviewHandler });

    templatesOf(app);
    expect(a.dependencies).toEqual([b]);
    expect(b.dependencies).toEqual([]);
  });

  test('the stack of a room depends on the stack of the function, and so on the detachment', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map(id => new Stack(app, id, { env: ENV }));
    new ChatRoom(b, 'Room', { messageReviewHandler: newReview(a, { detachOnDelete }) });

    templatesOf(app);
    expect(a.dependencies).toEqual([]);
    expect(b.dependencies).toEqual([a]);
  });
});

describe('detachOnDelete with', () => {
  const message = 'detachOnDelete is used with a function version. Each new version is another handler, so publishing one detaches the previous version '
    + 'from all rooms. Pass the function or an alias, or acknowledge this warning. [ack: cdk-ivschat:detachOnDeleteOfVersion]';

  const versions: [string, (stack: Stack) => lambda.IFunctionRef][] = [
    ['currentVersion', stack => newFunction(stack).currentVersion],
    ['a Version', stack => new lambda.Version(stack, 'Version', { lambda: newFunction(stack) })],
    ['an imported version', stack => lambda.Version.fromVersionArn(stack, 'Version', `${FUNCTION_ARN}:7`)],
    ['a function imported by the ARN of a version', stack => lambda.Function.fromFunctionArn(stack, 'Version', `${FUNCTION_ARN}:7`)],
  ];
  const notVersions: [string, (stack: Stack) => lambda.IFunctionRef][] = [
    ['a function', newFunction],
    ['its L1', stack => newFunction(stack).node.defaultChild as lambda.CfnFunction],
    ['an alias', stack => new lambda.Alias(stack, 'Live', { aliasName: 'live', version: newFunction(stack).currentVersion })],
    ['an imported function', stack => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN)],
    ['an imported alias', stack => lambda.Function.fromFunctionArn(stack, 'Imported', `${FUNCTION_ARN}:live`)],
    ['an imported alias whose name starts with a digit', stack => lambda.Function.fromFunctionArn(stack, 'Imported', `${FUNCTION_ARN}:2nd`)],
    ['a function whose name is a number', stack => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN.replace('moderator', '7'))],
    ['a function with a token as its ARN', stack => lambda.Function.fromFunctionArn(stack, 'Imported', new CfnParameter(stack, 'Arn').valueAsString)],
  ];

  test.each(versions)('%s warns', (_, handlerIn) => {
    const stack = newStack();
    newReview(stack, { handler: handlerIn(stack), detachOnDelete });

    expect(warningsOf(stack)).toEqual([['/Stack/Review', message]]);
  });

  test.each(versions)('%s does not warn if detachOnDelete is off or the warning is acknowledged', (_, handlerIn) => {
    const [plain, acknowledged] = [newStack(), newStack()];
    newReview(plain, { handler: handlerIn(plain) });
    newReview(acknowledged, { handler: handlerIn(acknowledged), detachOnDelete });
    Annotations.of(acknowledged).acknowledgeWarning('cdk-ivschat:detachOnDeleteOfVersion');

    expect(warningsOf(plain)).toEqual([]);
    expect(warningsOf(acknowledged)).toEqual([]);
  });

  test.each(notVersions)('%s does not warn', (_, handlerIn) => {
    const stack = newStack();
    const review = newReview(stack, { handler: handlerIn(stack), detachOnDelete });

    expect(warningsOf(stack)).toEqual([]);
    const { resource } = onlyResource(templateOf(stack).toJSON(), TYPE);
    expect(customPropertiesOf(resource)).toEqual({ MessageReviewHandlerUri: stack.resolve(review.handlerUri) });
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
