import { Annotations, App, CfnParameter, NestedStack, Stack, type Stage } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';
import { ChatRoom, ChatRoomSettings, FallbackResult, LoggingConfiguration, MessageReviewHandler } from '../../../src';
import {
  agnosticArn, policyOf, customResourcesOf, FRAMEWORK, FUNCTION_ARN, LOG_POLICY, LOGGING_ARN, logicalId, newFunction, newLoggingConfiguration,
  newReview, onlyResource, ROOM_ARN, propsOf, waitsFor,
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
  const definition = (told: object, policyId: string) => ({
    Type: TYPE,
    Properties: { ServiceToken: { 'Fn::GetAtt': [FRAMEWORK, 'Arn'] }, ServiceTimeout: '300', ...told },
    DependsOn: [LOG_POLICY, policyId].sort(),
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  });

  test('of a handler is a custom resource with these properties', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    newReview(stack, { handler, detachOnDelete });

    expect(resourcesOf(templateOf(stack).toJSON(), TYPE)).toEqual({
      ReviewDetachment5C9EE81A: definition({ MessageReviewHandlerUri: arnOf(handler) }, 'ReviewDetachmentPolicy406C899A'),
    });
  });

  test('of a logging configuration is a custom resource with these properties', () => {
    const stack = newStack();
    const log = newLoggingConfiguration(stack, detachOnDelete);

    expect(resourcesOf(templateOf(stack).toJSON(), TYPE)).toEqual({
      ChatLogDetachment5B64461C: definition({ LoggingConfigurationArn: arnOf(log) }, 'ChatLogDetachmentPolicy39E9F24A'),
    });
  });

  test.each<[string, (stack: Stack) => unknown]>([
    ['handler', stack => newReview(stack, { detachOnDelete })],
    ['logging configuration', stack => newLoggingConfiguration(stack, detachOnDelete)],
  ])('of a %s may list rooms and update any of them', (_, add) => {
    const stack = newStack();
    add(stack);

    const template = templateOf(stack).toJSON();
    const statements = [allow('ivschat:ListRooms', '*'), allow('ivschat:UpdateRoom', agnosticArn('room/*'))];
    expect(policyOf(template, onlyResource(template, TYPE).resource)).toEqual(statements);
    expect(statementsOf(template).filter(({ Action }) => String(Action).includes('ivschat:'))).toEqual(statements);
  });

  test.each([false, undefined])('is not there where detachOnDelete is %s', off => {
    const stack = newStack();
    const review = newReview(stack, { detachOnDelete: off });
    const log = newLoggingConfiguration(stack, off);
    new ChatRoom(stack, 'Room', { messageReviewHandler: review, loggingConfigurations: [log] });

    const template = templateOf(stack).toJSON();
    expect(customResourcesOf(template)).toEqual({});
    expect(onlyResource(template, ROOM).resource.DependsOn).toEqual([logicalId(review)]);
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Function'))).toEqual([logicalId(stack.node.findChild('Moderator'))]);
  });

  test('of two handlers and two logging configurations is one for each', () => {
    const stack = newStack();
    for (const id of ['One', 'Two']) {
      new MessageReviewHandler(stack, `${id}Review`, { handler: newFunction(stack, id), detachOnDelete });
      newLoggingConfiguration(stack, detachOnDelete, `${id}Log`);
    }

    const told = Object.values(resourcesOf(templateOf(stack).toJSON(), TYPE)).map(propsOf);
    expect(new Set(told.map(properties => JSON.stringify(properties))).size).toBe(4);
  });

  test('does not become what the handler or the logging configuration is changed through', () => {
    const stack = newStack();

    expect(newReview(stack, { detachOnDelete }).node.defaultChild).toBeInstanceOf(lambda.CfnPermission);
    expect(newLoggingConfiguration(stack, detachOnDelete).node.defaultChild).toMatchObject({ cfnResourceType: 'AWS::IVSChat::LoggingConfiguration' });
  });
});

