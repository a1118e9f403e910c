import { App, Stack } from 'aws-cdk-lib';
import * as library from '../../../src';
import {
  customResourcesOf, logicalId, newFunction, newLoggingConfiguration, onlyResource, ROOM_ARN, dependsOn,
} from '../../support/custom-resources/template';
import { errorOf, warningsOf } from '../../support/grants';
import { secondCopy } from '../../support/second-copy';
import { newStack, resourcesOf, templateOf, templatesOf } from '../../support/synth';

const copy = secondCopy();

describe('two copies of the library in one app', () => {
  test('are two', () => {
    expect(copy.ChatRoom).not.toBe(library.ChatRoom);
    expect(new copy.ChatRoom(newStack(), 'Room')).not.toBeInstanceOf(library.ChatRoom);
  });

  test('share the permission to invoke a function', () => {
    const stack = newStack();
    const handler = newFunction(stack);
    const review = new library.MessageReviewHandler(stack, 'Review', { handler });
    new copy.ChatRoom(stack, 'Room', { messageReviewHandler: new copy.MessageReviewHandler(stack, 'OtherReview', { handler }) });

    const template = templateOf(stack).toJSON();
    expect(Object.keys(resourcesOf(template, 'AWS::Lambda::Permission'))).toEqual([logicalId(review)]);
    expect(onlyResource(template, 'AWS::IVSChat::Room').resource.DependsOn).toEqual([logicalId(review)]);
  });

  test('know the reviewers of each other\'s rooms', () => {
    const stack = newStack();
    const handlers = ['One', 'Two'].map(id => newFunction(stack, id));
    const rooms = [library, copy].map(({ ChatRoom, MessageReviewHandler }, index) => (
      new ChatRoom(stack, `Room${index}`, { messageReviewHandler: new MessageReviewHandler(stack, `Review${index}`, { handler: handlers[index] }) })
    ));
    for (const room of rooms) for (const handler of handlers) room.grantModerate(handler);

    // In the default policies of the functions they would be circular dependencies, which templateOf() refuses.
    expect(Object.keys(resourcesOf(templateOf(stack).toJSON(), 'AWS::IAM::Policy'))).toHaveLength(2);
  });

  test('depend on each other\'s detachments', () => {
    const stack = newStack();
    const messageReviewHandler = new library.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack), detachOnDelete: true });
    new copy.ChatRoom(stack, 'Room', { messageReviewHandler, loggingConfigurations: [newLoggingConfiguration(stack, true)] });

    const template = templateOf(stack).toJSON();
    const { resource: room } = onlyResource(template, 'AWS::IVSChat::Room');
    expect(Object.keys(customResourcesOf(template)).map(id => dependsOn(room, id))).toEqual([true, true]);
  });

  test('refuse the settings of one room twice', () => {
    const stack = newStack();
    for (const [id, { ChatRoom, ChatRoomSettings }] of Object.entries({ First: library, Second: copy })) {
      const create = () => new ChatRoomSettings(stack, `${id}Settings`, {
        room: ChatRoom.fromRoomArn(stack, id, ROOM_ARN), maximumMessageLength: 300,
      });
      expect(errorOf(create)?.code).toBe(id === 'First' ? undefined : 'RoomHasSettings');
    }
  });

  test('share the function behind custom resources, and count its policies together', () => {
    const stack = newStack();
    for (const [index, { ChatRoom }] of [library, copy].entries()) {
      for (let room = 0; room < 10; room++) new ChatRoom(stack, `Room${index}${room}`, { maximumMessageRatePerSecond: 50 });
    }

    templateOf(stack).resourceCountIs('AWS::Lambda::Function', 2);
    expect(warningsOf(stack)).toEqual([['/Stack/IVSChatCustomResources', expect.stringContaining('[ack: cdk-ivschat:anyRoomPolicy]')]]);
  });
});

