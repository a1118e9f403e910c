/** The snippets of docs/migrating-from-cfnroom.md, deployed one after the other. */
import { GetRoomCommand, ListLoggingConfigurationsCommand, ListRoomsCommand } from '@aws-sdk/client-ivschat';
import type { App } from 'aws-cdk-lib';
import { LocalRuntime } from '../support/deployed/local-runtime';
import { chatStacksOf } from '../support/snippets';
import { ENV } from '../support/synth';

const [Before, After] = chatStacksOf('migrating-from-cfnroom.md');

let runtime: LocalRuntime;

beforeAll(async () => {
  runtime = await LocalRuntime.start();
});

afterAll(async () => {
  await runtime.stop();
});

async function deployed() {
  const { rooms } = await runtime.chat.send(new ListRoomsCommand({}));
  const { loggingConfigurations } = await runtime.chat.send(new ListLoggingConfigurationsCommand({}));
  const room = await runtime.chat.send(new GetRoomCommand({ identifier: rooms![0].arn }));
  return {
    rooms: rooms!.map(({ arn }) => arn),
    loggingConfigurations: loggingConfigurations!.map(({ arn }) => arn),
    settings: [room.name, room.maximumMessageLength, room.messageReviewHandler, room.loggingConfigurationIdentifiers, room.tags],
  };
}

test('a stack of L1 constructs is migrated without replacing the room or the logging configuration', async () => {
  await runtime.deploy((app: App) => new Before(app, 'Chat', { env: ENV }));
  const before = await deployed();
  await runtime.deploy((app: App) => new After(app, 'Chat', { env: ENV }));

  expect(before).toMatchObject({ rooms: [expect.any(String)], loggingConfigurations: [expect.any(String)] });
  expect(await deployed()).toEqual(before);
});
