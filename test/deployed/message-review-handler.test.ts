import { CreateChatTokenCommand, GetRoomCommand } from '@aws-sdk/client-ivschat';
import { SendMessageRequest, type ChatRoom as Client } from 'amazon-ivs-chat-messaging';
import { CfnOutput, Stack, type App } from 'aws-cdk-lib';
import { Alias, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, FallbackResult, MessageReviewHandler, type IMessageReviewHandler } from '../../src';
import { Machine, next } from '../support/deployed/machine';

/** Ends the connections of whoever writes. */
const DISCONNECTS = `
const { DisconnectUserCommand, IvschatClient } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient({});
exports.handler = async ({ Content, RoomArn, Sender }) => {
  await chat.send(new DisconnectUserCommand({ roomIdentifier: RoomArn, userId: Sender.UserId }));
  return { ReviewResult: 'DENY', Content };
};
`;

let machine: Machine;
afterEach(async () => {
  await machine.stop();
});

/** A room, and what its handler answers. */
function reviewed(answer: string, reviewBy: (stack: Stack, handler: Function) => IMessageReviewHandler | undefined) {
  return (app: App) => {
    const stack = new Stack(app, 'Reviewed');
    const handler = new Function(stack, 'Handler', {
      runtime: Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: Code.fromInline(`exports.handler = async ({ Content }) => { ${answer} };`),
    });
    const room = new ChatRoom(stack, 'Room', { messageReviewHandler: reviewBy(stack, handler) });
    new CfnOutput(stack, 'RoomArn', { value: room.roomArn });
    new CfnOutput(stack, 'HandlerArn', { value: handler.functionArn });
    return stack;
  };
}

async function enter(roomIdentifier: string): Promise<Client> {
  return machine.connect(async () => {
    const { token } = await machine.chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: 'ada', capabilities: ['SEND_MESSAGE'] }));
    return token!;
  });
}

async function handlerOf(identifier: string) {
  return (await machine.chat.send(new GetRoomCommand({ identifier }))).messageReviewHandler;
}

describe('a handler that fails', () => {
  beforeEach(async () => {
    machine = await Machine.start();
  });

  const failing = (fallbackResult?: FallbackResult) =>
    reviewed('throw new Error(Content);', (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler, fallbackResult }));

  test('FallbackResult.DENY refuses the message', async () => {
    const { RoomArn } = await machine.deploy(failing(FallbackResult.DENY));
    await expect((await enter(RoomArn)).sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 406 });
  });

  test.each([FallbackResult.ALLOW, undefined])('FallbackResult %s delivers the message as it is', async fallbackResult => {
    const { RoomArn } = await machine.deploy(failing(fallbackResult));
    await expect((await enter(RoomArn)).sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello' });
  });
});

// Nobody could confirm whether CloudFormation clears what is removed from a template: none() has to work either way.
describe.each([true, false])('where removing a property clears it: %s', removalClearsProperty => {
  beforeEach(async () => {
    machine = await Machine.start({ removalClearsProperty });
  });

  test('none() takes the handler off the room, and it can come back', async () => {
    const refuses = 'return { ReviewResult: "DENY", Content };';
    const withReview = reviewed(refuses, (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler, fallbackResult: FallbackResult.DENY }));
    const { HandlerArn, RoomArn } = await machine.deploy(withReview);
    expect(await handlerOf(RoomArn)).toEqual({ uri: HandlerArn, fallbackResult: 'DENY' });
    const client = await enter(RoomArn);
    await expect(client.sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 406 });

    await machine.deploy(reviewed(refuses, () => MessageReviewHandler.none()));
    expect(await handlerOf(RoomArn)).toBeUndefined();
    await expect(client.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello' });

    await machine.deploy(withReview);
    expect(await handlerOf(RoomArn)).toEqual({ uri: HandlerArn, fallbackResult: 'DENY' });
    await expect(client.sendMessage(new SendMessageRequest('hello'))).rejects.toMatchObject({ errorCode: 406 });
  });

  test(`without the property the room ${removalClearsProperty ? 'has no handler' : 'keeps its handler'}`, async () => {
    const allows = 'return { ReviewResult: "ALLOW", Content };';
    const { HandlerArn, RoomArn } = await machine.deploy(reviewed(allows, (stack, handler) => new MessageReviewHandler(stack, 'Review', { handler })));
    await machine.deploy(reviewed(allows, () => undefined));

    expect((await handlerOf(RoomArn))?.uri).toBe(removalClearsProperty ? undefined : HandlerArn);
  });
});

test('an alias reviews, and a new version behind it takes over', async () => {
  machine = await Machine.start();
  const version = (word: string) => reviewed(`return { ReviewResult: "ALLOW", Content: Content + " ${word}" };`, (stack, handler) =>
    new MessageReviewHandler(stack, 'Review', { handler: new Alias(stack, 'Alias', { aliasName: 'live', version: handler.currentVersion }) }));
  const { HandlerArn, RoomArn } = await machine.deploy(version('one'));
  const client = await enter(RoomArn);
  expect(await handlerOf(RoomArn)).toMatchObject({ uri: `${HandlerArn}:live` });
  await expect(client.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello one' });

  await machine.deploy(version('two'));
  await expect(client.sendMessage(new SendMessageRequest('hello'))).resolves.toMatchObject({ content: 'hello two' });
});

test('a handler of another stack reviews and moderates, and cannot go as long as the room is there', async () => {
  machine = await Machine.start();
  const { RoomArn } = await machine.deploy(app => {
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
  await expect(machine.server.deployment.destroy('Shared')).rejects.toThrow(/^The stack Shared cannot be deleted: Rooms imports its export /);
  await machine.server.deployment.destroy('Rooms');
  await machine.server.deployment.destroy('Shared');
});