describe('of the same stack', () => {
  test('rooms and settings wait for the detachment of their handler', () => {
    const stack = newStack(ENV);
    const messageReviewHandler = newReview(stack, { detachOnDelete, fallbackResult: FallbackResult.DENY });
    for (const id of ['One', 'Two']) new ChatRoom(stack, id, { messageReviewHandler });
    newSettings(stack, { messageReviewHandler });

    const template = templateOf(stack).toJSON();
    const { id } = onlyResource(template, TYPE);
    const users = [...Object.values(resourcesOf(template, ROOM)), onlyResource(template, SETTINGS).resource];
    expect(users.map(user => waitsFor(user, id) && waitsFor(user, logicalId(messageReviewHandler)))).toEqual([true, true, true]);
  });

  test('rooms and settings wait for the detachment of each of their logging configurations, and of no other', () => {
    const stack = newStack(ENV);
    const logs = ['One', 'Two', 'Other'].map(id => newLoggingConfiguration(stack, detachOnDelete, `${id}Log`));
    new ChatRoom(stack, 'Room', { loggingConfigurations: logs.slice(0, 2) });
    newSettings(stack, { loggingConfigurations: logs.slice(0, 2) });

    const template = templateOf(stack).toJSON();
    const detachments = Object.keys(resourcesOf(template, TYPE));
    for (const type of [ROOM, SETTINGS]) {
      const { resource } = onlyResource(template, type);
      expect(detachments.map(id => waitsFor(resource, id))).toEqual([true, true, false]);
    }
  });

  test('a room that waits for both, and has a rate, waits for nothing else', () => {
    const stack = newStack();
    const messageReviewHandler = newReview(stack, { detachOnDelete });
    new ChatRoom(stack, 'Room', {
      messageReviewHandler, loggingConfigurations: [newLoggingConfiguration(stack, detachOnDelete)], maximumMessageRatePerSecond: 50,
    });

    const template = templateOf(stack).toJSON();
    expect([...onlyResource(template, ROOM).resource.DependsOn].sort())
      .toEqual([...Object.keys(resourcesOf(template, TYPE)), logicalId(messageReviewHandler)].sort());
  });

  test('a room that names neither does not wait', () => {
    const stack = newStack();
    newReview(stack, { detachOnDelete });
    newLoggingConfiguration(stack, detachOnDelete);
    new ChatRoom(stack, 'Room', {
      messageReviewHandler: MessageReviewHandler.none(),
      loggingConfigurations: [LoggingConfiguration.fromLoggingConfigurationArn(stack, 'Imported', LOGGING_ARN)],
    });

    expect(onlyResource(templateOf(stack).toJSON(), ROOM).resource.DependsOn).toBeUndefined();
  });

  test('the reviewing function may be granted on a room, and on an imported one with settings', () => {
    const stack = newStack(ENV);
    const handler = newFunction(stack);
    const messageReviewHandler = newReview(stack, { handler, detachOnDelete });
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler, maximumMessageRatePerSecond: 50 });
    room.grantModerate(handler);
    const imported = ChatRoom.fromRoomId(stack, 'Foreign', 'AbCdEfGhIjKl');
    newSettings(stack, { room: imported, messageReviewHandler });
    imported.grantModerate(handler);

    expect(Object.keys(resourcesOf(templateOf(stack).toJSON(), ROOM))).toEqual([logicalId(room)]);
  });
});

describe('of other stacks', () => {
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
  // Who is together and who is apart, and each the other way round.
  const arrangements = ['AAA', 'BBB', 'AAB', 'BBA', 'ABA', 'BAB', 'ABB', 'BAA', 'ABC', 'CBA']
    .map(([ofFunction, ofHandler, ofRoom]) => ({ ofFunction, ofHandler, ofRoom }));

  describe.each(apps)('in %s', (_, newApp) => {
    test.each(arrangements)('function in $ofFunction, handler in $ofHandler, room and settings in $ofRoom', ({ ofFunction, ofHandler, ofRoom }) => {
      const { app, stack } = newApp();
      const messageReviewHandler = newReview(stack(ofHandler), { handler: newFunction(stack(ofFunction)), detachOnDelete });
      new ChatRoom(stack(ofRoom), 'Room', { messageReviewHandler, maximumMessageRatePerSecond: 50 });
      newSettings(stack(ofRoom), { messageReviewHandler });

      expectWaitsOnlyInside(Object.values(templatesOf(app)), ofHandler === ofRoom);
    });

    test.each(['A', 'B', 'C'])('logging configuration in B, room and settings in %s', ofRoom => {
      const { app, stack } = newApp();
      stack('A');
      const loggingConfigurations = [newLoggingConfiguration(stack('B'), detachOnDelete)];
      new ChatRoom(stack(ofRoom), 'Room', { loggingConfigurations, maximumMessageRatePerSecond: 50 });
      newSettings(stack(ofRoom), { loggingConfigurations });

      expectWaitsOnlyInside(Object.values(templatesOf(app)), ofRoom === 'B');
    });
  });

  /** The room and the settings wait for the detachment in their own stack, and for none elsewhere. */
  function expectWaitsOnlyInside(templates: any[], isInside: boolean): void {
    const [withDetachment] = templates.filter(template => Object.keys(resourcesOf(template, TYPE)).length > 0);
    const [withRoom] = templates.filter(template => Object.keys(resourcesOf(template, ROOM)).length > 0);
    const { id } = onlyResource(withDetachment, TYPE);
    expect([ROOM, SETTINGS].map(type => waitsFor(onlyResource(withRoom, type).resource, id))).toEqual([isInside, isInside]);
    expect(withDetachment === withRoom).toBe(isInside);
  }

  test('no stack waits for the stack of a handler whose function it has itself', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map(id => new Stack(app, id, { env: ENV }));
    const messageReviewHandler = newReview(a, { handler: newFunction(b), detachOnDelete });
    new ChatRoom(b, 'Room', { messageReviewHandler });

    templatesOf(app);
    expect(a.dependencies).toEqual([b]);
    expect(b.dependencies).toEqual([]);
  });

  test('a room waits for the stack of a function, and so for the detachment of a handler there', () => {
    const app = new App();
    const [a, b] = ['A', 'B'].map(id => new Stack(app, id, { env: ENV }));
    new ChatRoom(b, 'Room', { messageReviewHandler: newReview(a, { detachOnDelete }) });

    templatesOf(app);
    expect(a.dependencies).toEqual([]);
    expect(b.dependencies).toEqual([a]);
  });
});

