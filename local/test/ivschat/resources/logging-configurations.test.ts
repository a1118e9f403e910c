import { ControlPlaneService, LOG_GROUP } from '../../support/control-plane-service';

let service: ControlPlaneService;

beforeEach(async () => {
  service = await ControlPlaneService.start();
});

afterEach(async () => {
  await service.close();
});

async function createConfiguration(name = 'log'): Promise<string> {
  return (await service.client.createLoggingConfiguration({ name, destinationConfiguration: LOG_GROUP })).arn!;
}

test.each([
  LOG_GROUP,
  { firehose: { deliveryStreamName: 'chat' } },
  { s3: { bucketName: 'chat-logs' } },
])('a logging configuration with %j is active at once', async destinationConfiguration => {
  const { $metadata, ...created } = await service.client.createLoggingConfiguration({ name: 'log', destinationConfiguration, tags: { a: 'b' } });

  expect(created).toEqual({
    arn: `arn:aws:ivschat:eu-west-1:111122223333:logging-configuration/${created.id}`,
    id: created.id,
    name: 'log',
    createTime: new Date(service.clock.now()),
    updateTime: new Date(service.clock.now()),
    destinationConfiguration,
    state: 'ACTIVE',
    tags: { a: 'b' },
  });
  expect(await service.client.getLoggingConfiguration({ identifier: created.arn })).toMatchObject(created);
  expect((await service.client.listLoggingConfigurations({})).loggingConfigurations).toEqual([created]);
  expect($metadata.httpStatusCode).toBe(200);
});

test('an update can change the kind of destination and keeps the name', async () => {
  const identifier = await createConfiguration('log');
  service.clock.advance(1000);
  const destinationConfiguration = { s3: { bucketName: 'chat-logs' } };

  const updated = await service.client.updateLoggingConfiguration({ identifier, destinationConfiguration });

  expect(updated).toMatchObject({ arn: identifier, name: 'log', destinationConfiguration, updateTime: new Date(service.clock.now()), state: 'ACTIVE' });
  expect(service.controlPlane.loggingConfiguration(identifier)).toMatchObject({ name: 'log', destinationConfiguration });
});

test('the list has pages', async () => {
  for (const name of ['a', 'b', 'c']) await createConfiguration(name);

  const first = await service.client.listLoggingConfigurations({ maxResults: 2 });
  const second = await service.client.listLoggingConfigurations({ maxResults: 2, nextToken: first.nextToken });

  expect([first, second].map(page => page.loggingConfigurations!.map(one => one.name))).toEqual([['c', 'b'], ['a']]);
  expect(second.nextToken).toBeUndefined();
});

test('a logging configuration that no room uses anymore can be deleted', async () => {
  const identifier = await createConfiguration();
  const room = await service.client.createRoom({ loggingConfigurationIdentifiers: [identifier] });
  await service.client.updateRoom({ identifier: room.arn, loggingConfigurationIdentifiers: [] });

  expect((await service.client.deleteLoggingConfiguration({ identifier })).$metadata.httpStatusCode).toBe(204);

  expect(service.controlPlane.loggingConfiguration(identifier)).toBeUndefined();
});
