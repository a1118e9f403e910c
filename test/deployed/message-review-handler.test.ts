import { CreateChatTokenCommand, GetRoomCommand } from '@aws-sdk/client-ivschat';
import { SendMessageRequest, type ChatRoom as Client } from 'amazon-ivs-chat-messaging';
import { CfnOutput, Stack, type App } from 'aws-cdk-lib';
import { Alias, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, FallbackResult, MessageReviewHandler, type IMessageReviewHandler } from '../../src';
import { LocalRuntime, next } from '../support/deployed/local-runtime';

/** Disconnects every user who sends a message. */
const DISCONNECTS = `
const { DisconnectUserCommand, IvschatClient } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient({});
exports.handler = async ({ Content, RoomArn, Sender }) => {
  await chat.send(new DisconnectUserCommand({ roomIdentifier: RoomArn, userId: Sender.UserId }));
  return { ReviewResult: 'DENY', Content };
};
`;

let runtime: LocalRuntime;
afterEach(async () => {
  await runtime.stop();
});

/** A stack with a room, and a handler with this body. */
function reviewed(body: string, newReview: (stack: Stack, handler: Function) => IMessageReviewHandler | undefined) {
  return (app: App) => {
    const stack = new Stack(app, 'Reviewed');
    const handler = new Function(stack, 'Handler', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(`exports.handler = async ({ Content }) => { ${body} };`),
    });
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: newReview(stack, handler) });
    new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    new CfnOutput(stack, 'HandlerArn', { value: handler.functionArn });
    return stack;
  };
}

async function enter(roomIdentifier: string): Promise<Client> {
  return runtime.connect(async () => {
    const { token } = await runtime.chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: 'ada', capabilities: ['SEND_MESSAGE'] }));
    return token!;
  });
}

async function handlerOf(identifier: string) {
  return (await runtime.chat.send(new GetRoomCommand({ identifier }))).messageReviewHandler;
}

describe('a handler that fails', () => {
  beforeEach(async () => {
    runtime = await LocalRuntime.start();
  });

  const failing = (fallbackResult?: FallbackResult) =>
    reviewed('throw new Error(Content);', (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler, fallbackResult }));

  test('FallbackResult.DENY refuses the message', async () => {
    const { RoomArn } = await runtime.deploy(failing(FallbackResult.DENY));
    await expect((await enter(RoomArn)).sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 406 });
  });

  test.each([FallbackResult.ALLOW, undefined])('FallbackResult %s delivers the message as it is', async fallbackResult => {
    const { RoomArn } = await runtime.deploy(failing(fallbackResult));
    await expect((await enter(RoomArn)).sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello' });
  });
});

// Whether CloudFormation clears a property that is removed from the template is not documented: none() must work either way.
describe.each([true, false])('if removing a property clears it: %s', removalClearsProperty => {
  beforeEach(async () => {
    runtime = await LocalRuntime.start({ removalClearsProperty });
  });

  test('none() detaches the handler, and it can be attached again', async () => {
    const refuses = 'return { ReviewResult: "DENY", Content };';
    const withReview = reviewed(refuses, (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler, fallbackResult: FallbackResult.DENY }));
    const { HandlerArn, RoomArn } = await runtime.deploy(withReview);
    expect(await handlerOf(RoomArn)).toEqual({ uri: HandlerArn, fallbackResult: 'DENY' });
    const client = await enter(RoomArn);
    await expect(client.sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 406 });

    await runtime.deploy(reviewed(refuses, () => MessageReviewHandler.none()));
    expect((await handlerOf(RoomArn))?.uri).toBe('');
    await expect(client.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello' });

    await runtime.deploy(withReview);
    expect(await handlerOf(RoomArn)).toEqual({ uri: HandlerArn, fallbackResult: 'DENY' });
    await expect(client.sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 406 });
  });

  test(`the room ${removalClearsProperty ? 'has no handler' : 'keeps its handler'} when the property is removed`, async () => {
    const allows = 'return { ReviewResult: "ALLOW", Content };';
    const { HandlerArn, RoomArn } = await runtime.deploy(reviewed(allows, (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler })));
    await runtime.deploy(reviewed(allows, () => undefined));

    expect((await handlerOf(RoomArn))?.uri).toBe(removalClearsProperty ? '' : HandlerArn);
  });
});

test('an alias reviews, and then its next version', async () => {
  runtime = await LocalRuntime.start();
  const version = (word: string) => reviewed(`return { ReviewResult: "ALLOW", Content: Content + " ${word}" };`, (stack, handler) =>
    new MessageReviewHandler(stack, 'Review', { handler: new Alias(stack, 'Alias', { aliasName: 'live', version: handler.currentVersion }) }));
  const { HandlerArn, RoomArn } = await runtime.deploy(version('one'));
  const client = await enter(RoomArn);
  expect(await handlerOf(RoomArn)).toMatchObject({ uri: `${HandlerArn}:live` });
  await expect(client.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello one' });

  await runtime.deploy(version('two'));
  await expect(client.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello two' });
});

test('a handler of another stack reviews and moderates, and cannot be deleted before the room', async () => {
  runtime = await LocalRuntime.start();
  const { RoomArn } = await runtime.deploy(app => {
    const shared = new Stack(app, 'Shared');
    const handler = new Function(shared, 'Handler', { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromInline(DISCONNECTS) });
    const review = new MessageReviewHandler(shared, 'Review', { handler });
    const stack = new Stack(app, 'Rooms');
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: review });
    room.grantModerate(handler);
    new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    return stack;
  });
  const client = await enter(RoomArn);
  const left = next(client, 'disconnect');
  void client.sendMessage(new SendMessageRequest('hello')).catch(() => undefined);

  expect(await left).toBe('serverDisconnect');
  await expect(runtime.local.destroy('Shared')).rejects.toThrow(/^The stack Shared cannot be deleted: Rooms imports its export /);
  await runtime.local.destroy('Rooms');
  await runtime.local.destroy('Shared');
});
