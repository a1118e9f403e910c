import { CreateChatTokenCommand, GetRoomCommand } from '@aws-sdk/client-ivschat';
import { SendMessageRequest } from 'amazon-ivs-chat-messaging';
import type { App } from 'aws-cdk-lib';
import { RuntimeRoomsStack } from '../../examples/runtime-rooms/runtime-rooms-stack';
import { Machine } from '../support/deployed/machine';

const STACK = 'RuntimeRooms';
const build = (app: App) => new RuntimeRoomsStack(app, STACK);

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start();
  machine.synthesize(build);
});

afterAll(async () => {
  await machine.stop();
});

async function createRoom(functionName: string, name: string): Promise<string> {
  const { functionError, payload } = await machine.server.functions.invoke(functionName, JSON.stringify({ name }));
  expect(functionError).toBeUndefined();
  return JSON.parse(payload).roomArn;
}

async function sendTo(roomIdentifier: string, content: string) {
  const client = await machine.connect(async () => {
    const { token } = await machine.chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: 'ada', capabilities: ['SEND_MESSAGE'] }));
    return token!;
  });
  return client.sendMessage(new SendMessageRequest(content));
}

const settingsOf = async (identifier: string) => machine.chat.send(new GetRoomCommand({ identifier }));

test('rooms made at run time are reviewed and logged, and still are when the stack is gone or there again', async () => {
  const { CreateRoomFunction } = await machine.deploy(build);
  const first = await createRoom(CreateRoomFunction, 'first');
  const settings = await settingsOf(first);
  expect(settings).toMatchObject({
    name: 'first', maximumMessageRatePerSecond: 50, messageReviewHandler: { fallbackResult: 'DENY' }, tags: { 'created-by': STACK },
  });
  await machine.server.functions.warm(settings.messageReviewHandler!.uri!);
  expect(await sendTo(first, 'damn')).toMatchObject({ content: '****' });

  await machine.server.deployment.destroy(STACK);
  expect(await sendTo(first, 'crap')).toMatchObject({ content: '****' });

  const again = await machine.deploy(build);
  const second = await createRoom(again.CreateRoomFunction, 'second');
  const secondHandler = (await settingsOf(second)).messageReviewHandler!.uri!;
  expect(secondHandler).not.toBe(settings.messageReviewHandler!.uri);
  await machine.server.functions.warm(secondHandler);
  expect(await sendTo(second, 'damn')).toMatchObject({ content: '****' });
  await machine.server.chatLogs.flush();
  expect(machine.server.chatLogs.recent.map(({ roomArn }) => roomArn)).toEqual([first, first, second]);
});