test('token endpoints of two copies know each other, and accept each other\'s options', () => {
  const stack = newStack();
  const room = library.ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN);
  const bans = new copy.ChatBans(stack, 'Bans');
  new library.ChatTokenEndpoint(stack, 'Tokens', { rooms: [room], bans, authentication: copy.ChatAuthentication.iam(), defaultRole: copy.ChatRole.viewer() });
  const authentication = copy.ChatAuthentication.oidc({ issuer: 'https://login.example.com', audience: ['chat'] });
  new copy.ChatTokenEndpoint(stack, 'Others', { rooms: [room], authentication });

  expect(warningsOf(stack)).toEqual([['/Stack/Others', expect.stringContaining('[ack: cdk-ivschat:userIdsOfTwoProviders]')]]);
});

test('two copies know that a stack is monitored', () => {
  const stack = newStack();
  new library.ChatMonitoring(stack, 'Monitoring');
  new copy.ChatMonitoring(stack, 'Second');
  expect(warningsOf(stack)).toEqual([['/Stack/Second', expect.stringContaining('[ack: cdk-ivschat:monitoredTwice]')]]);
});

describe('an app with a version that keeps its state in another layout', () => {
  const message = 'cdk-ivschat must have compatible versions in all packages of an app, got versions with the state layouts 5 and 4: '
    + 'install one version, "npm ls cdk-ivschat" lists where it is used';

  /** A stack of an app in which another version was there first. */
  function stackWithOtherLayout(): Stack {
    const app = new App();
    Object.defineProperty(app, Symbol.for('cdk-ivschat.AppState'), { value: { layout: 5 } });
    return new Stack(app, 'Stack');
  }

  test.each<[string, (stack: Stack) => unknown]>([
    ['a review handler', stack => new library.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) })],
    ['a rate above 10', stack => new library.ChatRoom(stack, 'Room', { maximumMessageRatePerSecond: 50 })],
    ['settings', stack => new library.ChatRoomSettings(stack, 'Settings', {
      room: library.ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN), maximumMessageLength: 300,
    })],
    ['detachOnDelete', stack => newLoggingConfiguration(stack, true)],
    ['a token endpoint', stack => new library.ChatTokenEndpoint(stack, 'Tokens', {
      rooms: [library.ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN)], authentication: library.ChatAuthentication.iam(),
    })],
    ['a monitoring', stack => new library.ChatMonitoring(stack, 'Monitoring')],
    ['a grant on a room', stack => new library.ChatRoom(stack, 'Room').grantModerate(newFunction(stack))],
  ])('fails for %s', (_, create) => {
    expect(errorOf(() => create(stackWithOtherLayout()))).toEqual({ code: 'IncompatibleVersions', message });
  });

  test('is fine if nothing is shared', () => {
    const stack = stackWithOtherLayout();
    new library.ChatRoom(stack, 'Room', { roomName: 'lobby' });

    templateOf(stack).resourceCountIs('AWS::IVSChat::Room', 1);
  });
});

test('two apps in one process share nothing', () => {
  const apps = [new App(), new App()];
  for (const app of apps) {
    const stack = new Stack(app, 'Stack');
    const handler = library.MessageReviewHandler.none();
    new library.ChatRoomSettings(stack, 'Settings', { room: library.ChatRoom.fromRoomArn(stack, 'Room', ROOM_ARN), messageReviewHandler: handler });
    new library.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });
  }

  for (const app of apps) expect(Object.keys(resourcesOf(templatesOf(app)['Stack.template.json'], 'AWS::Lambda::Permission'))).toHaveLength(1);
});

test('the state is not enumerable', () => {
  const stack = newStack();
  new library.MessageReviewHandler(stack, 'Review', { handler: newFunction(stack) });

  expect(Object.getOwnPropertyDescriptor(stack.node.root, Symbol.for('cdk-ivschat.AppState'))).toMatchObject({ enumerable: false, writable: false });
});
