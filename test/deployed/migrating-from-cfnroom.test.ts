/** The snippets of docs/migrating-from-cfnroom.md, deployed one after the other. */
import { GetRoomCommand, ListLoggingConfigurationsCommand, ListRoomsCommand } from '@aws-sdk/client-ivschat';
import type { App } from 'aws-cdk-lib';
import { Machine } from '../support/deployed/machine';
import { chatStacksOf } from '../support/snippets';
import { ENV } from '../support/synth';

const [Before, After] = chatStacksOf('migrating-from-cfnroom.md');

let machine: Machine;

beforeAll(async () => {
  machine = await Machine.start();
});

afterAll(async () => {
  await machine.stop();
});

async function deployed() {
  const { rooms } = await machine.chat.send(new ListRoomsCommand({}));
  const { loggingConfigurations } = await machine.chat.send(new ListLoggingConfigurationsCommand({}));
  const room = await machine.chat.send(new GetRoomCommand({ identifier: rooms![0].arn }));
  return {
    rooms: rooms!.map(({ arn }) => arn),
    loggingConfigurations: loggingConfigurations!.map(({ arn }) => arn),
    settings: [room.name, room.maximumMessageLength, room.messageReviewHandler, room.loggingConfigurationIdentifiers, room.tags],
  };
}

test('a stack of L1 constructs is migrated without replacing the room or the logging configuration', async () => {
  await machine.deploy((app: App) => new Before(app, 'Chat', { env: ENV }));
  const before = await deployed();
  await machine.deploy((app: App) => new After(app, 'Chat', { env: ENV }));

  expect(before).toMatchObject({ rooms: [expect.any(String)], loggingConfigurations: [expect.any(String)] });
  expect(await deployed()).toEqual(before);
});
