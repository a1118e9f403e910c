import { CreateChatTokenCommand, GetRoomCommand } from '@aws-sdk/client-ivschat';
import { SendMessageRequest } from 'amazon-ivs-chat-messaging';
import type { App } from 'aws-cdk-lib';
import { RuntimeRoomsStack } from '../../examples/runtime-rooms/runtime-rooms-stack';
import { LocalRuntime } from '../support/deployed/local-runtime';

const STACK = 'RuntimeRooms';
const build = (app: App) => new RuntimeRoomsStack(app, STACK);

let runtime: LocalRuntime;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
  runtime.synthesize(build);
});

afterAll(async () => {
  await runtime.stop();
});

/** Starts a process of the handler, because its first one may take longer than a review. */
const warm = async (handler: string) => runtime.invoke(handler, JSON.stringify({ Content: 'hello' }));

async function createRoom(functionName: string, name: string): Promise<string> {
  const { functionError, payload } = await runtime.invoke(functionName, JSON.stringify({ name }));
  expect(functionError).toBeUndefined();
  return JSON.parse(payload).roomArn;
}

async function sendTo(roomIdentifier: string, content: string) {
  const client = await runtime.connect(async () => {
    const { token } = await runtime.chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: 'ada', capabilities: ['SEND_MESSAGE'] }));
    return token!;
  });
  return client.sendMessage(new SendMessageRequest(content));
}

const settingsOf = async (identifier: string) => runtime.chat.send(new GetRoomCommand({ identifier }));

test('rooms created at runtime are reviewed and logged, also after the stack was deleted or created again', async () => {
  const { CreateRoomFunction } = await runtime.deploy(build);
  const first = await createRoom(CreateRoomFunction, 'first');
  const settings = await settingsOf(first);
  expect(settings).toMatchObject({
    name: 'first', maximumMessageRatePerSecond: 50, messageReviewHandler: { fallbackResult: 'DENY' }, tags: { 'created-by': STACK },
  });
  await warm(settings.messageReviewHandler!.uri!);
  expect(await sendTo(first, 'damn')).toMatchObject({ content: '****' });

  await runtime.local.destroy(STACK);
  expect(await sendTo(first, 'crap')).toMatchObject({ content: '****' });

  const again = await runtime.deploy(build);
  const second = await createRoom(again.CreateRoomFunction, 'second');
  const secondHandler = (await settingsOf(second)).messageReviewHandler!.uri!;
  expect(secondHandler).not.toBe(settings.messageReviewHandler!.uri);
  await warm(secondHandler);
  expect(await sendTo(second, 'damn')).toMatchObject({ content: '****' });
  expect((await runtime.local.chatLog()).map(({ roomArn }) => roomArn)).toEqual([first, first, second]);
});