describe('with a version', () => {
  const text = 'detachOnDelete takes the handler off all rooms whenever it is another one, as it is with each new version: pass the function or an '
    + 'alias, or acknowledge this warning [ack: cdk-ivschat:detachOnDeleteOfVersion]';

  const versions: [string, (stack: Stack) => lambda.IFunctionRef][] = [
    ['currentVersion', stack => newFunction(stack).currentVersion],
    ['a Version', stack => new lambda.Version(stack, 'Version', { lambda: newFunction(stack) })],
    ['an imported version', stack => lambda.Version.fromVersionArn(stack, 'Version', `${FUNCTION_ARN}:7`)],
    ['a function imported by the ARN of a version', stack => lambda.Function.fromFunctionArn(stack, 'Version', `${FUNCTION_ARN}:7`)],
  ];
  const others: [string, (stack: Stack) => lambda.IFunctionRef][] = [
    ['a function', newFunction],
    ['its L1', stack => newFunction(stack).node.defaultChild as lambda.CfnFunction],
    ['an alias', stack => new lambda.Alias(stack, 'Live', { aliasName: 'live', version: newFunction(stack).currentVersion })],
    ['an imported function', stack => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN)],
    ['an imported alias', stack => lambda.Function.fromFunctionArn(stack, 'Imported', `${FUNCTION_ARN}:live`)],
    ['an imported alias of a name that begins with a digit', stack => lambda.Function.fromFunctionArn(stack, 'Imported', `${FUNCTION_ARN}:2nd`)],
    ['a function with a number for a name', stack => lambda.Function.fromFunctionArn(stack, 'Imported', FUNCTION_ARN.replace('moderator', '7'))],
    ['a function known at deployment', stack => lambda.Function.fromFunctionArn(stack, 'Imported', new CfnParameter(stack, 'Arn').valueAsString)],
  ];

  test.each(versions)('%s is a warning', (_, handlerIn) => {
    const stack = newStack();
    newReview(stack, { handler: handlerIn(stack), detachOnDelete });

    expect(warningsOf(stack)).toEqual([['/Stack/Review', text]]);
  });

  test.each(versions)('%s is no warning without detachOnDelete, or acknowledged', (_, handlerIn) => {
    const [plain, acknowledged] = [newStack(), newStack()];
    newReview(plain, { handler: handlerIn(plain) });
    newReview(acknowledged, { handler: handlerIn(acknowledged), detachOnDelete });
    Annotations.of(acknowledged).acknowledgeWarning('cdk-ivschat:detachOnDeleteOfVersion');

    expect(warningsOf(plain)).toEqual([]);
    expect(warningsOf(acknowledged)).toEqual([]);
  });

  test.each(others)('%s is none, and no warning', (_, handlerIn) => {
    const stack = newStack();
    const review = newReview(stack, { handler: handlerIn(stack), detachOnDelete });

    expect(warningsOf(stack)).toEqual([]);
    expect(propsOf(onlyResource(templateOf(stack).toJSON(), TYPE).resource)).toEqual({ MessageReviewHandlerUri: stack.resolve(review.handlerUri) });
  });
});

test('a room that is given the L1 of a logging configuration waits for its detachment too', () => {
  const stack = newStack();
  const log = newLoggingConfiguration(stack, detachOnDelete);
  new ChatRoom(stack, 'Room', { loggingConfigurations: [log.node.defaultChild as any] });

  const template = templateOf(stack).toJSON();
  expect(waitsFor(onlyResource(template, ROOM).resource, onlyResource(template, TYPE).id)).toBe(true);
});

test('the definition of a room is the same with and without detachOnDelete', () => {
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

function memoize(make: (name: string) => Stack): (name: string) => Stack {
  const made = new Map<string, Stack>();
  return name => made.get(name) ?? made.set(name, make(name)).get(name)!;
}
